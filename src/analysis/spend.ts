import type { ProviderId } from '../domain/ids.ts';
import { type SentIntent, type SentWork, standingAt } from '../domain/sent-work.ts';
import { type Binding, committedOf } from '../domain/standing.ts';
import type { LedgerQuery } from '../engine/figures.ts';

export const DAY_MS = 86_400_000;

/** What one work order counted with on one UTC day, as the guardrails had it at the end of that day. */
export type DayMoney = {
  /** Its first millisecond. */
  readonly dayMs: number;
  /** Null: by hand. */
  readonly ruleFileId: string | null;
  /** `approved`: money that an approval released, which an assignment had bound before. */
  readonly kind: 'assigned' | 'invited' | 'approved';
  readonly cents: number;
  /** Null: whom the platform has chosen, or of an approval. */
  readonly providerId: ProviderId | null;
  /** The write that counted. */
  readonly intent: Pick<SentIntent, 'decisionRow' | 'call'>;
};

/** Of the works, what counted on each day that the query asks for: the day of its beginning counts whole. */
export function moneyByDay(works: readonly SentWork[], query: LedgerQuery): readonly DayMoney[] {
  const firstMs = query.sinceMs === null ? 0 : dayOf(query.sinceMs);
  const untilMs = query.untilMs ?? Number.MAX_SAFE_INTEGER;
  return works.flatMap((work) => {
    const days = daysOf(work).filter((dayMs) => dayMs >= firstMs && dayMs < untilMs);
    return days
      .flatMap((dayMs) => [...committedOn(work, dayMs, query.providerId), ...approvedOn(work, dayMs)])
      .filter(({ ruleFileId }) => query.ruleFileId === null || ruleFileId === query.ruleFileId)
      .filter(({ providerId }) => query.providerId === null || providerId === query.providerId);
  });
}

export function dayOf(atMs: number): number {
  return atMs - (atMs % DAY_MS);
}

/** On which something of it may have been sent, or was found to be done. */
function daysOf({ intents }: SentWork): readonly number[] {
  const moments = intents.flatMap(({ claimedAtMs, effects }) =>
    claimedAtMs.length > 0 ? claimedAtMs : effects.flatMap(({ kind, atMs }) => (kind === 'confirmed' ? [atMs] : [])),
  );
  return [...new Set(moments.map(dayOf))].sort((a, b) => a - b);
}

function committedOn(work: SentWork, dayMs: number, providerId: ProviderId | null): readonly DayMoney[] {
  const standing = standingOf(standingAt(work, dayMs + DAY_MS), providerId);
  const money = committedOf(standing, dayMs);
  const binding = money?.binding ?? unpaidOn(standing, dayMs);
  if (binding === undefined) return [];
  const { row, kind } = binding;
  const intent = work.intents.find(({ call, seq, episode }) => {
    return call === row.call && seq === row.seq && episode === row.episode;
  });
  if (intent === undefined) return [];
  const ruleFileId = money === null ? row.ruleFileId : money.ruleFileId;
  const cents = money?.cents ?? 0;
  return [
    { dayMs, ruleFileId, kind: kind === 'assigned' ? kind : 'invited', cents, providerId: binding.providerId, intent },
  ];
}

/** Of those invited together each may be the one who costs it, as long as nobody is known to have it. */
function standingOf(standing: readonly Binding[], providerId: ProviderId | null): readonly Binding[] {
  if (providerId === null) return standing;
  const assignment = standing.findLast(({ kind, isSettled }) => kind === 'assigned' && isSettled);
  return (assignment === undefined ? standing : [assignment]).filter((one) => one.providerId === providerId);
}

/** Work that costs nothing is given and taken like any other. */
function unpaidOn(standing: readonly Binding[], dayMs: number): Binding | undefined {
  const ofDay = standing.filter(({ row }) => (row.claimedAtMs ?? row.effectAtMs ?? 0) >= dayMs && row.costCents === 0);
  return ofDay.findLast(({ kind }) => kind === 'assigned') ?? ofDay.at(-1);
}

