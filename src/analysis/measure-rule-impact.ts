import type { Sha256 } from '../domain/ids.ts';
import type { RuleCase } from '../domain/rule-case.ts';
import type { RecordedRuleEvent, RulesCommit } from '../domain/rule-event.ts';
import { nearestRank } from './nearest-rank.ts';

/** What one text of a rule file did while it decided. Shares in tenths of a percent of its work orders; null: of none. */
export type RuleImpact = {
  readonly ruleFileId: string;
  readonly ruleFileHash: Sha256;
  /** Of the set that first had this text; null: not known, or no git checkout. */
  readonly commit: RulesCommit | null;
  /** When it was taken; before there was a history of rule files, when it first decided. */
  readonly sinceMs: number;
  /** The one it decided in last. */
  readonly mode: string | null;
  readonly decisions: number;
  /** Each once per episode. */
  readonly workOrders: number;
  readonly actedOn: number;
  readonly nobodyPerMille: number | null;
  readonly heldPerMille: number | null;
  /** Points of whom it chose, of the maximum: their mean. */
  readonly pointsPerMille: number | null;
  readonly medianMarginMilli: number | null;
  readonly filled: number;
  readonly filledPerMille: number | null;
  /** Mean of what it filled. */
  readonly costCents: number | null;
  readonly overBaseCents: number | null;
  readonly medianFillMs: number | null;
  /** Of what it filled. */
  readonly undonePerMille: number | null;
};

export type RuleImpactChange = RuleImpact & { readonly before: RuleImpact | null };

/** By rule file, oldest text first, each beside the one that decided before it. */
export function measureRuleImpact(
  cases: readonly RuleCase[],
  events: readonly RecordedRuleEvent[],
): readonly RuleImpactChange[] {
  const texts = Map.groupBy(cases, ({ ruleFileId, ruleFileHash }) => `${ruleFileId} ${ruleFileHash}`);
  const impacts = [...texts.values()]
    .map((own) => measure(own, events))
    .sort((a, b) => compareText(a.ruleFileId, b.ruleFileId) || a.sinceMs - b.sinceMs);
  return impacts.map((impact, n) => {
    const before = impacts[n - 1];
    return { ...impact, before: before?.ruleFileId === impact.ruleFileId ? before : null };
  });
}

function measure(cases: readonly RuleCase[], events: readonly RecordedRuleEvent[]): RuleImpact {
  const last = cases.reduce<RuleCase | null>(
    (newest, one) => (newest === null || one.firstAtMs >= newest.firstAtMs ? one : newest),
    null,
  );
  if (last === null) throw new TypeError('a text without a case');
  const { ruleFileId, ruleFileHash, mode } = last;
  const taken = events.find(
    (event) =>
      event.kind === 'taken' && event.files.some((file) => file.id === ruleFileId && file.hash === ruleFileHash),
  );
  const filled = cases.flatMap(({ filled: own, openedAtMs }) => (own === null ? [] : [{ ...own, openedAtMs }]));
  const share = (holds: (one: RuleCase) => boolean) => perMille(cases.filter(holds).length, cases.length);
  return {
    ...{ ruleFileId, ruleFileHash, mode },
    commit: taken?.commit ?? null,
    sinceMs: taken?.atMs ?? Math.min(...cases.map(({ firstAtMs }) => firstAtMs)),
    decisions: sum(cases.map(({ decisions }) => decisions)),
    workOrders: cases.length,
    actedOn: cases.filter(({ isActedOn }) => isActedOn).length,
    nobodyPerMille: share(({ hasEligible }) => !hasEligible),
    heldPerMille: share(({ outcome }) => outcome === 'hold'),
    pointsPerMille: mean(
      cases.flatMap(({ winner }) =>
        winner === null || winner.maxPoints === 0 ? [] : [winner.pointsMilli / winner.maxPoints],
      ),
    ),
    medianMarginMilli: nearestRank(
      cases.flatMap(({ marginMilli }) => marginMilli ?? []),
      50,
    ),
    filled: filled.length,
    filledPerMille: perMille(filled.length, cases.length),
    costCents: mean(filled.map(({ costCents }) => costCents)),
    overBaseCents: mean(filled.flatMap(({ overBaseCents }) => overBaseCents ?? [])),
    medianFillMs: nearestRank(
      filled.map(({ atMs, openedAtMs }) => Math.max(0, atMs - openedAtMs)),
      50,
    ),
    undonePerMille: perMille(filled.filter(({ isUndone }) => isUndone).length, filled.length),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Rounded; null: of none. */
function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.round(sum(values) / values.length);
}

function perMille(count: number, of: number): number | null {
  return of === 0 ? null : Math.round((1000 * count) / of);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
