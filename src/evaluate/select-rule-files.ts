import type { Facts } from '../domain/fact.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { hashText } from '../domain/json.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { Evidence, Verdict } from '../domain/scored-slate.ts';
import type { CompiledRuleFile } from './compile.ts';

/** Why a rule file does or does not decide a work order. `because` is a whole sentence. */
export type ConsideredRuleFile = {
  readonly ruleFileId: string;
  readonly verdict: 'applies' | 'does_not_apply' | 'unknown' | 'off' | 'shadow' | 'not_in_canary';
  readonly because: string;
};

/** A compiled file of either kind, as far as choosing asks. */
type Selectable = {
  readonly file: Pick<RuleFile, 'id' | 'mode' | 'priority' | 'appliesTo' | 'canaryPercent'>;
  readonly appliesTo: CompiledRuleFile['appliesTo'];
};

export type SelectedRuleFiles<Compiled = CompiledRuleFile> = {
  /** Decides; null when no live file applies. */
  readonly live: Compiled | null;
  /** Each records a decision of its own beside the live one. */
  readonly shadows: readonly Compiled[];
  /** Every file of the set, by falling priority, then by id. */
  readonly considered: readonly ConsideredRuleFile[];
};

const WORDS = { match: 'holds', no_match: 'does not hold', unknown: 'is unknown' } as const;

type Placement = Omit<ConsideredRuleFile, 'ruleFileId'>;

/**
 * Which rule files look at a work order. The live one is the highest priority among recommend, canary and enforce whose
 * `applies_to` holds; unknown does not hold, and a work order outside a canary's share falls through to the next file.
 */
export function selectRuleFiles<Compiled extends Selectable>(
  set: readonly Compiled[],
  facts: Facts,
  workOrderId: WorkOrderId,
): SelectedRuleFiles<Compiled> {
  let live: Compiled | null = null;
  const shadows: Compiled[] = [];
  const considered: ConsideredRuleFile[] = [];
  for (const compiled of [...set].sort(byPriority)) {
    let placement = place(compiled, facts, workOrderId);
    if (placement.verdict === 'shadow') shadows.push(compiled);
    if (placement.verdict === 'applies') {
      if (live === null) live = compiled;
      else placement = { verdict: 'applies', because: `It applies, but ${live.file.id} comes before it.` };
    }
    considered.push({ ruleFileId: compiled.file.id, ...placement });
  }
  return { live, shadows, considered };
}

/**
 * Whether a canary acts on this work order: the same answer for ever, spread evenly, and a larger share keeps what a
 * smaller one had.
 */
export function isInCanary(file: Pick<RuleFile, 'id' | 'canaryPercent'>, workOrderId: WorkOrderId): boolean {
  const firstFourBytes = Number.parseInt(hashText(`${file.id}:${workOrderId}`).slice(0, 8), 16);
  return firstFourBytes % 10_000 < Math.round(100 * file.canaryPercent);
}

/** Equal priorities of files that can both apply are refused at load; the id keeps the order total all the same. */
function byPriority(left: Selectable, right: Selectable): number {
  if (left.file.priority !== right.file.priority) return right.file.priority - left.file.priority;
  return left.file.id < right.file.id ? -1 : 1;
}

function place({ file, appliesTo }: Selectable, facts: Facts, workOrderId: WorkOrderId): Placement {
  if (file.mode === 'off') return { verdict: 'off', because: 'Its mode is off.' };
  const { verdict, evidence } = appliesTo(facts);
  if (verdict === 'unknown') {
    return { verdict, because: `Whether it applies is not known: ${nameLeaves(evidence, 'unknown')}.` };
  }
  if (verdict === 'no_match') {
    return { verdict: 'does_not_apply', because: `It does not apply: ${nameLeaves(evidence, 'no_match')}.` };
  }
  if (file.mode === 'shadow') return { verdict: 'shadow', because: 'It applies, and only records what it would do.' };
  if (file.mode === 'canary' && !isInCanary(file, workOrderId)) {
    return { verdict: 'not_in_canary', because: `The work order is outside its share of ${file.canaryPercent} %.` };
  }
  const why = file.appliesTo === null ? 'It applies to every work order' : 'Its applies_to holds';
  return { verdict: 'applies', because: `${why}${howItActs(file)}.` };
}

/** Of those that do not simply act. */
function howItActs({ mode, canaryPercent }: Selectable['file']): string {
  if (mode === 'canary') return `, and the work order is inside its share of ${canaryPercent} %`;
  return mode === 'recommend' ? ', and a person is asked first' : '';
}

/** The first conditions that came out so; below a `not` it may be none of them, and then the first of all. */
function nameLeaves(evidence: readonly Evidence[], verdict: Verdict): string {
  const same = evidence.filter((leaf) => leaf.verdict === verdict);
  return (same.length > 0 ? same : evidence)
    .slice(0, 3)
    .map((leaf) => `${leaf.fact.key} ${leaf.written} ${WORDS[leaf.verdict]}`)
    .join(', ');
}
