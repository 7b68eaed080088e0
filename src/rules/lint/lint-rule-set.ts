import type { Problem } from '../../domain/problem.ts';
import type { ReviewFile, RuleFile, RuleSet } from '../../domain/rule-file.ts';
import { isRuledOut } from '../condition-logic.ts';
import { readJson } from '../read-json.ts';
import { takesAll } from '../takes-all.ts';
import { askedByDispatch, askedByReview } from './asked-criterion.ts';
import { lintCondition } from './lint-condition.ts';
import { lintCriteria } from './lint-criteria.ts';
import { lintDirection } from './lint-direction.ts';
import { lintGuardrails, lintNoReviews, lintQuietHours } from './lint-guardrails.ts';
import { type LintReading, placeCondition, warnOnce } from './lint-reading.ts';
import { lintStages } from './lint-stages.ts';
import { lintWeights } from './lint-weights.ts';

/**
 * What files without a mistake in their form say and cannot mean, as warnings in the order of the files. Nothing is said
 * that is not certain. `nowMs`: for exclusions that are over.
 */
export function lintRuleSet({ files, reviews }: Pick<RuleSet, 'files' | 'reviews'>, nowMs: number): readonly Problem[] {
  return [
    ...files.flatMap((file) => lintDispatch(file, { beside: files, nowMs })),
    ...reviews.flatMap((review) => lintReview(review, reviews)),
  ];
}

type Around = { readonly beside: readonly RuleFile[]; readonly nowMs: number };

function lintDispatch(file: RuleFile, { beside, nowMs }: Around): readonly Problem[] {
  const reading = openReading(file);
  const asking = askedByDispatch(file);
  lintWhole(reading, file, beside);
  lintCriteria(reading, asking);
  lintDirection(reading, asking);
  lintWeights(reading, file, asking);
  lintStages(reading, file, asking);
  lintGuardrails(reading, file, nowMs);
  return inOrder(reading);
}

function lintReview(review: ReviewFile, beside: readonly ReviewFile[]): readonly Problem[] {
  const reading = openReading(review);
  lintWhole(reading, review, beside);
  lintCriteria(reading, askedByReview(review));
  lintQuietHours(reading, review.guardrails.quietHours);
  lintNoReviews(reading, review.guardrails);
  return inOrder(reading);
}

type AnyFile = RuleFile | ReviewFile;

function openReading({ path, text }: AnyFile): LintReading {
  const { document } = readJson(text);
  if (document === null) throw new TypeError(`${path} was read without problems, and is no JSON now`);
  return { path, document, warnings: [] };
}

/** What the file applies to, by itself and beside the other files. */
function lintWhole(reading: LintReading, file: AnyFile, beside: readonly AnyFile[]): void {
  if (file.appliesTo !== null) {
    const placed = placeCondition(reading, file.appliesTo, ['applies_to']);
    lintCondition(reading, placed, { never: 'the file never applies', always: 'the file applies to everything known' });
  }
  lintPriority(reading, file, beside);
  if (file.mode !== 'canary' || file.canaryPercent !== 100) return;
  const what = 'This canary acts on every work order';
  warnOnce(reading, ['canary_percent'], { code: 'FM-R830', what, fix: 'Write less, or "mode": "enforce".' });
}

/** Whatever the file applies to is taken by ones of a higher priority. */
function lintPriority(reading: LintReading, file: AnyFile, beside: readonly AnyFile[]): void {
  if (file.mode === 'off' || file.mode === 'shadow') return;
  const above = beside.filter((other) => takesAll(other) && other.priority > file.priority);
  const own = file.appliesTo === null ? [] : [{ condition: file.appliesTo, is: 'match' } as const];
  const isTaken = (others: readonly AnyFile[]) =>
    others.some(({ appliesTo }) => appliesTo === null) ||
    isRuledOut([
      ...own,
      ...others.flatMap(({ appliesTo }) =>
        appliesTo === null ? [] : [{ condition: appliesTo, is: 'not_match' } as const],
      ),
    ]);
  if (isRuledOut(own) || above.length === 0 || !isTaken(above)) return;
  const alone = above.find((other) => isTaken([other]));
  const names =
    alone === undefined ? 'the files of higher priority together' : `${alone.path} (priority ${alone.priority})`;
  const what = `Every work order that this file applies to is decided by ${names}`;
  const fix = 'Give this file the higher priority, or narrow applies_to there.';
  warnOnce(reading, ['priority'], { code: 'FM-R829', what, fix });
}

function inOrder({ warnings }: LintReading): readonly Problem[] {
  return warnings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
