import { reasonSentence } from '../domain/reason-codes.ts';
import type { RunSummary } from '../domain/run.ts';
import { type Clock, type DecisionStore, PlatformUnavailable, type WorkOrderSource } from './ports.ts';
import { summarise } from './summary.ts';

export type OpenedRun = {
  readonly store: DecisionStore;
  readonly deps: { readonly source: WorkOrderSource; readonly clock: Clock };
  readonly run: { readonly id: string };
  /** The client's count when the run began. */
  readonly requestsBefore: number;
};

/** A platform that cannot be read ends the run, which must not look like one that was killed. */
export async function closingOnFailure<Result>(opened: OpenedRun, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PlatformUnavailable)
      await closeFailed(opened, { code: 'FM-7005', message: reasonSentence('FM-7005', { message: error.message }) });
    throw error;
  }
}

/** What it had done is in the ledger, with its effects. */
export async function closeFailed(opened: OpenedRun, stopped: RunSummary['stopped']): Promise<void> {
  const { store, deps, run } = opened;
  const summary = summariseNothing(opened, { stopped, isDryRun: false });
  await store.closeRun({ runId: run.id, endedAtMs: deps.clock.nowMs(), result: 'failed', summary });
}

/** Of a run that came to no decision. */
export function summariseNothing(
  { deps, requestsBefore }: Pick<OpenedRun, 'requestsBefore'> & { readonly deps: Pick<OpenedRun['deps'], 'source'> },
  said: Pick<RunSummary, 'stopped'> & { readonly isDryRun: boolean },
): RunSummary {
  return summarise({
    openWorkOrders: 0,
    decisions: [],
    recorded: [],
    effects: [],
    settledCents: 0,
    quarantined: [],
    httpRequests: deps.source.requestCount() - requestsBefore,
    ...said,
    collisions: 0,
    pause: null,
  });
}
