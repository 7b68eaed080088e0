import { z } from 'zod';
import { wireDate } from './date.ts';
import { wirePay } from './pay.ts';
import { optionalFlag, optionalId, optionalNumber, optionalObject, requiredId, wireNumber, words } from './scalars.ts';

/** An object with a total, or (older) an array of expenses. */
const expenses = z.preprocess(
  (value) => (Array.isArray(value) ? { results: value } : (value ?? {})),
  z
    .object({ total: optionalNumber, results: z.array(z.object({ amount: optionalNumber })).nullish() })
    .transform((found, ctx) => {
      if (found.total !== null) return found.total;
      const amounts = (found.results ?? []).map((expense) => expense.amount);
      if (amounts.includes(null)) ctx.addIssue({ code: 'custom', message: 'an expense without an amount' });
      return amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
    })
    .pipe(z.number().nonnegative()),
);

const request = z.object({
  id: requiredId,
  counter: z.boolean(),
  active: z.boolean(),
  expired: z.boolean(),
  created: wireDate,
  expires: wireDate,
  pay: wirePay,
  expenses,
  user: optionalObject(z.object({ id: optionalId })),
  work_order: optionalObject(z.object({ id: optionalId })),
});

const route = z.object({ id: requiredId, created: wireDate });

/** Old word and new one for the same thing. */
const criterionStatus = z.enum(['match', 'no_match_required', 'no_match_preferred', 'no_match_optional']);

const criterion = z
  .object({
    name: z.string().min(1),
    weight: wireNumber,
    is_required: z.boolean(),
    is_match: z.boolean(),
    points: wireNumber,
    status: criterionStatus.nullish(),
  })
  .refine(({ status, is_match }) => status === null || status === undefined || (status === 'match') === is_match, {
    message: 'status and is_match contradict each other',
  });

const evaluation = z.object({
  id: optionalId,
  is_match: z.boolean(),
  points: wireNumber,
  max_points: wireNumber,
  criterion: z.preprocess((value) => value ?? [], z.array(criterion)),
});

export const wirePendingRow = z.object({
  id: requiredId,
  w2: z.boolean(),
  routable: z.boolean(),
  marketplace: z.boolean(),
  worked_with: z.boolean(),
  has_request: z.boolean(),
  managed: z.boolean(),
  request: optionalObject(request),
  route: optionalObject(route),
  selection_rule: optionalObject(evaluation),
  provider_scoring: optionalObject(
    z.object({ is_recommended: optionalFlag, is_new_connection: optionalFlag, provider_score: optionalNumber }),
  ),
  category: optionalObject(z.object({ id: z.enum(['request', 'routed']) })),
  actions: words,
});

export type WirePendingRow = z.infer<typeof wirePendingRow>;
export type WireRequest = NonNullable<WirePendingRow['request']>;
export type WireEvaluation = NonNullable<WirePendingRow['selection_rule']>;
