import { AGEING_FACTS } from '../criteria/catalog.ts';
import type { PlannedDecision, RankedCandidate } from '../domain/decision.ts';
import type { Facts, FactValue } from '../domain/fact.ts';
import type { Sha256 } from '../domain/ids.ts';
import { hashJson, type JsonValue } from '../domain/json.ts';
import type { WorkOrderHistory } from './ports.ts';

/**
 * Equal for two decisions that rest on the same things: the rule text, the work order, every candidate's facts, verdicts
 * and standing, what was tried before, and which stages are due. Times of observation stay out, so that an order nobody
 * touches is written once and not at every tick. The winner and the reason's code are in, since they depend on the rest
 * of the batch as well.
 */
export function fingerprint(planned: PlannedDecision, { attempts, answers }: Before, workOrderFacts: Facts): Sha256 {
  const { workOrder } = planned;
  return hashJson({
    ruleFile: planned.ruleFileHash,
    mode: planned.mode,
    dueStages: planned.dueStages,
    code: planned.reason.code,
    winner: planned.winner,
    workOrder: {
      status: workOrder.status,
      actions: workOrder.actions.toSorted(),
      assignee: workOrder.assigneeId,
      pay: workOrder.pay,
      schedule: workOrder.schedule,
      facts: factValues(workOrderFacts),
    },
    attempts: attempts.map((attempt) => [
      attempt.decisionId,
      attempt.intentN,
      attempt.effect?.kind ?? null,
      attempt.effect?.reason ?? null,
    ]),
    candidates: planned.candidates.map(candidateEssence),
    // Once answered, a recommendation is made anew rather than never again; other files are asked nothing.
    ...(planned.mode !== 'recommend' || answers.length === 0
      ? {}
      : { answers: answers.map(({ decisionId, verdict }) => [decisionId, verdict]) }),
    ...(planned.review === undefined ? {} : { review: planned.review.map(({ key, verdict }) => [key, verdict]) }),
  });
}

type Before = Pick<WorkOrderHistory, 'attempts' | 'answers'>;

function candidateEssence(ranked: RankedCandidate): JsonValue {
  const { candidate, pointsMilli, maxPoints, criteria } = ranked.scored;
  const { request, route } = candidate;
  return {
    provider: candidate.providerId,
    kind: candidate.kind,
    request: request === null ? null : [request.id, request.isActive, request.isExpired, request.isCounter],
    route: route?.id ?? null,
    actions: candidate.actions.toSorted(),
    cost: candidate.costCents,
    points: [pointsMilli, maxPoints],
    verdicts: criteria.map((criterion) => [criterion.verdict, criterion.decidedBy, criterion.applies]),
    eligible: ranked.isEligible,
    rank: ranked.rank,
    blockedBy: ranked.blockedBy.map((reason) => reason.code),
    facts: factValues(candidate.facts),
  };
}

function factValues(facts: Facts): JsonValue {
  const values: { [key: string]: FactValue } = {};
  for (const [key, fact] of Object.entries(facts)) {
    if (fact.kind === 'known' && !isAgeing(key)) values[key] = fact.value;
  }
  return values;
}

/** Its value changes by the mere passing of time; the verdict it leads to is among the candidate's. */
function isAgeing(key: string): boolean {
  return AGEING_FACTS.some((name) => key.startsWith(name) && (key.length === name.length || key[name.length] === '{'));
}
