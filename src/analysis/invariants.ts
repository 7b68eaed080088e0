import type { Directive } from '../domain/directive.ts';
import type { Finding } from '../domain/finding.ts';
import type { SentWork } from '../domain/sent-work.ts';
import { boundProviders } from '../domain/write-call.ts';
import type { FaultyRow } from '../engine/figures.ts';
import { toFinding } from './broken-writes.ts';

/** Directives are read right before a claim; one that comes between is in time for the next. */
const JUST_NOW_MS = 1_000;

/** Claims that bound or invited somebody while a person had excluded him: also by hand, for nobody may then. */
export function findExcluded(works: readonly SentWork[], directives: readonly Directive[]): readonly Finding[] {
  const exclusions = Map.groupBy(
    directives.flatMap((one) => (one.kind === 'exclusion' ? [one] : [])),
    ({ providerId }) => providerId,
  );
  if (exclusions.size === 0) return [];
  return works.flatMap(({ intents }) =>
    intents.flatMap((intent) =>
      boundProviders(intent.call).flatMap((providerId) => {
        const broken = intent.claimedAtMs.flatMap((atMs) => {
          const exclusion = (exclusions.get(providerId) ?? []).find((one) => forbids(one, atMs));
          return exclusion === undefined ? [] : [{ atMs, exclusion }];
        })[0];
        if (broken === undefined) return [];
        const { actor, because } = broken.exclusion;
        const what = `Provider ${providerId} was excluded by ${actor}: ${because}.`;
        return [toFinding('excluded', intent, { atMs: broken.atMs, providerId, what })];
      }),
    ),
  );
}

function forbids({ atMs: sinceMs, untilMs, ended }: Directive, atMs: number): boolean {
  const isOver = (untilMs !== null && atMs >= untilMs) || (ended !== null && atMs >= ended.atMs);
  return atMs >= sinceMs + JUST_NOW_MS && !isOver;
}

/** What the rows beside the intents say, of those works alone. */
export function fromFaultyRows(rows: readonly FaultyRow[], works: readonly SentWork[]): readonly Finding[] {
  const asked = new Set(works.map(({ workOrderId }) => workOrderId));
  return rows
    .filter(({ workOrderId }) => asked.has(workOrderId))
    .map(({ kind, isOnSlate, ...row }) => {
      const unfit = `Provider ${row.providerId} was chosen and ${isOnSlate === 1 ? 'is not eligible' : 'was not on the slate'}.`;
      return { kind, ...row, what: kind === 'while_paused' ? 'Sent while a person had paused acting.' : unfit };
    });
}

/** By time, then decision; each once. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const byText = new Map(
    findings.map((one) => [`${one.kind} ${one.decisionId} ${one.providerId} ${one.what}`, one] as const),
  );
  return [...byText.values()].sort((a, b) => a.atMs - b.atMs || (a.decisionId < b.decisionId ? -1 : 1));
}
