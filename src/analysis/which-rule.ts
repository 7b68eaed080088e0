import type { FactRef, Facts } from '../domain/fact.ts';
import { type Condition, type RuleMode, type RuleSet, takesDrafts } from '../domain/rule-file.ts';
import { isOpen, type WorkOrder } from '../domain/work-order.ts';
import { type CompiledRuleFile, compileCondition } from '../evaluate/compile.ts';
import { factsOf } from '../evaluate/engine-conditions.ts';
import { type ConsideredRuleFile, selectRuleFiles } from '../evaluate/select-rule-files.ts';
import { workOrderFacts } from '../facts/work-order-facts.ts';
import { type ConditionReading, readConditionTree } from './condition-tree.ts';

/** One rule file as it stands to one work order. */
export type FileForOrder = ConsideredRuleFile & {
  readonly path: string;
  readonly mode: RuleMode;
  readonly priority: number;
  /** `decides`: the live file; `records`: in shadow beside it; `none`: it has no say. */
  readonly role: 'decides' | 'records' | 'none';
  /** The whole `applies_to` with every value; null: the file has none, and takes every work order. */
  readonly appliesTo: ConditionReading | null;
};

export type WhichRule = {
  readonly workOrder: WorkOrder;
  /** The moment of the facts, epoch ms. */
  readonly takenAtMs: number;
  /** What a run would do with a work order that stands so; `nothing`: leave it alone. */
  readonly lookedAt: 'dispatch' | 'review' | 'nothing';
  /** By falling priority, then by id; review files are among themselves. */
  readonly dispatch: readonly FileForOrder[];
  readonly review: readonly FileForOrder[];
};

/** Which files of a set apply to a work order, which of them decides, and why the others do not. */
export function whichRule(set: RuleSet, workOrder: WorkOrder, takenAtMs: number): WhichRule {
  const dispatch = considerFiles(set.files, workOrder, takenAtMs);
  const review = considerFiles(set.reviews, workOrder, takenAtMs);
  return { workOrder, takenAtMs, lookedAt: lookedAtBy(set, workOrder, dispatch), dispatch, review };
}

type AnyFile = Pick<CompiledRuleFile['file'], 'id' | 'mode' | 'priority' | 'appliesTo' | 'canaryPercent' | 'path'>;

function considerFiles(files: readonly AnyFile[], workOrder: WorkOrder, takenAtMs: number): readonly FileForOrder[] {
  const facts = workOrderFacts(workOrder, refsOf(files), takenAtMs);
  const compiled = files.map((file) => ({ file, appliesTo: appliesToOf(file.appliesTo) }));
  const { live, shadows, considered } = selectRuleFiles(compiled, facts, workOrder.id);
  return considered.flatMap((one) => {
    const file = files.find(({ id }) => id === one.ruleFileId);
    if (file === undefined) return [];
    const isShadow = shadows.some((shadow) => shadow.file.id === file.id);
    return [
      {
        ...one,
        path: file.path,
        mode: file.mode,
        priority: file.priority,
        role: live?.file.id === file.id ? 'decides' : isShadow ? 'records' : 'none',
        appliesTo: file.appliesTo === null ? null : readConditionTree(file.appliesTo, facts),
      },
    ];
  });
}

function appliesToOf(condition: Condition | null): (facts: Facts) => ReturnType<CompiledRuleFile['appliesTo']> {
  return condition === null ? () => ({ verdict: 'match', evidence: [] }) : compileCondition(condition);
}

function refsOf(files: readonly AnyFile[]): readonly FactRef[] {
  const refs = files.flatMap(({ appliesTo }) => (appliesTo === null ? [] : [...factsOf(appliesTo)]));
  return [...new Map(refs).values()];
}

/** Only a file that publishes or hands over does anything about a draft. */
function lookedAtBy(
  { files }: RuleSet,
  workOrder: WorkOrder,
  dispatch: readonly FileForOrder[],
): WhichRule['lookedAt'] {
  if (isOpen(workOrder)) return 'dispatch';
  if (workOrder.status === 'work_done') return 'review';
  if (workOrder.status !== 'draft') return 'nothing';
  const taking = files.filter(takesDrafts).map(({ id }) => id);
  return dispatch.some(({ role, ruleFileId }) => role !== 'none' && taking.includes(ruleFileId))
    ? 'dispatch'
    : 'nothing';
}