/** The dearest approval that was sent on this day and is not known to have come to nothing by its end. */
function approvedOn({ intents }: SentWork, dayMs: number): readonly DayMoney[] {
  const untilMs = dayMs + DAY_MS;
  const released = intents.filter(({ call, claimedAtMs, effects }) => {
    const last = effects.findLast(({ atMs }) => atMs < untilMs);
    const wasSent = claimedAtMs.some((atMs) => atMs >= dayMs && atMs < untilMs);
    return call.kind === 'approve' && wasSent && (last === undefined || isDoneOrOpen(last));
  });
  const dearest = released.toSorted((a, b) => b.costCents - a.costCents)[0];
  if (dearest === undefined) return [];
  const { ruleFileId, costCents } = dearest;
  return [{ dayMs, ruleFileId, kind: 'approved', cents: costCents, providerId: null, intent: dearest }];
}

function isDoneOrOpen({ kind }: SentIntent['effects'][number]): boolean {
  return kind === 'confirmed' || kind === 'unknown';
}

/** One day under one rule file, by hand (null), or over all. */
export type Spend = {
  readonly dayMs: number;
  readonly scope: { readonly kind: 'all' } | { readonly kind: 'rule'; readonly ruleFileId: string | null };
  /** Work orders that counted with an assignment, and those with an invitation that somebody may still accept. */
  readonly assignments: number;
  readonly invitations: number;
  readonly committedCents: number;
  /** Of the assignments, those made by accepting a counter-offer. */
  readonly counters: number;
  /** What these cost above what their work orders offer; of those whose offer is known. */
  readonly overBaseCents: number;
  readonly approvedCents: number;
  /** The limit on committed money that held on that day; null: none, or not recorded. */
  readonly capCents: number | null;
};

/** What is looked up besides. */
export type SpendTerms = {
  /** What the work order of this decision offers; null: nothing, or it was erased. */
  readonly baseCents: ReadonlyMap<number, number | null>;
  readonly capOf: (dayMs: number, scope: Spend['scope']) => number | null;
};

/** By day, then the rule files by id, by hand, and last all together. */
export function sumSpend(money: readonly DayMoney[], terms: SpendTerms): readonly Spend[] {
  const days = [...Map.groupBy(money, ({ dayMs }) => dayMs)].sort(([a], [b]) => a - b);
  return days.flatMap(([dayMs, ofDay]) => {
    const files = [...Map.groupBy(ofDay, ({ ruleFileId }) => ruleFileId)].sort(([a], [b]) => compareFiles(a, b));
    return [
      ...files.map(([ruleFileId, own]) => sumOf(own, { dayMs, scope: { kind: 'rule', ruleFileId } }, terms)),
      sumOf(ofDay, { dayMs, scope: { kind: 'all' } }, terms),
    ];
  });
}

function compareFiles(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : 1;
}

function sumOf(money: readonly DayMoney[], place: Pick<Spend, 'dayMs' | 'scope'>, terms: SpendTerms): Spend {
  const committed = money.filter(({ kind }) => kind !== 'approved');
  const counters = committed.filter(({ intent }) => intent.call.kind === 'accept_counter');
  return {
    ...place,
    assignments: money.filter(({ kind }) => kind === 'assigned').length,
    invitations: money.filter(({ kind }) => kind === 'invited').length,
    committedCents: sum(committed.map(({ cents }) => cents)),
    counters: counters.length,
    overBaseCents: sum(counters.map(({ cents, intent }) => cents - (terms.baseCents.get(intent.decisionRow) ?? cents))),
    approvedCents: sum(money.filter(({ kind }) => kind === 'approved').map(({ cents }) => cents)),
    capCents: terms.capOf(place.dayMs, place.scope),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
