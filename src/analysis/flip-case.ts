import type { SolveProgram } from '../decide/assignment/program.ts';
import { surroundingsOf } from '../decide/decide-batch.ts';
import type { OrderInput, Share } from '../decide/input.ts';
import { type PreparedOrder, prepareOrder } from '../decide/prepare-order.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { Slate } from '../domain/scored-slate.ts';
import type { CompiledRuleFile } from '../evaluate/compile.ts';
import { completeSlate, type ReadRow } from './complete-facts.ts';
import { type DecidingRules, decideAgain, decideInputAgain, prepareRules } from './decide-again.ts';
import type { RecordedBatch } from './recorded-batch.ts';
import { scoringVariants } from './score-variant.ts';
import { scoringOnce } from './without-criterion.ts';

/** A decision of a recorded run, and all it takes to take it again. */
export type FlipSubject = {
  readonly batch: RecordedBatch;
  /** Of the run's members, this work order's among them. */
  readonly slates: readonly Slate[];
  /** Each file that decided one of them, as recorded. */
  readonly files: readonly RuleFile[];
  readonly workOrderId: WorkOrderId;
  readonly ruleFileId: string;
  /** The file only shadowed then, and decided as if it were the only one. */
  readonly isShadow: boolean;
  readonly readRow: ReadRow;
  /** `loadHighs`. */
  readonly solve: SolveProgram;
};

/** What is taken to have been otherwise; a part left out: as it was. */
export type Change = { readonly slate?: Slate; readonly file?: CompiledRuleFile };

/** The decision ready to be taken again and again with something changed. */
export type FlipCase = {
  readonly compiled: CompiledRuleFile;
  readonly slate: Slate;
  readonly prepared: PreparedOrder;
  readonly baseline: PlannedDecision;
  /** All of the run: what each became. */
  readonly decisions: readonly PlannedDecision[];
  /** Something stopped the whole run, or acting as such. */
  readonly isStopped: boolean;
  /** Slates of the other work orders of the run that want the same providers. */
  readonly mates: readonly Slate[];
  /** There are none, nor others that took one of them. */
  readonly isAlone: boolean;
  /** Decided together with those of the run that want the same providers. */
  readonly decide: (change: Change) => PlannedDecision;
  /** With the whole run, limits on it included. */
  readonly decideAll: (change: Change) => readonly PlannedDecision[];
};

/** Null: the file does not decide the work order, as far as the recorded files tell. */
export function prepareFlip(subject: FlipSubject): FlipCase | null {
  const { workOrderId, ruleFileId } = subject;
  const batch = subject.isShadow ? { ...subject.batch, demoted: [] } : subject.batch;
  const rules = rulesOf(subject);
  const slates = completed(subject, rules);
  const around = { batch, rules, readRow: subject.readRow, solve: subject.solve, shares: sharesOf(subject) };
  const { decideInput } = decideInputAgain({ ...around, slates });
  const order = decideInput.orders.find(({ workOrder }) => workOrder.id === workOrderId);
  const slate = slates.find(({ workOrder }) => workOrder.id === workOrderId);
  const compiled = rules.files.find(({ file }) => file.id === ruleFileId);
  if (order?.live?.file.id !== ruleFileId || slate === undefined || compiled === undefined) return null;
  const connected = connectedTo(order, decideInput.orders);
  const near = slates.filter(({ workOrder }) => connected.has(workOrder.id));
  const members = batch.members.filter((member) => connected.has(member.workOrderId));
  const all = decideAgain({ ...around, slates });
  const decideWith = (someBatch: RecordedBatch, some: readonly Slate[], change: Change) =>
    decideAgain({
      ...around,
      batch: someBatch,
      rules: changedRules(rules, change),
      slates: changedSlates(some, change),
    }).decisions;
  const own = (decisions: readonly PlannedDecision[]) => ownOf(decisions, workOrderId);
  return {
    compiled,
    slate,
    prepared: prepareOrder(order, order.live, surroundingsOf(decideInput)),
    baseline: own(all.decisions),
    decisions: all.decisions,
    isStopped: all.tripped !== null || batch.stoppedBy !== null || batch.directives.pause !== null,
    mates: near.filter((one) => one !== slate),
    isAlone: connected.size === 1 && !takesFrom(decideInput.standIns?.shares ?? [], slate),
    decide: (change) => own(decideWith({ ...batch, members }, near, change)),
    decideAll: (change) => decideWith(batch, slates, change),
  };
}

