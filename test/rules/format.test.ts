import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatProblem } from '../../src/domain/problem.ts';
import { firstDifference, formatRuleFile } from '../../src/rules/format.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import type { RuleFileLimits } from '../../src/rules/scan-limits.ts';
import { anyDispatchJson, anyReviewJson, writtenAnyhow } from './arbitrary-rule-file.ts';
import { readBrokenCases } from './broken-cases.ts';

const ROOT = join(import.meta.dirname, '../..');
const shipped = globSync('rules/*.json', { cwd: ROOT }).filter((path) => !path.endsWith('.schema.json'));

function formatted(text: string, path = 'some.json'): string {
  const result = formatRuleFile({ path, text }, DEFAULT_LIMITS);
  if (result.kind === 'problems') throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.text;
}

/** What the parser makes of a text, without where it stands. */
function meaningOf(text: string): unknown {
  const reading = parseRuleFile({ path: 'some.json', text }, DEFAULT_LIMITS);
  switch (reading.kind) {
    case 'ok':
      return { ...reading, file: { ...reading.file, text: null, hash: null }, warnings: reading.warnings.length };
    case 'review':
      return { ...reading, review: { ...reading.review, text: null, hash: null }, warnings: reading.warnings.length };
    case 'problems':
      return reading.problems
        .map(({ code, what, fix }) => [code, what, fix].join(' ').replace(/line \d+.*/, ''))
        .sort();
  }
}

