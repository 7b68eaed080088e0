import fc from 'fast-check';
import type { FactInput } from '../../src/criteria/definition.ts';
import type { Cancellation, Commitment } from '../../src/domain/decision.ts';
import { providerId, requestId, routeId, workOrderId } from '../../src/domain/ids.ts';
import type {
  DirectoryEntry,
  ImportedFacts,
  PendingRow,
  PlatformVerdict,
  ProviderProfile,
} from '../../src/domain/provider.ts';
import type { Coordinates, Pay, WorkOrder } from '../../src/domain/work-order.ts';
import { ATM, aDirectoryEntry, aProfile, aRow, aWorkOrder, HOUR_MS, NOW_MS } from './builders.ts';

/** Random nouns of the domain, of the shapes the platform really sends, with any field missing. */

const cents = fc.integer({ min: 0, max: 1_000_000 });
const count = fc.integer({ min: 0, max: 500 });
const pastMs = fc.integer({ min: NOW_MS - 1_000 * HOUR_MS, max: NOW_MS });
const aroundNowMs = fc.integer({ min: NOW_MS - 100 * HOUR_MS, max: NOW_MS + 100 * HOUR_MS });
const nullable = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null });
const localDate = fc.constantFrom('2026-11-17', '2026-11-18', '2026-11-23', '2026-11-24', '2026-12-01');

export function anyPlace(): fc.Arbitrary<Coordinates> {
  return fc.record({
    latitudeE6: fc.integer({ min: -90_000_000, max: 90_000_000 }),
    longitudeE6: fc.integer({ min: -180_000_000, max: 180_000_000 }),
  });
}

export function anyPay(): fc.Arbitrary<Pay> {
  return fc.oneof(
    fc.constant<Pay>({ kind: 'none', maxCents: 0 }),
    fc.record({ kind: fc.constantFrom('fixed', 'hourly', 'device', 'blended'), maxCents: cents }),
  );
}

const kinds = [
  ATM,
  { id: 70, name: 'Point of Sale (POS)', isPrimary: false },
  { id: 9, name: 'Alarm', isPrimary: false },
];

export function anyWorkOrder(): fc.Arbitrary<WorkOrder> {
  return fc
    .record({
      typesOfWork: fc.subarray(kinds),
      isRemote: fc.boolean(),
      companyId: nullable(count.map((n) => n + 1)),
      clientId: nullable(count.map((n) => n + 1)),
      projectId: nullable(count.map((n) => n + 1)),
      coordinates: nullable(anyPlace()),
      pay: anyPay(),
      bundleId: nullable(count.map((n) => n + 1)),
      schedule: fc.record({
        startMs: nullable(aroundNowMs),
        endMs: nullable(aroundNowMs),
        localDate: nullable(localDate),
        estimatedMinutes: nullable(count),
      }),
    })
    .map((given) => aWorkOrder(given));
}

const LABELS = ['Provider rating', 'Provider cancel rate', 'Background check', `Work orders completed (${ATM.name})`];

export function anyVerdicts(): fc.Arbitrary<readonly PlatformVerdict[]> {
  return fc.subarray(LABELS).chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.record({ isRequired: fc.boolean(), isMatch: fc.boolean() }).map((verdict) => ({
          ...verdict,
          name,
          weight: 45,
          points: verdict.isMatch ? 45 : 0,
        })),
      ),
    ),
  );
}

export function anyRow(provider: number): fc.Arbitrary<PendingRow> {
  const request = fc.record({
    id: count.map((n) => requestId(n + 1)),
    isCounter: fc.boolean(),
    isActive: fc.boolean(),
    isExpired: fc.boolean(),
    createdMs: nullable(pastMs),
    expiresMs: nullable(aroundNowMs),
    pay: anyPay(),
    expensesCents: cents,
  });
  const route = fc.record({ id: count.map((n) => routeId(n + 1)), createdMs: nullable(pastMs) });
  const flags = fc.record({
    isW2: fc.boolean(),
    isMarketplace: fc.boolean(),
    isManaged: fc.boolean(),
    isRoutable: fc.boolean(),
    hasWorkedWithUs: fc.boolean(),
    isRecommended: fc.boolean(),
    isNewConnection: fc.boolean(),
    providerScore: nullable(fc.double({ min: 0, max: 100, noNaN: true })),
    platform: nullable(anyVerdicts()).map((verdicts) =>
      verdicts === null ? null : { ruleId: null, isMatch: false, points: 0, maxPoints: 530, verdicts },
    ),
  });
  const standing = fc.oneof(
    fc.record({ kind: fc.constant('request' as const), request, route: nullable(route) }),
    fc.record({ kind: fc.constant('routed' as const), request: nullable(request), route }),
  );
  return fc.tuple(flags, standing).map(([some, more]) => aRow({ providerId: provider, ...some, ...more }));
}

