import { hashText } from '../domain/json.ts';
import { byPlace, type Problem } from '../domain/problem.ts';
import type { ReviewFile, RuleFile } from '../domain/rule-file.ts';
import { type FileReading, warn } from './file-reading.ts';
import { lineStartsOf, nodeAt, positionOf } from './json-document.ts';
import { type NamedConditions, namedConditions } from './named-conditions.ts';
import { readAppliesTo } from './read-applies-to.ts';
import { textAt } from './read-comparison.ts';
import { readDecision } from './read-decision.ts';
import { readGuardrails } from './read-guardrails.ts';
import { readJson } from './read-json.ts';
import { refuseWrongShare } from './read-mode.ts';
import { readPart } from './read-part.ts';
import { readReview } from './read-review.ts';
import { readSelectionRule } from './read-selection-rule.ts';
import { readTests } from './read-tests.ts';
import type { BrokenTest, RuleTest, TestedFile } from './rule-test.ts';
import { type RuleFileLimits, scanLimits } from './scan-limits.ts';
import { FILE_SHAPE } from './shapes.ts';
import { TEST_FILE_SHAPE } from './test-shapes.ts';

export type RuleFileText = {
  /** As operators know it: it stands in every message. */
  readonly path: string;
  readonly text: string;
};

/** `warnings`: worth a look, and no reason to refuse the file. */
export type RuleFileReading = { readonly warnings: readonly Problem[] } & (
  | { readonly kind: 'ok'; readonly file: RuleFile; readonly tests: readonly RuleTest[] }
  | { readonly kind: 'review'; readonly review: ReviewFile; readonly tests: readonly RuleTest[] }
  /** `behind`: what the file says where only tests in it are wrong; null: more than that is. */
  | { readonly kind: 'problems'; readonly problems: readonly Problem[]; readonly behind: WithBrokenTests | null }
);

type WithBrokenTests = Read & { readonly broken: readonly BrokenTest[] };

/**
 * One rule file's text, read and checked to the end whatever is found on the way: every problem at once, with its place
 * and how to mend it, sorted by place. Size, depth and count come first, before anything is built from the text.
 */
export function parseRuleFile(input: RuleFileText, limits: RuleFileLimits): RuleFileReading {
  const opened = openDocument(input, limits);
  if (opened.kind === 'problems') return { ...opened, behind: null, warnings: [] };
  const { reading } = opened;
  const read = readEitherKind(reading, input);
  const warnings = reading.warnings.sort(byPlace);
  const { problems, brokenTests: broken } = reading;
  if (read !== null && problems.length === 0 && broken.length === 0) return { ...read, warnings };
  const behind = read === null || problems.length > 0 ? null : { ...read, broken };
  const all = [...problems, ...broken.flatMap((test) => test.problems)].sort(byPlace);
  return { kind: 'problems', problems: all, behind, warnings };
}

export type RuleTestsReading =
  | { readonly kind: 'ok'; readonly tests: readonly RuleTest[]; readonly broken: readonly BrokenTest[] }
  /** None of its tests can be run. */
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** A file of tests beside its rule file, checked against it. */
export function parseTestFile(
  input: RuleFileText,
  of: RuleFile | ReviewFile,
  limits: RuleFileLimits,
): RuleTestsReading {
  const opened = openDocument(input, limits);
  if (opened.kind === 'problems') return opened;
  const { reading } = opened;
  readPart(reading, [], TEST_FILE_SHAPE);
  const tested: TestedFile =
    'stages' in of ? { kind: 'dispatch', ...of } : { kind: 'review', criteria: of.criteria, stages: null };
  const tests = readTests(reading, ['tests'], tested);
  const { problems, brokenTests: broken } = reading;
  return tests === null || problems.length > 0
    ? { kind: 'problems', problems: [...problems, ...broken.flatMap((test) => test.problems)].sort(byPlace) }
    : { kind: 'ok', tests, broken };
}

type Opened =
  | { readonly kind: 'reading'; readonly reading: FileReading }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** Limits and JSON first; flaws that let the text be read on are among the reading's problems. */
