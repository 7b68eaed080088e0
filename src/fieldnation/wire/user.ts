import { z } from 'zod';
import { wireDate } from './date.ts';
import {
  optionalArray,
  optionalId,
  optionalNumber,
  optionalObject,
  optionalText,
  orUnknown,
  requiredId,
  wireNumber,
} from './scalars.ts';

const flag = orUnknown(z.boolean());
const count = orUnknown(wireNumber.pipe(z.int().nonnegative()));

const rating = orUnknown(
  optionalObject(z.object({ stars: optionalNumber, total_ratings: optionalNumber, on_time_percent: optionalNumber })),
);

const named = z.object({ id: requiredId, name: z.string().min(1) });
const namedList = orUnknown(optionalArray(named));

const countedType = z.object({
  id: optionalId,
  name: z.string().min(1),
  count: wireNumber.pipe(z.int().nonnegative()),
});

/** One kind of work, or a list of them. */
const countedTypes = z.preprocess(
  (value) => (typeof value === 'object' && value !== null && 'count' in value ? [value] : value),
  optionalArray(countedType),
);

const check = z.object({ expires: wireDate });
const checks = orUnknown(optionalArray(check));

const insurance = z.object({
  type_id: requiredId,
  type_name: optionalText,
  coverage_amount: optionalNumber,
  status: optionalText,
  expires: wireDate,
});

/**
 * `GET /users/{id}` differs by role and by what the caller may see. Only the id must be right; any other part that is
 * missing or misshapen is unknown, never a reason to lose the rest.
 */
export const wireUser = z.object({
  id: requiredId,
  coords: orUnknown(optionalObject(z.object({ latitude: optionalNumber, longitude: optionalNumber }))),
  rating: orUnknown(optionalObject(z.object({ marketplace: rating, my_company: rating }))),
  jobs: orUnknown(
    optionalObject(z.object({ marketplace: count, company: count, type_of_work: orUnknown(countedTypes) })),
  ),
  preferred_groups: namedList,
  certifications: namedList,
  licenses: namedList,
  background_checks: checks,
  drug_tests: checks,
  insurances: orUnknown(optionalArray(insurance)),
  insurance: orUnknown(optionalArray(insurance)),
  block: orUnknown(optionalObject(z.object({ blocked: z.boolean() }))),
  protec: flag,
  w2: flag,
  marketplace: flag,
  routable: flag,
});

export type WireUser = z.infer<typeof wireUser>;
