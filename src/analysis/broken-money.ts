import type { Finding } from '../domain/finding.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import { type SentIntent, type SentWork, standingAt } from '../domain/sent-work.ts';
import { committedOf } from '../domain/standing.ts';
import { boundProviders } from '../domain/write-call.ts';
import { toFinding } from './broken-writes.ts';
import type { RecordedFiles } from './recorded-rule-files.ts';
import { DAY_MS, dayOf } from './spend.ts';

/** A write after which more was committed than a limit on the day's money allows, and that added to it. */
export type Overspending = {
  readonly intent: SentIntent;
  readonly dayMs: number;
  /** Whose limit: a rule file's, or null, that of the configuration. */
  readonly ruleFileId: string | null;
  readonly cents: number;
  /** The limit, in cents. */
  readonly cap: number;
  /** Of `cents`, by work order, those whose episode ended later on because the provider was gone, whenever that was noticed. */
  readonly leaving: ReadonlyMap<WorkOrderId, number>;
  readonly finding: Finding;
};

/** The limit of a rule file, or for null of all, on the day that begins then; null: none. */
export type CapOf = (dayMs: number, ruleFileId: string | null) => number | null;

export type MoneyTerms = {
  readonly files: RecordedFiles;
  readonly capOf: CapOf;
  /** Those that are looked at, by the time they begin. */
  readonly days: ReadonlySet<number>;
};

/** The limit that the text of this very decision sets, which may have changed on that day; or that of all. */
function capFor({ ruleFileHash }: SentIntent, scope: string | null, { terms, dayMs }: OnDay): number | null {
  if (scope === null) return terms.capOf(dayMs, null);
  const found = ruleFileHash === null ? undefined : terms.files.get(ruleFileHash);
  return found?.kind === 'dispatch' ? found.file.guardrails.pay.maxDailyTotalCents : null;
}

type OnDay = { readonly terms: MoneyTerms; readonly dayMs: number };

/** In the order of time; only writes of rule files, for no limit stops a person, though what people bind counts. */
export function findOverspending(works: readonly SentWork[], terms: MoneyTerms): readonly Overspending[] {
  const byDay = new Map<number, SentWork[]>();
  for (const work of works) {
    for (const dayMs of new Set(work.intents.flatMap(({ claimedAtMs }) => claimedAtMs.map(dayOf)))) {
      if (!terms.days.has(dayMs)) continue;
      const ofDay = byDay.get(dayMs) ?? [];
      ofDay.push(work);
      byDay.set(dayMs, ofDay);
    }
  }
  return [...byDay].flatMap(([dayMs, ofDay]) =>
    mayBeOver(ofDay, { terms, dayMs }) ? overspendingOn(ofDay, { terms, dayMs }) : [],
  );
}

/** Nothing that was claimed on a day can have committed more than all of it together. */
function mayBeOver(works: readonly SentWork[], day: OnDay): boolean {
  const ofDay = works
    .flatMap(({ intents }) => intents)
    .filter(({ claimedAtMs }) => claimedAtMs.some((atMs) => dayOf(atMs) === day.dayMs));
  const sum = ofDay.reduce((total, { costCents }) => total + costCents, 0);
  return ofDay.some((intent) =>
    [intent.ruleFileId, null].some((scope) => sum > (capFor(intent, scope, day) ?? Number.MAX_SAFE_INTEGER)),
  );
}

type Moment = { readonly atMs: number; readonly work: SentWork; readonly claimed: SentIntent | null };

function overspendingOn(works: readonly SentWork[], day: OnDay): readonly Overspending[] {
  const { dayMs } = day;
  const moments = works.flatMap((work) => momentsOf(work, dayMs)).sort((a, b) => a.atMs - b.atMs);
  const current = new Map<SentWork, Counted>();
  const totals = new Map<string | null, number>();
  const add = (scope: string | null, cents: number) => totals.set(scope, (totals.get(scope) ?? 0) + cents);
  const found: Overspending[] = [];
  for (const { atMs, work, claimed } of moments) {
    const before = current.get(work) ?? { cents: 0, ruleFileId: null };
    const after = committedOf(standingAt(work, atMs + 1), dayMs) ?? { cents: 0, ruleFileId: null };
    current.set(work, after);
    add(null, after.cents - before.cents);
    if (before.ruleFileId !== null) add(before.ruleFileId, -before.cents);
    if (after.ruleFileId !== null) add(after.ruleFileId, after.cents);
    if (claimed === null || claimed.ruleFileId === null || after.cents <= before.cents) continue;
    for (const ruleFileId of [claimed.ruleFileId, null]) {
      const [cents, cap] = [totals.get(ruleFileId) ?? 0, capFor(claimed, ruleFileId, day)];
      if (cap === null || cents <= cap) continue;
      const whose = ruleFileId === null ? 'the configuration' : `rule file ${ruleFileId}`;
      const what = `${formatCents(cents)} was committed on that day (UTC); ${whose} allows ${formatCents(cap)}.`;
      found.push({
        intent: claimed,
        dayMs,
        ruleFileId,
        cents,
        cap,
        leaving: leavingAfter(current, { atMs, ruleFileId }),
        finding: toFinding('over_daily_money', claimed, { atMs, what }),
      });
    }
  }
  return found;
}

type Counted = { readonly cents: number; readonly ruleFileId: string | null };

function leavingAfter(
  current: ReadonlyMap<SentWork, Counted>,
  { atMs, ruleFileId }: { readonly atMs: number; readonly ruleFileId: string | null },
): ReadonlyMap<WorkOrderId, number> {
  const leaving = [...current].filter(
    ([work, counted]) =>
      (ruleFileId === null || counted.ruleFileId === ruleFileId) && work.reopened.some((one) => one.atMs > atMs),
  );
  return new Map(leaving.map(([{ workOrderId }, { cents }]) => [workOrderId, cents]));
}

/** At which what it counts with may change. */
function momentsOf(work: SentWork, dayMs: number): readonly Moment[] {
  const claims = work.intents.flatMap((intent) =>
    intent.claimedAtMs.map((atMs) => ({ atMs, work, claimed: boundProviders(intent.call).length > 0 ? intent : null })),
  );
  const rest = [
    ...work.intents.flatMap(({ effects }) => effects.map(({ atMs }) => atMs)),
    ...work.observations.map(({ atMs }) => atMs),
    ...work.reopened.map(({ atMs }) => atMs),
  ].map((atMs) => ({ atMs, work, claimed: null }));
  return [...claims, ...rest].filter(({ atMs }) => atMs >= dayMs && atMs < dayMs + DAY_MS);
}