function openDocument(input: RuleFileText, limits: RuleFileLimits): Opened {
  const breach = scanLimits(input.text, limits);
  if (breach !== null) {
    const { offset, ...mistake } = breach;
    const place = positionOf(offset, lineStartsOf(input.text));
    return { kind: 'problems', problems: [{ where: input.path, ...place, ...mistake }] };
  }
  const { document, flaws, lineStarts } = readJson(input.text);
  const problems = flaws.map(({ offset, ...flaw }) => ({
    where: input.path,
    ...positionOf(offset, lineStarts),
    ...flaw,
  }));
  if (document === null) return { kind: 'problems', problems };
  return { kind: 'reading', reading: { path: input.path, document, limits, problems, warnings: [], brokenTests: [] } };
}

type Read =
  | { readonly kind: 'ok'; readonly file: RuleFile; readonly tests: readonly RuleTest[] }
  | { readonly kind: 'review'; readonly review: ReviewFile; readonly tests: readonly RuleTest[] };

function readEitherKind(reading: FileReading, input: RuleFileText): Read | null {
  refuseWrongShare(reading);
  const named = namedConditions(reading);
  if (!isMeantAsReview(reading)) return readFile(reading, input, named);
  const review = readReview(reading, { ...input, named });
  warnOfUnused(reading, named);
  return review === null ? null : { kind: 'review', ...review };
}

/** Also where `kind` is misspelt or forgotten and all else is a review's: then that one mistake is all there is to say. */
function isMeantAsReview(reading: FileReading): boolean {
  const kind = textAt(reading, ['kind']);
  if (kind === 'review' || kind === 'dispatch') return kind === 'review';
  const isDispatch = isThere(reading, 'selection_rule') || isThere(reading, 'decision', 'stages');
  return !isDispatch && isThere(reading, 'criteria');
}

function readFile(reading: FileReading, { path, text }: RuleFileText, named: NamedConditions): Read | null {
  const shape = readPart(reading, [], FILE_SHAPE);
  const appliesTo = readAppliesTo(reading, named, 'work_order');
  const rule = readSelectionRule(reading, named);
  const decision = isThere(reading, 'decision') ? readDecision(reading, ['decision'], rule) : null;
  const guardrails = readGuardrails(reading, ['guardrails']);
  const tested = { criteria: rule?.criteria ?? null, stages: decision?.stages ?? null };
  const tests = readTests(reading, ['tests'], { kind: 'dispatch', ...tested });
  warnOfUnused(reading, named);
  if (shape === null || appliesTo === null || rule === null) return null;
  if (decision === null || guardrails === null || tests === null) return null;
  warnOfUnreachable(reading, { criteria: rule.criteria, stages: decision.stages });
  const file: RuleFile = {
    id: shape.id,
    name: shape.name,
    owner: shape.owner ?? null,
    because: shape.because ?? null,
    mode: shape.mode,
    canaryPercent: shape.canary_percent ?? 0,
    priority: shape.priority ?? 0,
    appliesTo: appliesTo.given,
    selectionRuleId: rule.id,
    criteria: rule.criteria,
    ...decision,
    guardrails,
    path,
    text,
    hash: hashText(text),
  };
  return { kind: 'ok', file, tests };
}

/** A stage that asks for more than every criterion together can give. */
function warnOfUnreachable(reading: FileReading, { criteria, stages }: Pick<RuleFile, 'criteria' | 'stages'>): void {
  const most = criteria.reduce((sum, criterion) => sum + criterion.weight, 0);
  for (const stage of stages) {
    if (!('minPoints' in stage) || stage.minPoints <= most) continue;
    const what = `The stage wants ${stage.minPoints} points, and all criteria together give ${most}`;
    const path = ['decision', 'stages', stage.n - 1, 'min_points'];
    warn(reading, path, { code: 'FM-R804', what, fix: `Write at most ${most}, or raise the weights.` });
  }
}

function warnOfUnused(reading: FileReading, named: NamedConditions): void {
  for (const name of named.readUnused()) {
    const what = `Nothing uses the condition "${name}"`;
    warn(reading, ['conditions', name], { code: 'FM-R803', what, fix: 'Use it or delete it.' });
  }
}

function isThere(reading: FileReading, ...path: readonly string[]): boolean {
  return nodeAt(reading.document.root, path) !== null;
}