export function anyProfile(provider: number): fc.Arbitrary<ProviderProfile> {
  const named = fc.array(fc.record({ id: count, name: fc.constantFrom('A', 'B', 'C') }), { maxLength: 4 });
  return fc
    .record({
      observedAtMs: pastMs,
      coordinates: nullable(anyPlace()),
      ratingHundredths: nullable(fc.integer({ min: 0, max: 500 })),
      ratingCount: nullable(count),
      ourRatingHundredths: nullable(fc.integer({ min: 0, max: 500 })),
      onTimeBasisPoints: nullable(fc.integer({ min: 0, max: 10_000 })),
      completedOverall: nullable(count),
      completedForUs: nullable(count),
      completedByType: nullable(
        fc.array(fc.record({ id: nullable(fc.constantFrom(62, 70)), name: fc.constantFrom(ATM.name, 'POS'), count }), {
          maxLength: 3,
        }),
      ),
      preferredGroups: nullable(named),
      certifications: nullable(named),
      licenses: nullable(named),
      hasBackgroundCheck: nullable(fc.boolean()),
      hasDrugTest: nullable(fc.boolean()),
      insurances: nullable(
        fc.array(
          fc.record({
            typeId: fc.constantFrom(3, 4),
            name: fc.constant('I'),
            coverageCents: cents,
            expiresMs: nullable(aroundNowMs),
          }),
          { maxLength: 3 },
        ),
      ),
      isBlocked: nullable(fc.boolean()),
      isProtec: nullable(fc.boolean()),
      isW2: nullable(fc.boolean()),
      isMarketplace: nullable(fc.boolean()),
      isRoutable: nullable(fc.boolean()),
    })
    .map((given) => aProfile({ providerId: provider, ...given }));
}

function anyImported(): fc.Arbitrary<ImportedFacts> {
  const dated = <Value>(values: fc.Arbitrary<Value>) => fc.record({ value: values, observedAtMs: pastMs });
  const basisPoints = dated(fc.integer({ min: 0, max: 10_000 }));
  const credential = fc.record({ id: nullable(count), name: nullable(fc.constantFrom('A+', 'Net+')) });
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 });
  return fc.record(
    {
      coordinates: dated(anyPlace()),
      ratingHundredths: dated(fc.integer({ min: 100, max: 500 })),
      ratingCount: dated(count),
      cancelRateBasisPoints: basisPoints,
      blockRateBasisPoints: basisPoints,
      completedOverall: dated(count),
      completedForUs: dated(count),
      groups: dated(ids),
      certifications: dated(fc.array(credential, { maxLength: 3 })),
      licenses: dated(fc.array(credential, { maxLength: 3 })),
      hasBackgroundCheck: dated(fc.boolean()),
      hasDrugTest: dated(fc.boolean()),
      isW2: dated(fc.boolean()),
      isBlocked: dated(fc.boolean()),
    },
    { requiredKeys: [] },
  );
}

function anyPools(): fc.Arbitrary<DirectoryEntry['pools']> {
  const ids = fc.subarray([9921, 9922, 9923]);
  return nullable(fc.record({ observedAtMs: pastMs, ids, isWhole: fc.boolean() }));
}

export function anyDirectoryEntry(provider: number): fc.Arbitrary<DirectoryEntry> {
  return fc
    .tuple(nullable(anyRow(provider)), pastMs, anyVerdicts(), nullable(anyProfile(provider)), anyPools(), anyImported())
    .map(([row, observedAtMs, verdicts, profile, pools, imported]) =>
      aDirectoryEntry({
        providerId: provider,
        profile,
        pools,
        imported,
        verdicts: verdicts.map((verdict) => ({ ...verdict, observedAtMs })),
        flags:
          row === null
            ? null
            : {
                observedAtMs,
                isW2: row.isW2,
                isMarketplace: row.isMarketplace,
                isManaged: row.isManaged,
                isRoutable: row.isRoutable,
                hasWorkedWithUs: row.hasWorkedWithUs,
              },
      }),
    );
}

export function anyCommitment(provider: number): fc.Arbitrary<Commitment> {
  return fc.record({
    kind: fc.constantFrom('assigned', 'routed', 'planned'),
    workOrderId: fc.constantFrom(4047, 1, 2, 3).map(workOrderId),
    providerId: fc.constant(providerId(provider)),
    startMs: nullable(aroundNowMs),
    endMs: nullable(aroundNowMs),
    localDate: nullable(localDate),
  });
}

export function anyCancellation(provider: number): fc.Arbitrary<Cancellation> {
  return fc.record({
    workOrderId: fc.constantFrom(4047, 1, 2, 3).map(workOrderId),
    providerId: fc.constant(providerId(provider)),
    assignedAtMs: aroundNowMs,
  });
}

export function anyFactInput(): fc.Arbitrary<FactInput> {
  return fc
    .record({
      workOrder: anyWorkOrder(),
      row: nullable(anyRow(557)),
      directory: nullable(anyDirectoryEntry(557)),
      profile: nullable(anyProfile(557)),
      commitments: fc.array(anyCommitment(557), { maxLength: 5 }),
      cancellations: fc.array(anyCancellation(557), { maxLength: 3 }),
      costCents: nullable(cents),
    })
    .map((given) => ({ ...given, kind: given.row?.kind ?? 'bench', takenAtMs: NOW_MS }));
}
