import type { Reason } from '../domain/decision.ts';
import { DRIFT_DAYS, type Drift, type DriftLimits, findDrift } from '../domain/drift.ts';
import type { ParitySum } from '../domain/parity.ts';
import { reasonRemedy, reasonSentence } from '../domain/reason-codes.ts';
import type { NotCounted, RunSummary } from '../domain/run.ts';
import type { Clock, DecisionStore, LedgerView } from './ports.ts';
import type { RunReport } from './run-report.ts';

type Closing = {
  readonly store: DecisionStore;
  readonly deps: { readonly clock: Clock; readonly limits: DriftLimits };
};

/** Writes down how the run ended, and what it noticed besides: nothing of that stops a run, nor does what cannot be counted. */
export async function closeRun({ store, deps }: Closing, finished: RunReport): Promise<RunReport> {
  const { drift, notCounted } = await tryDrift({ store, deps });
  const summary = {
    ...finished.summary,
    ...(drift.length === 0 ? {} : { drift: drift.map(toLine) }),
    ...(notCounted === null ? {} : { notCounted }),
  };
  const left = await store.closeRun({
    runId: finished.run.id,
    endedAtMs: deps.clock.nowMs(),
    result: finished.result,
    summary,
  });
  return { ...finished, summary: left === null ? summary : { ...summary, notCounted: left } };
}

async function tryDrift({
  store,
  deps,
}: Closing): Promise<{ readonly drift: readonly Drift[]; readonly notCounted: NotCounted }> {
  try {
    const drift = await readDrift(store, { nowMs: deps.clock.nowMs(), limits: deps.limits });
    return { drift, notCounted: null };
  } catch (error) {
    return { drift: [], notCounted: error instanceof Error ? error.message : String(error) };
  }
}

/** Where our verdicts and Field Nation's have come apart lately, by what the ledger has counted. */
export async function readDrift(
  ledger: Pick<LedgerView, 'parityDays'>,
  { nowMs, limits }: { readonly nowMs: number; readonly limits: DriftLimits },
): Promise<readonly Drift[]> {
  const sinceMs = nowMs - DRIFT_DAYS * 86_400_000;
  const all = { untilMs: null, ruleFileId: null, clientId: null, projectId: null };
  return findDrift(await ledger.parityDays({ sinceMs, ...all }), nowMs, limits);
}

function toLine(drift: Drift): NonNullable<RunSummary['drift']>[number] {
  const { code, detail } = driftReason(drift);
  const { ruleFileId, key: criterion, example } = drift;
  const command =
    example === null
      ? `fieldmarshal report parity --rule ${ruleFileId}`
      : `fieldmarshal explain ${example.decisionId} --provider ${example.providerId}`;
  return {
    code,
    ruleFileId,
    criterion,
    message: reasonSentence(code, detail),
    remedy: reasonRemedy(code, detail),
    command,
  };
}

export function driftReason({ ruleFileId, key, recent, before }: Drift): Reason {
  const detail = {
    rule_file: ruleFileId,
    criterion: key,
    recent_percent: percentOf(recent),
    recent: recent.compared,
    before_percent: percentOf(before),
    before: before.compared,
  };
  return { code: 'FM-8010', detail };
}

function percentOf({ compared, differ }: ParitySum): number {
  return Math.round((100 * differ) / compared);
}
