import { z } from 'zod';
import {
  optionalArray,
  optionalId,
  optionalNumber,
  optionalObject,
  optionalText,
  orUnknown,
  requiredId,
} from './scalars.ts';

/** `GET /company/{id}/reasons/incomplete`: an object with `results`, or the list by itself. */
export const wireReasons = optionalArray(z.object({ id: requiredId, name: optionalText })).pipe(
  z.array(z.object({ id: z.number(), name: z.string() })),
);

/** A row of `GET /company/preferred-providers`. How many belong to it is `providers`, in 2017 `members`. */
export const wireTalentPool = z
  .object({
    id: requiredId,
    name: optionalText,
    providers: orUnknown(optionalNumber),
    members: orUnknown(optionalNumber),
  })
  .transform(({ id, name, providers, members }) => ({ id, name, memberCount: toCount(providers ?? members) }));

function toCount(value: number | null): number | null {
  return value !== null && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A row of `GET /talent-pool-groups`: a group holds one or more pools, its tiers. */
export const wireTalentPoolGroup = z.object({
  uuid: z.string().regex(/^[\w-]{1,64}$/),
  talent_pools: optionalArray(z.object({ id: requiredId, name: optionalText })).transform((pools) => pools ?? []),
});

/** A row of `GET /talent-pool-groups/{uuid}/providers`; `tier` is the pool of the group that the provider is in. */
export const wireTalentPoolMember = z.object({
  provider_id: requiredId,
  tier: optionalObject(z.object({ id: optionalId })),
});

/** A row of `GET /providers?f_preferred_groups={id}`. */
export const wireGroupMember = z.object({ id: requiredId });

const YES_OR_NO = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ['1', true],
  ['0', false],
]);

/** `GET /project/{id}/dispatch-settings`; whether the platform dispatches the project's work orders by itself. */
export const wireDispatchSettings = z.object({
  is_dispatch_settings_enabled: z.preprocess((value) => YES_OR_NO.get(value) ?? value, z.boolean()),
});
