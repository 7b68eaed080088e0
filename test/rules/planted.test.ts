import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatProblem } from '../../src/domain/problem.ts';
import { checkRuleSet } from '../../src/rules/lint/check-rule-set.ts';
import type { RuleFileText } from '../../src/rules/parse-rule-file.ts';
import { RULE_PROBLEMS } from '../../src/rules/problem-codes.ts';
import { readPlantedCases } from './planted-cases.ts';
import { ruleText } from './rule-text.ts';

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
    // Those of recorded data have their slates in test/analysis/data-lint.test.ts.
    const warnings = Object.keys(RULE_PROBLEMS).filter((code) => /^FM-R8[0-4]/.test(code));
    expect(warnings.filter((code) => !kinds.has(code))).toEqual([]);
  });

  it('is found in the files that can be read, though another one cannot', () => {
    const ratedAbove = (value: number) => `{"name": "rating", "operator": ">", "value": ${value}}`;
    const files = [
      { path: 'rules/a.json', text: ruleText({ rules: ratedAbove(6) }) },
      { path: 'rules/b.json', text: ruleText({ id: '"b"', priority: '5', rules: ratedAbove(5) }) },
    ];
    expect(findingsIn(files).map((finding) => finding.slice(0, 30))).toEqual([
      'rules/a.json:9:46 FM-R306 prov',
      'rules/b.json:9:46 FM-R809 prov',
    ]);
  });

  it('is found beside mistakes in tests, which say nothing against the file, and so is what is wrong with the set', () => {
    const rules = `{"name": "distance", "operator": "<=", "value": 30},
 {"key": "far", "name": "distance", "operator": ">", "value": 50, "is_required": false, "weight": 20}`;
    const more = '"tests": [{"name": "t", "expect": {"outcome": "asign"}}],';
    const applies = '"applies_to": {"fact": "work_order.client_id", "operator": "=", "value": 310},';
    const texts = [ruleText({ rules, more }), ruleText({ id: '"b"', rules, more: `${more}${applies}` })];
    const codes = texts.map((text) =>
      findingsIn([{ path: 'rules/a.json', text }]).map((finding) => /FM-R\d+/.exec(finding)?.[0]),
    );
    expect(codes).toEqual([
      ['FM-R206', 'FM-R816'],
      ['FM-R206', 'FM-R816'],
    ]);
    const set = texts.map((text, place) => ({
      path: `rules/${place}.json`,
      text: text.replaceAll(more, `${more}${place === 0 ? applies : ''}`),
    }));
    expect(findingsIn(set).join()).toContain('FM-R801');
  });

  it('is looked for comparison by comparison where there are very many, and ends soon', () => {
    const tests = Array.from(
      { length: 320 },
      (_, n) => `{"fact": "provider.rating", "operator": ">", "value": ${n % 6}}`,
    );
    const halves = `{"all": [{"any": [${tests.slice(0, 160).join()}]}, {"any": [${tests.slice(160).join()}]}]}`;
    const rules = Array.from(
      { length: 4 },
      (_, n) => `{"key": "k${n}", "name": "Many ${n}", "when": ${halves}}`,
    ).join();
    const before = performance.now();
    const codes = findingsIn([{ path: 'rules/a.json', text: ruleText({ rules }) }]).map(
      (finding) => /FM-R\d+/.exec(finding)?.[0],
    );
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(new Set(codes)).toEqual(new Set(['FM-R809']));
  });

  it('is in none of the files that ship', () => {
    const folder = join(import.meta.dirname, '../../rules');
    const names = readdirSync(folder).filter((name) => /^[\w-]+\.json$/.test(name));
    const files = names.map((name) => ({ path: `rules/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
    expect(files.length).toBeGreaterThan(3);
    expect(findingsIn(files)).toEqual([]);
  });
});
