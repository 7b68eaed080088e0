import { resultOf } from './metrics.ts';
import type { RunAsked, RunOutcome } from './perform-run.ts';
import type { Due } from './timekeeper.ts';

export type RunLine = {
  readonly level: 'info' | 'warn' | 'error';
  readonly sentence: string;
  readonly fields: { readonly [name: string]: unknown };
};

/** The one log line of a run. */
export function describeRun(ran: {
  readonly due: Due;
  readonly outcome: RunOutcome;
  readonly durationMs: number;
  readonly only: RunAsked['only'];
}): RunLine {
  const { due, outcome, durationMs, only } = ran;
  const fields = {
    tick: due.tick,
    because: due.because,
    ...(due.because === 'webhook' ? { hinted: only?.length ?? 'all' } : {}),
    result: resultOf(outcome),
    durationMs,
    httpRequests: outcome.httpRequests,
    ruleSet: outcome.ruleSet.hash,
    ...(outcome.ruleProblems === 0 ? {} : { ruleProblems: outcome.ruleProblems }),
    ...outcome.ledger,
  };
  switch (outcome.kind) {
    case 'finished':
      return { ...finishedLine(outcome.report), fields: { ...fields, ...finishedFields(outcome.report) } };
    case 'taken':
      return { level: 'info', sentence: 'this tick has its run in the ledger already', fields };
    case 'stopped':
      return { level: 'info', sentence: 'asked to stop before anything was decided', fields };
    case 'locked':
      return { level: 'warn', sentence: outcome.message, fields };
    case 'unavailable':
      return {
        level: 'error',
        sentence: `the platform could not be read: ${outcome.message}`,
        fields: { ...fields, why: outcome.why },
      };
  }
}

type Report = Extract<RunOutcome, { readonly kind: 'finished' }>['report'];

function finishedLine({ result, summary, isDryRun }: Report): Pick<RunLine, 'level' | 'sentence'> {
  if (result !== 'done')
    return { level: 'warn', sentence: `the run was stopped: ${summary.stopped?.message ?? result}` };
  const demoted = (summary.demoted ?? []).filter(({ isNew }) => isNew && !isDryRun);
  if (demoted.length > 0)
    return { level: 'error', sentence: `run done; ${demoted.map(({ message }) => message).join(' ')}` };
  const [drift] = summary.drift ?? [];
  if (drift !== undefined) return { level: 'warn', sentence: `run done; ${drift.message}` };
  if (summary.paused != null) return { level: 'warn', sentence: `run done; ${summary.paused.message}` };
  return { level: 'info', sentence: isDryRun ? 'dry run done; nothing was sent or recorded' : 'run done' };
}

function finishedFields({ run, summary, isDryRun }: Report): RunLine['fields'] {
  return {
    run: run.id,
    isDryRun,
    openWorkOrders: summary.openWorkOrders,
    decisions: summary.decisions,
    unchanged: summary.unchanged,
    outcomes: summary.byOutcome,
    actions: summary.actions,
    ...(summary.recommended === undefined ? {} : { recommended: summary.recommended }),
    effects: summary.effects,
    committedCents: summary.committedCents,
    quarantined: summary.quarantined.length,
    ...(summary.pendingLists === undefined ? {} : { pendingLists: summary.pendingLists }),
    ...(summary.together === undefined ? {} : { together: summary.together }),
    ...(summary.demoted === undefined ? {} : { demoted: summary.demoted }),
    ...(summary.drift === undefined ? {} : { drift: summary.drift }),
    ...(summary.paused == null ? {} : { paused: summary.paused.code }),
    ...(summary.stopped === null ? {} : { stopped: summary.stopped.code }),
  };
}