describe('a formatted rule file', () => {
  it('means the same however it was written, and is formatted already', () => {
    const anyText = fc
      .oneof(anyDispatchJson(), anyReviewJson())
      .chain((json) => fc.tuple(fc.constant(json), writtenAnyhow(json)));
    fc.assert(
      fc.property(anyText, ([json, text]) => {
        const meaning = meaningOf(text);
        expect(meaning).toHaveProperty('kind');
        const once = formatted(text);
        expect(JSON.parse(once)).toEqual(json);
        expect(meaningOf(once)).toEqual(meaning);
        expect(formatted(once)).toBe(once);
        // Names that people gave keep their order; everything else has one order.
        if (!('conditions' in json)) expect(once).toBe(formatted(JSON.stringify(json)));
      }),
      { numRuns: 200 },
    );
  });

  it.each(shipped)('is what ships: %s', (path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    expect(firstDifference(text, formatted(text, path))).toBeNull();
  });

  it('keeps every mistake of a file that is JSON, and is not made of one that is not', () => {
    const counts = { isJson: 0, isNot: 0 };
    for (const { text } of ['not-json', 'shape', 'meaning'].flatMap(readBrokenCases)) {
      const result = formatRuleFile({ path: 'some.json', text }, DEFAULT_LIMITS);
      if (result.kind === 'problems') {
        counts.isNot += 1;
        const reading = parseRuleFile({ path: 'some.json', text }, DEFAULT_LIMITS);
        expect(reading.kind === 'problems' && reading.problems).toEqual(expect.arrayContaining([...result.problems]));
      } else {
        counts.isJson += 1;
        expect(JSON.parse(result.text)).toEqual(JSON.parse(text));
        expect(meaningOf(result.text)).toEqual(meaningOf(text));
        expect(formatted(result.text)).toBe(result.text);
      }
    }
    expect(counts.isJson).toBeGreaterThan(40);
    expect(counts.isNot).toBeGreaterThan(10);
  });

  it('has the keys in the order of the format, and others behind them as they were', () => {
    const text =
      '{"zebra":1,"selection_rule":{"rules":[{"weight":5,"ape":0,"name":"rating"}],"id":3},"apple":2,"version":1}';
    expect(formatted(text).split('\n')).toEqual([
      '{',
      '  "version": 1,',
      '  "selection_rule": {',
      '    "id": 3,',
      '    "rules": [',
      '      {',
      '        "name": "rating",',
      '        "weight": 5,',
      '        "ape": 0',
      '      }',
      '    ]',
      '  },',
      '  "zebra": 1,',
      '  "apple": 2',
      '}',
      '',
    ]);
  });

  it('writes texts and numbers as they were written, and every list in its order', () => {
    const text =
      '{"name":"n\\u00e4h \\ud83d\\ude9a é \\/","priority":1e2,"more":[2,-0,1.50,12345678901234567890,{},[]]}';
    expect(formatted(text)).toBe(
      [
        '{',
        '  "name": "n\\u00e4h \\ud83d\\ude9a é \\/",',
        '  "priority": 1e2,',
        '  "more": [',
        ...['2', '-0', '1.50', '12345678901234567890', '{}'].map((item) => `    ${item},`),
        '    []',
        '  ]',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('puts a stage on one line of at most 120 columns, by what it does, and opens a longer one', () => {
    const stage = (because: string) => `{"because":"${because}","top":3,"do":"mass_route","after_minutes":5}`;
    const file = (because: string) => formatted(`{"decision":{"stages":[${stage(because)}]}}`).split('\n');
    const start = '      { "after_minutes": 5, "do": "mass_route", "top": 3, "because": "';
    const fits = 'x'.repeat(120 - start.length - '" },'.length);
    expect(file(fits)[3]).toBe(`${start}${fits}" }`);
    expect(file(`${fits}x`).slice(3, 6)).toEqual([
      '      {',
      '        "after_minutes": 5,',
      '        "do": "mass_route",',
    ]);
    expect(formatted('{"decision":{"stages":[{"top":3,"do":"rout"}, 7]}}')).toContain(
      '{ "do": "rout", "top": 3 },\n      7\n',
    );
  });

  it('has the examples beside a file in order too, in a list or under "tests"', () => {
    const test =
      '{"expect":{"outcome":"wait"},"candidates":[{"facts":{"b":1,"a":2},"id":5}],"work_order":{},"name":"n"}';
    const inList = formatted(`[${test}]`, 'some.test.json');
    const inObject = formatted(`{"tests":[${test}],"version":1}`, 'some.test.json');
    for (const text of [inList, inObject]) {
      expect(text).toMatch(
        /"name": "n",\n +"work_order": \{\},\n +"candidates": \[\n +\{ "id": 5, "facts": \{ "b": 1, "a": 2 \} \}\n/,
      );
    }
    expect(inObject).toMatch(/^\{\n {2}"version": 1,\n {2}"tests"/);
  });

  it('is not made of a text that is too large, repeats a key or has a comment', () => {
    const problems = (text: string, limits: RuleFileLimits = DEFAULT_LIMITS) => {
      const result = formatRuleFile({ path: 'some.json', text }, limits);
      return result.kind === 'problems' ? result.problems.map(formatProblem) : [];
    };
    expect(problems('{}', { ...DEFAULT_LIMITS, maxRuleFileBytes: 1 })[0]).toMatch(/^some.json:1:1 FM-R108/);
    expect(problems('{"a":1,\n"a":2}')).toEqual([expect.stringMatching(/^some.json:2:1 FM-R104/)]);
    expect(problems('{"a":1, // one\n"b":[2,]}')).toEqual([
      expect.stringMatching(/^some.json:1:9 FM-R102/),
      expect.stringMatching(/^some.json:2:7 FM-R103/),
    ]);
  });
});

describe('the first difference of two texts', () => {
  it('is a line of both, or one that only one of them has', () => {
    expect(firstDifference('a\nb', 'a\nc')).toEqual({ line: 2, before: 'b', after: 'c' });
    expect(firstDifference('a', 'a\n')).toEqual({ line: 2, before: '', after: '' });
    expect(firstDifference('a\nb', 'a')).toEqual({ line: 2, before: 'b', after: '' });
    expect(firstDifference('a', 'a')).toBeNull();
  });
});