export function ownOf(decisions: readonly PlannedDecision[], workOrderId: WorkOrderId): PlannedDecision {
  const found = decisions.find(({ workOrder }) => workOrder.id === workOrderId);
  if (found === undefined) throw new TypeError(`work order ${workOrderId} is no member of its own run`);
  return found;
}

/**
 * How firmly a decision names a provider: assigned, invited alone, invited with others, not at all. A mass-route of a file
 * that nothing is sent for names whom it would invite only where it recommends.
 */
export function firmness(
  { outcome, winner, intents, recommends }: PlannedDecision,
  provider: ProviderId,
): 0 | 1 | 2 | 3 {
  if (outcome === 'assign') return winner === provider ? 3 : 0;
  if (outcome === 'route') return winner === provider ? 2 : 0;
  if (outcome !== 'mass_route') return 0;
  const sent = intents.some(({ call }) => call.kind === 'mass_route' && call.providerIds.includes(provider));
  return sent || recommends?.providers.includes(provider) === true ? 1 : 0;
}

/** As firmly as whoever was named; anyhow where nobody was. */
export function firmnessWanted({ outcome }: Pick<PlannedDecision, 'outcome'>): 1 | 2 | 3 {
  if (outcome === 'assign') return 3;
  return outcome === 'route' ? 2 : 1;
}

/** A shadow file is asked as one that recommends: it then says whom it would invite, and no limit on writes looks at it. */
function rulesOf({ files, ruleFileId, isShadow }: FlipSubject): DecidingRules {
  const asked = files
    .filter(({ id }) => !isShadow || id === ruleFileId)
    .map((file): RuleFile => (isShadow ? { ...file, mode: 'recommend' } : file));
  const { files: compiled, plan } = prepareRules({ files: asked });
  return { plan, files: compiled.map((each) => scoringVariants(scoringOnce(each))) };
}

/** What the members of the run took that are not decided here. Of a shadow file only what it took itself counted. */
function sharesOf({ batch, ruleFileId, isShadow }: FlipSubject): readonly Share[] {
  const shares = batch.shares ?? [];
  if (!isShadow) return shares;
  const own = shares.filter((share) => share.group === 'shadow' && share.ruleFileId === ruleFileId);
  return own.map((share) => ({ ...share, group: 'asking' }));
}

function takesFrom(shares: readonly Share[], { candidates }: Slate): boolean {
  const taken = new Set(shares.flatMap(({ commitments }) => commitments.map(({ providerId }) => providerId)));
  return candidates.some(({ providerId }) => taken.has(providerId));
}

function completed({ batch, slates, readRow }: FlipSubject, { plan }: DecidingRules): readonly Slate[] {
  const commitments = Map.groupBy(batch.commitments, ({ providerId }) => providerId);
  return slates.map((slate) => completeSlate(slate, { plan, commitments, readRow }).slate);
}

function changedRules(rules: DecidingRules, { file }: Change): DecidingRules {
  if (file === undefined) return rules;
  return { ...rules, files: rules.files.map((each) => (each.file.id === file.file.id ? file : each)) };
}

function changedSlates(slates: readonly Slate[], { slate }: Change): readonly Slate[] {
  if (slate === undefined) return slates;
  return slates.map((each) => (each.workOrder.id === slate.workOrder.id ? slate : each));
}

/** Work orders that want a provider of this one, or of one that does, and so on. */
function connectedTo(order: OrderInput, orders: readonly OrderInput[]): ReadonlySet<WorkOrderId> {
  const reached = new Set([order.workOrder.id]);
  const providers = new Set(providersOf(order));
  let grown = true;
  while (grown) {
    grown = false;
    for (const other of orders) {
      const own = reached.has(other.workOrder.id) ? [] : providersOf(other);
      if (!own.some((id) => providers.has(id))) continue;
      reached.add(other.workOrder.id);
      for (const id of own) providers.add(id);
      grown = true;
    }
  }
  return reached;
}

function providersOf({ live }: OrderInput): readonly ProviderId[] {
  return live?.scored.slate.candidates.map(({ providerId }) => providerId) ?? [];
}
