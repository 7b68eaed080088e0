import { type CanaryLimits, DEFAULT_CANARY_LIMITS } from '../domain/canary.ts';
import { centsFromUsd } from '../domain/money.ts';
import type { ExcludedProvider, Guardrails } from '../domain/rule-file.ts';
import { CANARY_SHAPE } from './canary-shape.ts';
import { type FileReading, refuse, refuseKey, warn } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import { textAt } from './read-comparison.ts';
import { readExclusion } from './read-exclusion.ts';
import { readEach, readInnerPart } from './read-part.ts';
import { readQuietHours } from './read-quiet-hours.ts';
import { FILE_SHAPE, GUARDRAILS_SHAPE, PAY_SHAPE, PER_PROVIDER_SHAPE } from './shapes.ts';

/** Null: something in it is wrong, and all of it is reported. A file without guardrails still never double-books. */
export function readGuardrails(reading: FileReading, path: JsonPath): Guardrails | null {
  const shape = readInnerPart(reading, path, GUARDRAILS_SHAPE);
  const perProvider = readPerProvider(reading, [...path, 'per_provider']);
  const pay = readPay(reading, [...path, 'pay']);
  const quietHours = readEach(reading, [...path, 'quiet_hours'], readQuietHours);
  const excludeProviders = readEach(reading, [...path, 'exclude_providers'], readExclusion);
  const canary = readCanary(reading, [...path, 'canary']);
  const isDistinct = checkDistinct(reading, [...path, 'exclude_providers'], excludeProviders ?? []);
  if (shape === null || perProvider === null || pay === null) return null;
  if (quietHours === null || excludeProviders === null || canary === null || !isDistinct) return null;
  return {
    maxActionsPerRun: shape.max_actions_per_run ?? null,
    maxShareOfOpenPercent: shape.max_share_of_open_percent ?? null,
    perProvider,
    pay,
    quietHours,
    excludeProviders,
    ...(textAt(reading, ['mode']) === 'canary' ? { canary } : {}),
    stopAfterErrors: shape.stop_after_errors ?? null,
  };
}

function readPerProvider(reading: FileReading, path: JsonPath): Guardrails['perProvider'] | null {
  const shape = readInnerPart(reading, path, PER_PROVIDER_SHAPE);
  if (shape === null) return null;
  return {
    perDay: shape.per_day ?? null,
    per7Days: shape.per_7_days ?? null,
    forbidOverlap: (shape.overlap ?? 'forbid') === 'forbid',
    travelBufferMinutes: shape.travel_buffer_minutes ?? 0,
    forbidAfterGiveBack: (shape.again_after_give_back ?? 'forbid') === 'forbid',
  };
}

function readPay(reading: FileReading, path: JsonPath): Guardrails['pay'] | null {
  const shape = readInnerPart(reading, path, PAY_SHAPE);
  if (shape === null) return null;
  const maxTotalCents = toCents(shape.max_total_usd);
  const acceptCounters = shape.accept_counters ?? false;
  const maxCounterOverBasePercent = shape.max_counter_over_base_percent ?? null;
  if (acceptCounters && maxTotalCents === null && maxCounterOverBasePercent === null) {
    const what = 'Counter-offers are accepted at any price';
    const fix = 'Add "max_counter_over_base_percent" or "max_total_usd".';
    warn(reading, [...path, 'accept_counters'], { code: 'FM-R806', what, fix });
  }
  return {
    maxTotalCents,
    acceptCounters,
    maxCounterOverBasePercent,
    maxDailyTotalCents: toCents(shape.max_daily_total_usd),
  };
}

/** The defaults where nothing is written. Refused in another mode: limits that nothing heeds would mislead. */
function readCanary(reading: FileReading, path: JsonPath): CanaryLimits | null {
  const mode = textAt(reading, ['mode']);
  const isOtherMode = mode !== 'canary' && FILE_SHAPE.shape.mode.options.some((known) => known === mode);
  if (isOtherMode && nodeAt(reading.document.root, path) !== null) {
    const what = `The limits of a canary belong to mode "canary", and the mode is "${mode}"`;
    refuseKey(reading, path, { code: 'FM-R610', what, fix: 'Delete them, or write "mode": "canary".' });
  }
  const shape = readInnerPart(reading, path, CANARY_SHAPE);
  if (shape === null) return null;
  return {
    minDecisions: shape.min_decisions ?? DEFAULT_CANARY_LIMITS.minDecisions,
    maxUndonePercent: shape.max_undone_percent ?? DEFAULT_CANARY_LIMITS.maxUndonePercent,
    maxConflictPercent: shape.max_conflict_percent ?? DEFAULT_CANARY_LIMITS.maxConflictPercent,
    maxPayOverBasePercent: shape.max_pay_over_base_percent ?? DEFAULT_CANARY_LIMITS.maxPayOverBasePercent,
    maxNoEligiblePercent: shape.max_no_eligible_percent ?? DEFAULT_CANARY_LIMITS.maxNoEligiblePercent,
  };
}

function toCents(usd: number | undefined): number | null {
  return usd === undefined ? null : centsFromUsd(usd);
}

function checkDistinct(reading: FileReading, path: JsonPath, excluded: readonly ExcludedProvider[]): boolean {
  const ids = excluded.map((each) => each.providerId);
  const repeated = ids.flatMap((id, place) => (ids.indexOf(id) < place ? [place] : []));
  for (const place of repeated) {
    const what = `Provider ${ids[place]} is excluded twice`;
    refuse(reading, [...path, place, 'id'], { code: 'FM-R605', what, fix: 'Keep the entry with the later date.' });
  }
  return repeated.length === 0;
}
