import type { Wanted } from '../domain/approval.ts';
import { committedCents } from '../domain/cost.ts';
import type { Decision, Effect, PlannedDecision } from '../domain/decision.ts';
import { directiveDetail, type Pause } from '../domain/directive.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { Quarantined, RunSummary } from '../domain/run.ts';
import type { DemotedCanary } from './demote-canaries.ts';

export type SummaryInput = {
  readonly openWorkOrders: number;
  readonly decisions: readonly { readonly planned: PlannedDecision; readonly isUnchanged: boolean }[];
  readonly recorded: readonly Decision[];
  /** Those of this run's decisions, and those that earlier runs had left open. */
  readonly effects: readonly Effect[];
  /** Money of what earlier runs had left open and this one saw confirmed. */
  readonly settledCents: number;
  readonly quarantined: readonly Quarantined[];
  readonly httpRequests: number;
  readonly stopped: RunSummary['stopped'];
  readonly isDryRun: boolean;
  readonly collisions: number;
  /** When it was decided; null: acting was not paused. */
  readonly pause: Pause | null;
  /** What a trip-wire stopped; left out: nothing. */
  readonly wanted?: Wanted | undefined;
  /** Canaries that only shadow; left out: none. */
  readonly demoted?: readonly DemotedCanary[];
  /** Left out: nothing was solved together. */
  readonly together?: RunSummary['together'];
  /** Left out: none was looked at. */
  readonly pendingLists?: RunSummary['pendingLists'];
};

/** Effects that are confirmed, and yet not what was decided. */
const ALARMS: readonly string[] = ['FM-6015'];

/** Counts of one run. `decisions` are the live ones, changed or not; shadows are left out. */
export function summarise(input: SummaryInput): RunSummary {
  const shown = input.decisions.filter(({ planned }) => planned.mode !== 'shadow');
  const live = shown.map(({ planned }) => planned);
  const recommended = live.filter(({ recommends }) => recommends !== undefined).length;
  const confirmed = input.effects.filter((effect) => effect.kind === 'confirmed');
  return {
    openWorkOrders: input.openWorkOrders,
    decisions: live.length,
    unchanged: shown.filter(({ isUnchanged }) => isUnchanged).length,
    byOutcome: countBy(live, (planned) => planned.outcome),
    byReason: countBy(live, (planned) => planned.reason.code),
    effects: {
      confirmed: confirmed.length,
      refused: input.effects.filter((effect) => effect.kind === 'refused').length,
      lost_race: input.effects.filter((effect) => effect.kind === 'lost_race').length,
      unknown: input.effects.filter((effect) => effect.kind === 'unknown').length,
    },
    actions: (input.isDryRun ? live : input.recorded).filter((decision) => decision.intents.length > 0).length,
    ...(recommended === 0 ? {} : { recommended }),
    committedCents: confirmed.reduce((sum, effect) => sum + costOf(effect, input.recorded), input.settledCents),
    quarantined: input.quarantined,
    httpRequests: input.httpRequests,
    stopped: input.stopped,
    collisions: input.collisions,
    ...(input.wanted === undefined ? {} : { wanted: input.wanted }),
    ...(input.demoted === undefined || input.demoted.length === 0 ? {} : { demoted: input.demoted.map(demotedLine) }),
    ...(input.together === undefined ? {} : { together: input.together }),
    ...(input.pendingLists === undefined ? {} : { pendingLists: input.pendingLists }),
    paused: input.pause === null ? null : pausedLine(input.pause),
    alarms: input.effects.flatMap(({ decisionId, reason }) =>
      ALARMS.includes(reason.code) ? [{ code: reason.code, decisionId }] : [],
    ),
  };
}

function demotedLine({ ruleFileId, reason, isNew }: DemotedCanary): NonNullable<RunSummary['demoted']>[number] {
  return { code: reason.code, ruleFileId, message: reasonSentence(reason.code, reason.detail), isNew };
}

function pausedLine(pause: Pause): NonNullable<RunSummary['paused']> {
  return { code: 'FM-7012', message: reasonSentence('FM-7012', directiveDetail(pause)) };
}

function costOf(effect: Effect, decisions: readonly Decision[]): number {
  const decision = decisions.find((one) => one.id === effect.decisionId);
  const intent = decision?.intents.find(({ n }) => n === effect.intentN);
  return intent === undefined ? 0 : committedCents(intent);
}

function countBy<Key extends string>(
  rows: readonly PlannedDecision[],
  key: (row: PlannedDecision) => Key,
): { readonly [name in Key]?: number } {
  const counts: { [name in Key]?: number } = {};
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
  return counts;
}
