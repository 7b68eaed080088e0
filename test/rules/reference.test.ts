import { describe, expect, it } from 'vitest';
import { CRITERIA, FACTS, namesOf } from '../../src/criteria/catalog.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatProblem } from '../../src/domain/problem.ts';
import { REASONS } from '../../src/domain/reason-codes.ts';
import { problemEntries, reasonEntries } from '../../src/rules/code-reference.ts';
import { criterionEntries, factEntries, operatorEntries } from '../../src/rules/fact-reference.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { decisionEntries, guardrailEntries, stageEntries, tieBreakEntries } from '../../src/rules/part-reference.ts';
import { RULE_PROBLEMS } from '../../src/rules/problem-codes.ts';
import { exampleFile, type ReferenceEntry } from '../../src/rules/reference.ts';
import {
  DECISION_SHAPE,
  GUARDRAILS_SHAPE,
  PAY_SHAPE,
  PER_PROVIDER_SHAPE,
  STAGE_SHAPES,
} from '../../src/rules/shapes.ts';

const PARTS = [
  factEntries,
  operatorEntries,
  criterionEntries,
  stageEntries,
  decisionEntries,
  guardrailEntries,
  tieBreakEntries,
];
const CODES = [reasonEntries, problemEntries];
const detail = (entry: ReferenceEntry | undefined, label: string) =>
  entry?.details.find(([each]) => each === label)?.[1];

describe('the reference of rule files', () => {
  it.each(PARTS.flatMap((entries) => entries()).map((entry) => [`${entry.topic} ${entry.name}`, entry] as const))(
    'has an example of the %s that the parser takes',
    (_, { doc, example }) => {
      expect(doc).toMatch(/^[A-Z"].*\.$/);
      if (example === null) throw new Error('no example');
      const text = JSON.stringify(exampleFile(example));
      const reading = parseRuleFile({ path: 'example.json', text }, DEFAULT_LIMITS);
      expect(reading.kind === 'problems' ? reading.problems.map(formatProblem) : []).toEqual([]);
    },
  );

  it('has every name of the catalogues once, and every code with what to do', () => {
    const names = [...PARTS, ...CODES].map((entries) => entries().map(({ name }) => name));
    for (const each of names) expect(new Set(each).size).toBe(each.length);
    expect(factEntries().map(({ name }) => name)).toEqual(FACTS.map(({ name }) => name));
    expect(reasonEntries().map(({ name }) => name)).toEqual(Object.keys(REASONS));
    expect(problemEntries().map(({ name }) => name)).toEqual(Object.keys(RULE_PROBLEMS));
    for (const entry of reasonEntries()) {
      expect(detail(entry, 'kind'), entry.name).not.toBe('');
      expect(detail(entry, 'what it says'), entry.name).toMatch(/\S/);
      expect(detail(entry, 'what to do'), entry.name).toMatch(/\.$/);
    }
    for (const entry of problemEntries()) expect(detail(entry, 'effect'), entry.name).toMatch(/\.$/);
    const effectOf = (code: string) =>
      detail(
        problemEntries().find(({ name }) => name === code),
        'effect',
      );
    expect(effectOf('FM-R201')).toBe('The file is refused.');
    expect(effectOf('FM-R807')).toBe('A warning: the file is taken.');
    expect(effectOf('FM-R930')).toBe('None: rules fmt puts it right.');
  });

  it('knows a criterion by every name it has, with unit, range, sources and code', () => {
    for (const criterion of CRITERIA) {
      const entry = criterionEntries().find(({ name }) => name === criterion.key);
      expect([entry?.name, ...(entry?.aliases ?? [])]).toEqual(
        expect.arrayContaining([...namesOf(criterion), criterion.label]),
      );
    }
    const rating = criterionEntries().find(({ name }) => name === 'rating');
    expect(detail(rating, 'on Field Nation')).toBe('Provider rating');
    expect(detail(rating, 'its code there')).toBe('SC_STAR_BASED_RATING, SC_OVERALL_RATING');
    expect(detail(rating, 'written as')).toBe('number (stars)');
    expect(detail(rating, 'range')).toBe('0 to 5, kept as hundredths of a star');
    expect(detail(rating, 'sources')).toContain('profile (');
  });

  it('has every stage and guardrail with each of its keys', () => {
    for (const [kind, shape] of Object.entries(STAGE_SHAPES)) {
      const keys = stageEntries()
        .find(({ name }) => name === kind)
        ?.details.map(([key]) => key);
      expect(keys).toEqual(Object.keys(shape.shape).filter((key) => key !== 'do'));
    }
    const keys = ['stages', ...decisionEntries().map(({ name }) => name), 'tie_break'];
    expect(keys.toSorted()).toEqual(Object.keys(DECISION_SHAPE.shape).toSorted());
    const guardrails = guardrailEntries().map(({ name }) => name);
    expect(guardrails).toEqual(
      expect.arrayContaining([...Object.keys(GUARDRAILS_SHAPE.shape), 'max_daily_approved_usd']),
    );
    for (const key of Object.keys(PAY_SHAPE.shape)) expect(guardrails).toContain(`pay.${key}`);
    for (const key of Object.keys(PER_PROVIDER_SHAPE.shape)) expect(guardrails).toContain(`per_provider.${key}`);
    const share = guardrailEntries().find(({ name }) => name === 'max_share_of_open_percent');
    expect(detail(share, 'value')).toBe('whole number from 0 to 100');
  });
});

describe('a problem code', () => {
  it('of the newer warnings says what it means, with the keys it is about', () => {
    const meaningOf = (code: string) =>
      new Map(problemEntries().find(({ name }) => name === code)?.details ?? []).get('what it means');
    for (const code of ['FM-R831', 'FM-R832', 'FM-R833', 'FM-R834', 'FM-R835']) expect(meaningOf(code)).toMatch(/\.$/);
    expect(meaningOf('FM-R832')).toContain('max_actions_per_run');
    expect(meaningOf('FM-R102')).toBeUndefined();
  });
});
