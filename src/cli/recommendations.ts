import type { Config } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { DecisionAnswer } from '../domain/approval.ts';
import type { WantedAction } from '../domain/decision.ts';
import { type DecisionId, parseDecisionId } from '../domain/ids.ts';
import type { Problem } from '../domain/problem.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { HistoryView } from '../engine/history-view.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { OperatorMistake } from './exit-codes.ts';

/** A decision of a file that only recommends, as it stands for a person's word. */
export type Recommendation = {
  /** Whole. */
  readonly decision: RecordedDecision;
  readonly action: WantedAction;
  /** Null: nobody has answered. Approved and still here: the run that was to do it has not come so far. */
  readonly answer: DecisionAnswer | null;
};

type Reader = Pick<LedgerReader, 'decisions' | 'decision'> & HistoryView;

type At = Pick<Config, 'limits'> & { readonly nowMs: number };

/**
 * What waits for a person, oldest first: the newest live decision of each work order, where it recommends an action and
 * is young enough, with what was approved and is not done. Whether the work order is still open, the ledger does not know.
 */
export async function readRecommendations(reader: Reader, at: At): Promise<readonly Recommendation[]> {
  const sinceMs = at.nowMs - at.limits.approvalMaxAgeMs;
  const all = await reader.decisions({ sinceMs, untilMs: null, workOrderId: null, withCandidates: false });
  const newest = new Map(all.filter(({ mode }) => mode !== 'shadow').map((one) => [one.workOrderId, one] as const));
  const asking = [...newest.values()]
    .filter(({ mode, intents }) => mode === 'recommend' && intents.length === 0)
    .toSorted((a, b) => a.decidedAtMs - b.decidedAtMs);
  const found = await Promise.all(asking.map((one) => readOne(reader, one.id)));
  return found.flatMap((one) => (one.kind === 'found' && one.item.answer?.verdict !== 'rejected' ? [one.item] : []));
}

/** Those named, every one of them open to an answer; else throws with what is wrong with each. */
export async function findRecommendations(
  reader: Reader,
  asked: readonly (string | null)[],
  at: At,
): Promise<readonly Recommendation[]> {
  const items: Recommendation[] = [];
  const problems: Problem[] = [];
  for (const text of new Set(asked.map((one) => one ?? ''))) {
    const id = parseDecisionId(text);
    const found = id === null ? NO_ID : await readOne(reader, id);
    const fault = found.kind === 'fault' ? found : faultOf(found.item, at);
    if (fault !== null) problems.push(configurationProblem(`decision ${text}`, fault.code, fault));
    else if (found.kind === 'found') items.push(found.item);
  }
  if (problems.length > 0) throw new OperatorMistake(problems);
  return items;
}

type Fault = {
  readonly kind: 'fault';
  readonly code: 'FM-C245' | 'FM-C246' | 'FM-C247' | 'FM-C248' | 'FM-C249';
  readonly what: string;
  readonly fix: string;
};

type Found = { readonly kind: 'found'; readonly item: Recommendation };

const SEE_LIST = 'See approve list.';

const NO_ID = fault('FM-C245', 'is no decision id', 'Ids look like 4047.1.3. See approve list.');

async function readOne(reader: Reader, id: DecisionId): Promise<Found | Fault> {
  const decision = await reader.decision(id);
  if (decision === null) return fault('FM-C245', 'is no decision of this ledger', SEE_LIST);
  if (decision.recommends === undefined) {
    const what = `is no recommendation: ${decision.mode ?? 'no file'}, ${decision.outcome} ${decision.reason.code}`;
    return fault('FM-C246', what, SEE_LIST);
  }
  const history = await reader.historyOf(decision.workOrderId);
  const answer = history.answers.findLast((one) => one.decisionId === id) ?? null;
  if (history.lastLive?.id !== id && answer === null) {
    const later = history.lastLive?.id;
    const what = later === undefined ? 'is of an episode that is over' : `was overtaken by decision ${later}`;
    return fault('FM-C247', what, SEE_LIST);
  }
  return { kind: 'found', item: { decision, action: decision.recommends, answer } };
}

function faultOf({ decision, answer }: Recommendation, { limits, nowMs }: At): Fault | null {
  if (answer !== null) {
    const what = `was ${answer.verdict} by ${answer.actor} already`;
    return fault('FM-C248', what, 'An answer counts once; the next run recommends what is right by then.');
  }
  if (nowMs - decision.decidedAtMs <= limits.approvalMaxAgeMs) return null;
  const hours = Math.round(limits.approvalMaxAgeMs / 3_600_000);
  return fault(
    'FM-C249',
    `is older than ${hours} h`,
    'The next run recommends anew what is still right; see approve list.',
  );
}

function fault(code: Fault['code'], what: string, fix: string): Fault {
  return { kind: 'fault', code, what, fix };
}
