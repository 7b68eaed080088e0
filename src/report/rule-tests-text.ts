import type { Compared, Difference } from '../analysis/compare-expectation.ts';
import type { ComparedValue, CriterionEvidence } from '../analysis/criterion-evidence.ts';
import type { Coverage, CriterionCoverage } from '../analysis/rule-coverage.ts';
import type { Shown, ShownCandidate, TestedRulesResult, TestResult } from '../analysis/run-rule-tests.ts';
import { formatProblem } from '../domain/problem.ts';
import { alignColumns } from './align.ts';
import { factText, pointsText } from './fact-text.ts';
import { printable } from './printable.ts';
import { reasonText } from './reason-text.ts';

type Failed = Extract<TestResult, { readonly kind: 'failed' }>;

/** One line a file, and under it what failed and why. */
export function ruleTestLines({ path, results }: TestedRulesResult): readonly string[] {
  const passed = results.filter(({ kind }) => kind === 'passed').length;
  const failed = results.length - passed;
  const said = [`${passed} passed`, ...(failed > 0 ? [`${failed} failed`] : [])].join(', ');
  return [`${path}: ${results.length === 0 ? 'no tests' : said}`, ...results.flatMap(resultLines)].map(printable);
}

function resultLines(result: TestResult): readonly string[] {
  if (result.kind === 'passed') return [];
  const { path, line, column } = result.place;
  return ['', `  FAILED  ${result.name}`, `          ${path}:${line}:${column}`, ...failureLines(result).map(indent)];
}

/** What was wanted, what came out, and the values behind it; the same in every format. */
export function failureLines(result: Exclude<TestResult, { readonly kind: 'passed' }>): readonly string[] {
  if (result.kind === 'not_run') return [result.why];
  if (result.kind === 'broken') return result.problems.map(formatProblem);
  const { differences, cameOut } = result;
  return [...differences.map(differenceLine), ...cameOutLines(cameOut), ...evidenceLines(result)];
}

/** `winner: wanted 801, got nobody`. */
export function differenceLine({ what, wanted, got }: Difference): string {
  return `${what}: wanted ${comparedText(what, wanted)}, got ${comparedText(what, got)}`;
}

function comparedText(what: string, value: Compared): string {
  if (value === null) return what === 'winner' || what === 'runner_up' ? 'nobody' : 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.join(', ');
  return String(value);
}

function cameOutLines({ outcome, stage, reason, notFor }: Shown): readonly string[] {
  const by = stage === null ? '' : ` by stage ${stage}`;
  const why = notFor.map((one) => `the file does not apply: ${valueText(one)}`);
  return [`it came to: ${outcome}${by}, ${reason.code} ${reasonText(reason).sentence}`, ...why];
}

/** Of every candidate that a difference is about, or that was wanted or chosen: how it stands, and each criterion. */
function evidenceLines({ differences, cameOut }: Failed): readonly string[] {
  const ids = new Set(
    differences.flatMap(({ what, wanted, got, candidate }) => {
      if (candidate !== null) return [candidate];
      const isAboutWhom = ['winner', 'runner_up', 'invited', 'outcome', 'reason', 'stage'].includes(what);
      return isAboutWhom ? [...numbersIn(wanted), ...numbersIn(got), ...cameOut.candidates.map(({ id }) => id)] : [];
    }),
  );
  const candidates = cameOut.candidates.filter(({ id }) => ids.has(id));
  return [...candidates.flatMap(candidateLines), ...criterionLines(cameOut.criteria)];
}

function numbersIn(value: Compared): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? value.filter((one) => typeof one === 'number') : [];
}

function candidateLines(one: ShownCandidate): readonly string[] {
  const place = one.rank === null ? '' : `, place ${one.rank}`;
  const why = one.blockedBy.map((reason) => `${reason.code} ${reasonText(reason).sentence}`);
  return [
    `${one.id} (${one.kind}): ${pointsText(one.pointsMilli)} of ${one.maxPoints} points, ${one.isEligible ? `eligible${place}` : 'not eligible'}`,
    ...why.map(indent),
    ...criterionLines(one.criteria).map(indent),
  ];
}

function criterionLines(criteria: readonly CriterionEvidence[]): readonly string[] {
  return alignColumns(
    criteria.map((one) => [
      one.key,
      one.status,
      one.pointsMilli === null ? '' : `${pointsText(one.pointsMilli)} of ${one.weight}`,
      `${one.values.map(valueText).join('; ')}${DECIDED_BY[one.decidedBy]}`,
    ]),
    ['left', 'left', 'right', 'left'],
  );
}

const DECIDED_BY = { facts: '', platform: "; by the platform's own verdict", on_missing: '; by on_missing' } as const;

/** `provider.rating is 4.2 stars, asked >= 4.5`. */
function valueText({ fact, written, value, unit, because }: ComparedValue): string {
  const is = value === null ? `is not known (${because ?? ''})` : `is ${factText(toJson(value), unit)}`;
  return `${fact} ${is}, asked ${written}`;
}

function toJson(value: NonNullable<ComparedValue['value']>) {
  return typeof value === 'object' ? [...value] : value;
}

function indent(line: string): string {
  return line === '' ? '' : `    ${line}`;
}

/** What the tests of a file have seen of it, and what is missing in words. */
export function coverageLines({ path, coverage }: TestedRulesResult): readonly string[] {
  const { criteria, stages, covered, total, percent, guardrails } = coverage;
  const table = alignColumns(
    [
      ['criterion', 'matched', 'missed', 'unknown'],
      ...criteria.map(({ key, isMatched, isMissed, isUnknown }) => [
        key,
        seen(isMatched),
        seen(isMissed),
        isUnknown === null ? 'cannot be' : seen(isUnknown),
      ]),
      ...(stages.length === 0 ? [] : [['stage', 'acted', '', '']]),
      ...stages.map((stage) => [`${stage.n} ${stage.do}`, seen(stage.isReached), '', '']),
    ],
    ['left', 'left', 'left', 'left'],
  );
  const missing = missingParts(coverage);
  const never = guardrails.filter(({ isSeen }) => !isSeen).map(({ name }) => name);
  return [
    `Coverage of ${path}: ${percent} % (${covered} of ${total})`,
    ...table.map((line) => `  ${line}`),
    ...(missing.length === 0 ? [] : [`  missing: ${missing.join('; ')}`]),
    ...(never.length === 0 ? [] : [`  limits never seen at work (not counted): ${never.join(', ')}`]),
  ].map(printable);
}

/** `rating never missed`, `stage 3 (mass_route) never acted`. */
export function missingParts({ criteria, stages }: Coverage): readonly string[] {
  return [
    ...criteria.flatMap((one) => {
      const never = missingOf(one);
      return never.length === 0 ? [] : [`${one.key} never ${never.join(', never ')}`];
    }),
    ...stages.filter(({ isReached }) => !isReached).map((stage) => `stage ${stage.n} (${stage.do}) never acted`),
  ];
}

function missingOf({ isMatched, isMissed, isUnknown }: CriterionCoverage): readonly string[] {
  return [
    ...(isMatched ? [] : ['matched']),
    ...(isMissed ? [] : ['missed']),
    ...(isUnknown === false ? ['unknown'] : []),
  ];
}

function seen(isSeen: boolean): string {
  return isSeen ? 'yes' : 'no';
}
