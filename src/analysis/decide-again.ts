import type { SolveProgram } from '../decide/assignment/program.ts';
import { readCalendar } from '../decide/calendar.ts';
import { decideBatch, stopBatch } from '../decide/decide-batch.ts';
import { hasInvited } from '../decide/earlier-attempts.ts';
import type { BatchDecisions, DecideInput, OrderInput, Share } from '../decide/input.ts';
import { actsByItself } from '../decide/preconditions.ts';
import type { Commitment } from '../domain/decision.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import { isOfText } from '../domain/rule-event.ts';
import type { RuleSet, Stage } from '../domain/rule-file.ts';
import type { Slate } from '../domain/scored-slate.ts';
import { type CompiledRuleFile, compileRuleFile } from '../evaluate/compile.ts';
import { selectRuleFiles } from '../evaluate/select-rule-files.ts';
import { factsNeeded } from '../facts/facts-needed.ts';
import type { ReadingPlan } from '../facts/plan-reading.ts';
import { completeSlate, type FactGap, planCompletion, type ReadRow } from './complete-facts.ts';
import type { RecordedBatch, RecordedMember } from './recorded-batch.ts';

/** A rule set made ready to decide recorded slates, once for all of them. Holds no state. */
export type DecidingRules = {
  readonly files: readonly CompiledRuleFile[];
  readonly plan: ReadingPlan;
};

export type AgainInput = {
  readonly batch: RecordedBatch;
  /** Of the members to be decided together; one work order counts once, the first slate of it. */
  readonly slates: readonly Slate[];
  readonly rules: DecidingRules;
  /** `loadHighs`; `soleProgram` for a work order alone. */
  readonly solve: SolveProgram;
  /** See `ReadRow`; fieldnation/ has it. */
  readonly readRow: ReadRow;
  /** What members without a slate here took, as recorded; left out: they took nothing. */
  readonly shares?: readonly Share[];
};

/** Something of the recorded run that these decisions could not rest on. */
export type Gap =
  /** A fact that the rules ask for and that was not recorded for this slate. */
  | ({ readonly kind: 'fact'; readonly workOrderId: WorkOrderId } & FactGap)
  /** A stage would invite, and at that time nobody of the bench was looked at for this work order. */
  | { readonly kind: 'bench'; readonly workOrderId: WorkOrderId; readonly ruleFileId: string; readonly stage: number }
  /** A stage invites members of a talent pool that was not read then. */
  | { readonly kind: 'talent_pool'; readonly workOrderId: WorkOrderId; readonly talentPoolId: number }
  /** Whether the platform dispatches the project's work orders was not asked then. */
  | { readonly kind: 'project'; readonly workOrderId: WorkOrderId; readonly projectId: number }
  /** Members of the run without a slate here: what they were given then is not counted. Ascending. */
  | { readonly kind: 'members'; readonly workOrderIds: readonly WorkOrderId[] }
  /** The slate's work order is no member of the run, so that it cannot be decided. */
  | { readonly kind: 'no_member'; readonly workOrderId: WorkOrderId }
  /** Reviews and dispatch together broke a limit then: it is taken for broken again. */
  | { readonly kind: 'stopped' }
  /** An earlier version recorded the run without these parts: they count as empty, or as the default limits. */
  | { readonly kind: 'older'; readonly lacks: readonly string[] };

export type DecidedAgain = BatchDecisions & { readonly gaps: readonly Gap[] };

export function prepareRules({ files }: Pick<RuleSet, 'files'>): DecidingRules {
  return { files: files.map(compileRuleFile), plan: planCompletion(factsNeeded(files)) };
}

/**
 * What the rules would have decided in a recorded run. With the rules of then and the slates of all members it is the
 * recorded decisions, but for those that json-rules-engine itself had disputed. History is as it was: attempts, money,
 * commitments and opening times come from what really happened, not from what these rules would have led to.
 */
export function decideAgain(input: AgainInput): DecidedAgain {
  const { stoppedBy } = input.batch;
  const { decideInput, gaps } = decideInputAgain(input);
  const decided = decideBatch(decideInput, input.solve);
  return { ...(stoppedBy === null ? decided : stopBatch(decided, stoppedBy, decideInput)), gaps };
}

/** All that those decisions are taken from. */
export function decideInputAgain(input: AgainInput): {
  readonly decideInput: DecideInput;
  readonly gaps: readonly Gap[];
} {
  const { batch, rules } = input;
  const members = new Map(batch.members.map((member) => [member.workOrderId, member] as const));
  const terms = { plan: rules.plan, commitments: byProvider(batch.commitments), readRow: input.readRow };
  const files = rules.files.map((file) => inItsMode(file, batch));
  const gaps: Gap[] = [];
  const orders = new Map<WorkOrderId, OrderInput>();
  for (const recorded of input.slates) {
    const workOrderId = recorded.workOrder.id;
    const member = members.get(workOrderId);
    if (member === undefined) gaps.push({ kind: 'no_member', workOrderId });
    if (member === undefined || orders.has(workOrderId)) continue;
    const { slate, gaps: missing } = completeSlate(recorded, terms);
    gaps.push(...missing.map((gap) => ({ kind: 'fact', workOrderId, ...gap }) as const));
    const order = toOrder(files, slate, member);
    orders.set(workOrderId, order);
    gaps.push(...gapsOfOrder(order, member, batch));
  }
  const shares = (input.shares ?? []).filter(({ workOrderId }) => !orders.has(workOrderId));
  const standIns = { shares, files: files.map(({ file }) => file) };
  return {
    decideInput: { ...sharedBy(batch), nowMs: batch.takenAtMs, orders: [...orders.values()], standIns },
    gaps: [...gaps, ...gapsOfBatch(batch, orders)],
  };
}

