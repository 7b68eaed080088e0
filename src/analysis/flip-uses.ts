import type { Fact, FactRef, FactValue } from '../domain/fact.ts';
import type { Condition, Criterion, LinearCredit, RuleFile, TieBreakField } from '../domain/rule-file.ts';
import { TIE_BREAK_FACTS } from '../domain/rule-file.ts';
import type { Slate, Verdict } from '../domain/scored-slate.ts';
import { findLibraryOperator } from '../evaluate/library-operator.ts';

type Test = Extract<Condition, { readonly kind: 'test' }>;

/** What a rule file makes of one fact. */
export type FactUses = {
  readonly ref: FactRef;
  /** `isDenied`: below an odd number of nots, so that the provider is better off where it does not hold. */
  readonly tests: readonly { readonly test: Test; readonly isDenied: boolean }[];
  readonly credits: readonly LinearCredit[];
  /** 1: more ranks first; -1: less does; 0: no tie-break compares it. */
  readonly ranks: 1 | 0 | -1;
};

/** By fact, in the order in which the criteria that apply ask for them, then those that tie-breaks and limits look at. */
export function factUses(file: RuleFile, slate: Slate, others: readonly FactRef[]): readonly FactUses[] {
  const uses = new Map<string, FactUses>();
  const add = (ref: FactRef, more: Partial<Pick<FactUses, 'tests' | 'credits'>>) => {
    const known = uses.get(ref.key) ?? { ref, tests: [], credits: [], ranks: ranksBy(file, ref.key) };
    const { tests = [], credits = [] } = more;
    uses.set(ref.key, { ...known, tests: [...known.tests, ...tests], credits: [...known.credits, ...credits] });
  };
  for (const { when, credit } of file.criteria.filter((one) => appliesTo(one, slate))) {
    for (const leaf of leavesOf(when, false)) add(leaf.test.fact, { tests: [leaf] });
    if (credit !== null) add(credit.fact, { credits: [credit] });
  }
  for (const ref of others) add(ref, {});
  return [...uses.values()];
}

export function appliesTo({ canRemote }: Pick<Criterion, 'canRemote'>, { workOrder }: Slate): boolean {
  return canRemote || !workOrder.isRemote;
}

export function leavesOf(condition: Condition, isDenied: boolean): FactUses['tests'] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap((part) => leavesOf(part, isDenied));
    case 'not':
      return leavesOf(condition.of, !isDenied);
    case 'test':
      return [{ test: condition, isDenied }];
  }
}

/** Fields of the tie-break by the fact they compare; the last two come with the request. */
const RANKING_FACTS: { readonly [fact: string]: TieBreakField } = {
  [TIE_BREAK_FACTS.distance]: 'distance',
  [TIE_BREAK_FACTS.rating]: 'rating',
  [TIE_BREAK_FACTS.worked_with]: 'worked_with',
  'request.requested_at': 'requested_at',
  'request.pay_total': 'total_pay',
};

function ranksBy({ tieBreak }: RuleFile, key: string): FactUses['ranks'] {
  const step = tieBreak.find(({ by }) => by === RANKING_FACTS[key]);
  if (step === undefined) return 0;
  return step.direction === 'asc' ? -1 : 1;
}

/** Whether a value serves the provider at least in one test, or in a rank, better than what is; `aim` -1: worse. */
export function changesFor(
  uses: FactUses,
  fact: Fact,
  { value, aim }: { readonly value: FactValue; readonly aim: 1 | -1 },
): boolean {
  const isOtherwise = uses.tests.some(({ test, isDenied }) => {
    const [old, now] = [verdictOf(test, fact), testValue(test, value)].map((each) => PLACE[each] * (isDenied ? -1 : 1));
    return (now ?? 0) * aim > (old ?? 0) * aim;
  });
  if (isOtherwise) return true;
  const old = fact.kind === 'known' ? fact.value : null;
  const isOfCredit = uses.credits.some((credit) => creditShare(credit, value) * aim > creditShare(credit, old) * aim);
  return isOfCredit || rankChange(uses, old, value) * aim > 0;
}

/** Below zero: it ranks worse. What is unknown ranks last. */
function rankChange({ ranks }: FactUses, old: FactValue | null, value: FactValue): number {
  if (ranks === 0) return 0;
  return old === null ? 1 : (numberOf(value) - numberOf(old)) * ranks;
}

function numberOf(value: FactValue): number {
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : 0;
}

const PLACE: { readonly [verdict in Verdict]: -1 | 0 | 1 } = { match: 1, unknown: 0, no_match: -1 };

function verdictOf(test: Test, fact: Fact): Verdict {
  return fact.kind === 'unknown' ? 'unknown' : testValue(test, fact.value);
}

export function testValue({ operator, value }: Test, actual: FactValue): Verdict {
  return findLibraryOperator(operator)(actual, value) ? 'match' : 'no_match';
}

/** From 0 to 1; none where the value is not a number. */
export function creditShare({ fullAt, zeroAt }: LinearCredit, value: FactValue | null): number {
  if (typeof value !== 'number') return 0;
  return Math.min(1, Math.max(0, (zeroAt - value) / (zeroAt - fullAt)));
}
