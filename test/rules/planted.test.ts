import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatProblem } from '../../src/domain/problem.ts';
import { checkRuleSet } from '../../src/rules/lint/check-rule-set.ts';
import type { RuleFileText } from '../../src/rules/parse-rule-file.ts';
import { RULE_PROBLEMS } from '../../src/rules/problem-codes.ts';
import { readPlantedCases } from './planted-cases.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const cases = readPlantedCases();

function findingsIn(files: readonly RuleFileText[]): readonly string[] {
  const isWholeSet = files.length > 1;
  const { problems, warnings } = checkRuleSet(files, { limits: DEFAULT_LIMITS, nowMs: NOON, isWholeSet });
  return [...problems, ...warnings].map(formatProblem);
}

describe('a planted defect', () => {
  it.each(cases)('is found where it is, alone, and not in its twin: $title', ({ planted, clean, place, expected }) => {
    const [finding, ...others] = findingsIn(planted);
    const whole = `${place} ${expected}`;
    expect(others).toEqual([]);
    expect(whole.endsWith('…') ? finding?.slice(0, whole.length - 1) : finding).toBe(whole.replace(/…$/, ''));
    expect(clean).not.toEqual(planted);
    expect(findingsIn(clean)).toEqual([]);
  });

  it('is of more than forty kinds, every warning among them', () => {
    const kinds = new Set(cases.map(({ expected }) => expected.slice(0, 7)));
    expect(kinds.size).toBeGreaterThan(40);
    expect(Object.keys(RULE_PROBLEMS).filter((code) => code.startsWith('FM-R8') && !kinds.has(code))).toEqual([]);
  });

  it('is in none of the files that ship', () => {
    const folder = join(import.meta.dirname, '../../rules');
    const names = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'));
    const files = names.map((name) => ({ path: `rules/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
    expect(files.length).toBeGreaterThan(3);
    expect(findingsIn(files)).toEqual([]);
  });
});