/** Of a recorded batch, what deciding takes as it is. */
export function sharedBy(batch: RecordedBatch): Omit<DecideInput, 'nowMs' | 'orders'> {
  const {
    lacks: _,
    members: _all,
    demoted: _demoted,
    takenAtMs: _at,
    stoppedBy: _by,
    shares: _shares,
    solutions,
    solver: _solver,
    ...shared
  } = batch;
  const { unseen, commitments, ...rest } = shared;
  return { ...rest, commitments: [...commitments, ...unseen], oneByOne: solutions === null };
}

/** A canary that was demoted then only shadowed, by the same text. */
export function inItsMode(compiled: CompiledRuleFile, { demoted }: RecordedBatch): CompiledRuleFile {
  const isDemoted = demoted.some((one) => isOfText(one, compiled.file));
  return isDemoted ? { ...compiled, file: { ...compiled.file, mode: 'shadow' } } : compiled;
}

export function toOrder(files: readonly CompiledRuleFile[], slate: Slate, member: RecordedMember): OrderInput {
  const { episode, openedAt, attempts, answers = [], assigned, openIntent, gaveBack = [] } = member;
  const { live, shadows } = selectRuleFiles(files, slate.facts, slate.workOrder.id);
  const scoreBy = (file: CompiledRuleFile) => ({ file: file.file, scored: file.score(slate) });
  return {
    workOrder: slate.workOrder,
    episode,
    openedAt,
    live: live === null ? null : scoreBy(live),
    shadows: shadows.map(scoreBy),
    attempts,
    answers,
    assigned,
    openIntent,
    gaveBack,
  };
}

function gapsOfOrder(order: OrderInput, member: RecordedMember, batch: RecordedBatch): readonly Gap[] {
  const { workOrder, live, shadows } = order;
  const workOrderId = workOrder.id;
  // The rules of then looked at everything they asked for.
  const others = [...(live === null ? [] : [live]), ...shadows].filter(({ file }) => file.hash !== member.ruleFileHash);
  const due = others.map(({ file }) => ({ file, stages: readCalendar(file, order, batch.takenAtMs).due }));
  const inviting = due.flatMap(({ file, stages }) =>
    stages
      .filter((stage) => isInviting(stage) && !hasInvited(order.attempts, file.id, stage.n))
      .map((stage) => ({ file, stage })),
  );
  const gaps: Gap[] = [];
  const [first] = inviting;
  const hasBench = [live, ...shadows].some((one) => one?.scored.slate.candidates.some(({ kind }) => kind === 'bench'));
  const mayInvite = workOrder.bundleId === null && workOrder.status !== 'draft';
  if (first !== undefined && !hasBench && mayInvite)
    gaps.push({ kind: 'bench', workOrderId, ruleFileId: first.file.id, stage: first.stage.n });
  const pools = new Set(inviting.flatMap(({ stage }) => (stage.do === 'mass_route' ? (stage.talentPoolId ?? []) : [])));
  for (const talentPoolId of pools) {
    if (!batch.talentPools.has(talentPoolId)) gaps.push({ kind: 'talent_pool', workOrderId, talentPoolId });
  }
  const { projectId } = workOrder;
  const isDriven = projectId !== null && due.some(({ stages }) => stages.some(actsByItself));
  if (isDriven && !batch.projectDispatch.has(projectId)) gaps.push({ kind: 'project', workOrderId, projectId });
  return gaps;
}

function isInviting(stage: Stage): boolean {
  return stage.do === 'route' || stage.do === 'mass_route';
}

function gapsOfBatch(batch: RecordedBatch, orders: ReadonlyMap<WorkOrderId, OrderInput>): readonly Gap[] {
  const absent = batch.members.map(({ workOrderId }) => workOrderId).filter((id) => !orders.has(id));
  return [
    ...(absent.length === 0 ? [] : [{ kind: 'members', workOrderIds: absent.sort((a, b) => a - b) } as const]),
    ...(batch.stoppedBy === null ? [] : [{ kind: 'stopped' } as const]),
    ...(batch.lacks.length === 0 ? [] : [{ kind: 'older', lacks: batch.lacks } as const]),
  ];
}

function byProvider(commitments: readonly Commitment[]): ReadonlyMap<ProviderId, readonly Commitment[]> {
  return Map.groupBy(commitments, ({ providerId }) => providerId);
}
