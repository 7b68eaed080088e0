import { AGEING_FACTS } from '../criteria/catalog.ts';
import type { PlannedDecision, RankedCandidate } from '../domain/decision.ts';
import type { Facts, FactValue } from '../domain/fact.ts';
import type { Sha256 } from '../domain/ids.ts';
import { hashText, type JsonValue, toCanonicalJson } from '../domain/json.ts';
import type { CriteriaInBrief, CriterionResult, ScoredCandidate } from '../domain/scored-slate.ts';
import type { WorkOrderHistory } from './ports.ts';

/**
 * Equal for two decisions that rest on the same things: the rule text, the work order, every candidate's facts, verdicts
 * and standing, what was tried before, and which stages are due. Times of observation stay out, so that an order nobody
 * touches is written once and not at every tick. The winner and the reason's code are in, since they depend on the rest
 * of the batch as well.
 */
export function fingerprint(planned: PlannedDecision, { attempts, answers }: Before, workOrderFacts: Facts): Sha256 {
  const { workOrder } = planned;
  const before = toCanonicalJson({
    // Once answered, a recommendation is made anew rather than never again; other files are asked nothing.
    ...(planned.mode !== 'recommend' || answers.length === 0
      ? {}
      : { answers: answers.map(({ decisionId, verdict }) => [decisionId, verdict]) }),
    attempts: attempts.map((attempt) => [
      attempt.decisionId,
      attempt.intentN,
      attempt.effect?.kind ?? null,
      attempt.effect?.reason ?? null,
    ]),
  });
  const after = toCanonicalJson({
    code: planned.reason.code,
    dueStages: planned.dueStages,
    mode: planned.mode,
    ...(planned.review === undefined ? {} : { review: planned.review.map(({ key, verdict }) => [key, verdict]) }),
    ruleFile: planned.ruleFileHash,
    winner: planned.winner,
    workOrder: {
      status: workOrder.status,
      actions: workOrder.actions.toSorted(),
      assignee: workOrder.assigneeId,
      pay: workOrder.pay,
      schedule: workOrder.schedule,
      facts: factValues(workOrderFacts),
    },
  });
  // One canonical text: both parts' members without their braces, with the candidates, which are most of it, where they belong.
  const candidates = planned.candidates.map((ranked) => writeEssence(ranked, workOrderFacts)).join();
  return hashText(`${before.slice(0, -1)},"candidates":[${candidates}],${after.slice(1)}`);
}

type Before = Pick<WorkOrderHistory, 'attempts' | 'answers'>;

/** As canonical JSON: of a run with a hundred thousand candidates writing it at once takes a fifth of the time. */
function writeEssence(ranked: RankedCandidate, workOrderFacts: Facts): string {
  const { scored, isEligible, rank, blockedBy } = ranked;
  const { candidate, pointsMilli, maxPoints } = scored;
  const { request, route } = candidate;
  const asked =
    request === null ? null : `[${request.id},${request.isActive},${request.isExpired},${request.isCounter}]`;
  const codes = blockedBy.map(({ code }) => `"${code}"`);
  return `{"actions":${writeActions(candidate.actions)},"blockedBy":[${codes.join()}],"cost":${candidate.costCents},"eligible":${isEligible},"facts":${writeFactValues(candidate.facts)},"kind":"${candidate.kind}","points":[${pointsMilli},${maxPoints}],"provider":${candidate.providerId},"rank":${rank},"request":${asked},"route":${route?.id ?? null},"verdicts":[${writeVerdicts(scored, workOrderFacts)}]}`;
}

function writeVerdicts(scored: ScoredCandidate, workOrderFacts: Facts): string {
  const brief = scored.inBrief?.(workOrderFacts);
  if (brief) return verdictsInBrief(brief);
  return scored.criteria.map(writeVerdict).join();
}

function writeVerdict({ verdict, decidedBy, applies }: Pick<CriterionResult, 'verdict' | 'decidedBy' | 'applies'>) {
  return `["${verdict}","${decidedBy}",${applies}]`;
}

/** By masks and number of criteria: slates have few different ones. */
const writtenVerdicts = new Map<string, string>();
const MOST_VERDICTS = 10_000;

function verdictsInBrief({ masks, widths }: CriteriaInBrief): string {
  const { matched, missed, notApplying, byPlatform, byOnMissing } = masks;
  const key = `${matched} ${missed} ${notApplying} ${byPlatform} ${byOnMissing} ${widths.length}`;
  const known = writtenVerdicts.get(key);
  if (known !== undefined) return known;
  if (writtenVerdicts.size >= MOST_VERDICTS) writtenVerdicts.clear();
  const has = (mask: number, n: number) => Math.floor(mask / 2 ** n) % 2 === 1;
  const verdicts = widths.map((_, n) =>
    writeVerdict({
      verdict: has(matched, n) ? 'match' : has(missed, n) ? 'no_match' : 'unknown',
      decidedBy: has(byPlatform, n) ? 'platform' : has(byOnMissing, n) ? 'on_missing' : 'facts',
      applies: !has(notApplying, n),
    }),
  );
  const written = verdicts.join();
  writtenVerdicts.set(key, written);
  return written;
}

const writtenActions = new WeakMap<readonly string[], string>();

function writeActions(actions: readonly string[]): string {
  const known = writtenActions.get(actions);
  if (known !== undefined) return known;
  const written = JSON.stringify(actions.toSorted());
  writtenActions.set(actions, written);
  return written;
}

/** `"key":`, empty for a fact that ages. */
const writtenKeys = new Map<string, string>();

/** Keys can come from rule files, which somebody may write without end. */
const MOST_KEYS = 10_000;

function writeKey(key: string): string {
  const known = writtenKeys.get(key);
  if (known !== undefined) return known;
  if (writtenKeys.size >= MOST_KEYS) writtenKeys.clear();
  const written = isAgeing(key) ? '' : `${JSON.stringify(key)}:`;
  writtenKeys.set(key, written);
  return written;
}

function writeFactValues(facts: Facts): string {
  let text = '';
  let before = '';
  for (const key in facts) {
    if (key < before) return toCanonicalJson(factValues(facts));
    before = key;
    const fact = facts[key];
    const written = fact?.kind === 'known' ? writeKey(key) : '';
    if (fact?.kind !== 'known' || written === '') continue;
    text += `${text === '' ? '' : ','}${written}${writeValue(fact.value)}`;
  }
  return `{${text}}`;
}

function writeValue(value: FactValue): string {
  return typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
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
