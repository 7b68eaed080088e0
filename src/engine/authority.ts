import type { ServerView } from '../actions/definition.ts';
import { payBlocks } from '../decide/pay-limits.ts';
import { toHold } from '../decide/to-hold.ts';
import type { PlannedDecision, Reason } from '../domain/decision.ts';
import type { Facts } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { ScoredCandidate } from '../domain/scored-slate.ts';
import { boundProviders } from '../domain/write-call.ts';
import type { CompiledRuleFile } from '../evaluate/compile.ts';
import { confirmByReference, disagreements } from '../evaluate/reference.ts';
import { createRememberedReference } from '../evaluate/remembered-reference.ts';
import { type CompiledReviewFile, disputedByReference } from '../evaluate/review.ts';
import { buildSlate } from '../facts/build-slate.ts';
import type { IntentTask } from './perform-intent.ts';
import type { Surroundings } from './prepare-orders.ts';

/**
 * Has json-rules-engine itself evaluate every candidate a decision is about to bind or invite. Where it disagrees with
 * the compiled rules the decision becomes a hold, and nothing is sent.
 */
export function confirmByAuthority(
  planned: PlannedDecision,
  workOrderFacts: Facts,
  compiled: readonly CompiledRuleFile[],
): Promise<PlannedDecision> {
  return confirmBy(confirmByReference, { planned, workOrderFacts, compiled });
}

/** The same for a great many decisions: what json-rules-engine said of the same values once it is not asked again. */
export function createRememberingAuthority(): typeof confirmByAuthority {
  const reference = createRememberedReference();
  return (planned, workOrderFacts, compiled) => confirmBy(reference, { planned, workOrderFacts, compiled });
}

type Confirming = {
  readonly planned: PlannedDecision;
  readonly workOrderFacts: Facts;
  readonly compiled: readonly CompiledRuleFile[];
};

async function confirmBy(
  reference: typeof confirmByReference,
  { planned, workOrderFacts, compiled }: Confirming,
): Promise<PlannedDecision> {
  const chosen = new Set<ProviderId>(planned.intents.flatMap((intent) => boundProviders(intent.call)));
  if (chosen.size === 0) return planned;
  const file = compiled.find((one) => one.file.id === planned.ruleFileId);
  if (file === undefined) throw new TypeError(`decision by a rule file that is not loaded: ${planned.ruleFileId}`);
  for (const { scored } of planned.candidates) {
    if (!chosen.has(scored.candidate.providerId)) continue;
    const disputed = await disputedCriteria(file, scored, { workOrderFacts, reference });
    if (disputed.length > 0) {
      const detail = { criterion: disputed.join(', '), provider: scored.candidate.providerId };
      return toHold(planned, { code: 'FM-3008', detail });
    }
  }
  return planned;
}

/** The same for finished work that is about to be approved or sent back. */
export async function confirmReviewByAuthority(
  planned: PlannedDecision,
  facts: Facts,
  compiled: readonly CompiledReviewFile[],
): Promise<PlannedDecision> {
  const file = compiled.find((one) => one.file.id === planned.ruleFileId)?.file;
  if (planned.intents.length === 0 || file === undefined) return planned;
  const disputed = await disputedByReference(file, facts, planned.review ?? []);
  if (disputed.length === 0) return planned;
  return toHold(planned, { code: 'FM-3027', detail: { criterion: disputed.join(', ') } });
}

/**
 * Evaluates the providers of a call again on what the guard has just read, by both evaluators, and holds the work order's pay
 * against the file's limits once more. Null: every required criterion and limit holds.
 */
export async function recheckRequired(
  around: Surroundings,
  task: IntentTask,
  view: ServerView,
): Promise<Reason | null> {
  const file = around.compiled.find((one) => one.file.id === task.ruleFileId);
  const { workOrder } = view;
  for (const provider of boundProviders(task.intent.call)) {
    if (file === undefined || workOrder === null)
      return { code: 'FM-6007', detail: { criterion: 'the rule file', provider } };
    const known = around.directory.get(provider);
    const slate = buildSlate({
      workOrder,
      pending: view.rows.filter((row) => row.providerId === provider),
      bench: known === undefined ? [] : [known],
      directory: around.directory,
      profiles: around.profiles,
      commitments: around.commitments,
      cancellations: around.cancellations,
      refs: around.refs,
      takenAtMs: view.observedAtMs,
    });
    const scored = file.score(slate).candidates.find((one) => one.candidate.providerId === provider);
    const failed = scored === undefined ? 'the provider' : await failedCriterion(file, slate.facts, scored);
    if (failed !== null) return { code: 'FM-6007', detail: { criterion: failed, provider } };
    const dear = scored === undefined ? [] : payBlocks(scored.candidate, workOrder, file.file.guardrails.pay);
    for (const { code, detail } of dear)
      return { code: 'FM-6025', detail: { provider, limit: reasonSentence(code, detail) } };
  }
  return null;
}

async function failedCriterion(
  file: CompiledRuleFile,
  workOrderFacts: Facts,
  scored: ScoredCandidate,
): Promise<string | null> {
  const missed = scored.criteria.find((one) => one.isRequired && one.applies && one.verdict !== 'match');
  if (missed !== undefined) return missed.label;
  const [disputed] = await disputedCriteria(file, scored, { workOrderFacts, reference: confirmByReference });
  return disputed ?? null;
}

async function disputedCriteria(
  { file }: CompiledRuleFile,
  scored: ScoredCandidate,
  { workOrderFacts, reference }: { readonly workOrderFacts: Facts; readonly reference: typeof confirmByReference },
): Promise<readonly string[]> {
  return disagreements(scored, await reference({ file, workOrderFacts, candidateFacts: scored.candidate.facts }));
}
