import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatProblem, type Problem } from '../../src/domain/problem.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import type { RuleFileLimits } from '../../src/rules/scan-limits.ts';
import { readBrokenCases } from './broken-cases.ts';
import { ruleText } from './rule-text.ts';

function problemsOf(text: string, limits: RuleFileLimits = DEFAULT_LIMITS): readonly Problem[] {
  const read = parseRuleFile({ path: 'rules/x.json', text }, limits);
  return read.kind === 'problems' ? read.problems : [];
}

describe('a broken rule file', () => {
  it.each(['not-json', 'shape', 'meaning', 'tests'].flatMap(readBrokenCases))(
    'is refused with place and fix: $title',
    (broken) => {
      const { text, line, column, expected } = broken;
      const [problem, ...others] = problemsOf(text).map(formatProblem);
      const whole = `rules/x.json:${line}:${column} ${expected}`;
      expect(others).toEqual([]);
      expect(expected.endsWith('…') ? problem?.slice(0, whole.length - 1) : problem).toBe(whole.replace(/…$/, ''));
      expect(problem).toMatch(/[.?]$/);
    },
  );

  it('is told of a bracket that may be missing where a comma is, and of the end on its last line', () => {
    const text = '{"guardrails": {"pay": {"max_total_usd": 5\n "stop_after_errors": 3},\n "id": "x"}\n\n\n';
    expect(problemsOf(text).map(formatProblem)).toEqual([
      'rules/x.json:1:43 FM-R112 A comma is missing, or the "}" before it: an object is still open where the file ends — Write "}," here if the object ends here, else a comma.',
      'rules/x.json:3:12 FM-R101 The file ends, and "{" of line 1, column 1 is still open — Close it with "}".',
    ]);
  });

  it('is told everything at once, in the order of the file', () => {
    const text = ruleText({
      id: '"Bad Id"',
      more: '"applies_to": {"fact": "work_order.is_remot", "operator": "=", "value": true},\n"ownr": "us", // comment\n',
      rules:
        '{"name": "ratin", "operator": ">=", "value": 4.5},\n{"name": "cancel_rate", "operator": "<=", "value": "5", "weight": -1,}',
      stages: '{"after_minutes": 0, "do": "unroute"},\n{"after_minutes": "5", "do": "hold"}',
      decision: ', "tie_break": ["points"]',
      guardrails:
        '"pay": {"max_total_usd": -1}, "quiet_hours": [{"days": [], "from": "25:00", "to": "24:00", "time_zone": "UTC"}]',
    });
    expect(problemsOf(text).map(({ code, line }) => `${line} ${code}`)).toEqual([
      '3 FM-R207',
      '7 FM-R302',
      '8 FM-R201',
      '8 FM-R102',
      '11 FM-R301',
      '12 FM-R204',
      '12 FM-R205',
      '12 FM-R103',
      '15 FM-R211',
      '16 FM-R204',
      '17 FM-R504',
      '17 FM-R205',
      '17 FM-R209',
      '17 FM-R601',
    ]);
  });

  it('is none where it uses the whole format as designed', () => {
    const text = readFileSync(join(import.meta.dirname, 'format-sample.json'), 'utf8');
    expect(problemsOf(text)).toEqual([]);
  });

  it('has the same places with Windows line ends', () => {
    const [problem] = problemsOf(ruleText({ mode: '"of"' }).replaceAll('\n', '\r\n'));
    expect(problem).toMatchObject({ line: 5, column: 9, code: 'FM-R206' });
  });

  const inherited = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

  it.each(inherited)('is no way into the engine by %s, wherever a name can stand', (name) => {
    const own = JSON.stringify(name);
    const texts = [
      ruleText({ more: `${own}: {"polluted": 1},` }),
      ruleText({ rules: `{"name": "rating", "operator": ">=", "value": 4.5, ${own}: {"polluted": 1}}` }),
      ruleText({ rules: `{"name": ${own}, "operator": ">=", "value": 4.5}` }),
      ruleText({ rules: `{"name": "rating", "operator": ${own}, "value": 4.5}` }),
      ruleText({ rules: `{"name": "rating", "operator": ">=", "value": {${own}: 1}}` }),
      ruleText({ rules: `{"name": "rating", "operator": ">=", "value": 4.5, "on_missing": ${own}}` }),
      ruleText({ rules: `{"name": "rating", "operator": ">=", "value": 4.5, "on_missing": {${own}: "match"}}` }),
      ruleText({ rules: `{"name": "completed_of_type", "params": {${own}: "ATM"}, "operator": ">=", "value": 5}` }),
      ruleText({ rules: `{"key": "k", "name": "K", "when": {"fact": ${own}, "operator": "=", "value": true}}` }),
      ruleText({ rules: `{"key": "k", "name": "K", "when": {"condition": ${own}}}` }),
      ruleText({ rules: `{"key": "k", "name": "K", "when": {${own}: []}}` }),
      ruleText({ stages: `{"after_minutes": 0, "do": ${own}}` }),
      ruleText({ stages: `{"after_minutes": 0, "do": "assign", ${own}: 1}` }),
      ruleText({ decision: `, "tie_break": [${own}, "provider_id:asc"]` }),
      ruleText({ guardrails: `"exclude_providers": [{"id": 557, "because": "x", ${own}: 1}]` }),
      ruleText({
        guardrails: `"quiet_hours": [{"days": [${own}], "from": "00:00", "to": "12:00", "time_zone": ${own}}]`,
      }),
      ruleText({ guardrails: `${own}: 1` }),
    ];
    expect(texts.filter((text) => problemsOf(text).length === 0)).toEqual([]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('keeps an own key that every object inherits apart', () => {
    expect(problemsOf(ruleText({ more: '"toString": 1,' })).map((problem) => problem.code)).toEqual(['FM-R201']);
    expect(problemsOf(ruleText({ mode: '"toString"' })).map((problem) => problem.code)).toEqual(['FM-R206']);
    const stage = '{"after_minutes": 0, "do": "toString"}';
    expect(problemsOf(ruleText({ stages: stage })).map((problem) => problem.code)).toEqual(['FM-R206']);
    const operator = '{"name": "rating", "operator": "toString", "value": 4.5}';
    expect(problemsOf(ruleText({ rules: operator })).map((problem) => problem.code)).toEqual(['FM-R303']);
  });
});

describe('a rule bomb', () => {
  const roomy = { ...DEFAULT_LIMITS, maxRuleFileBytes: 64 * 1024 * 1024 };
  const bombs = [
    { title: '100,000 brackets deep', text: '['.repeat(100_000), code: 'FM-R109' },
    { title: 'objects 100,000 deep', text: '{"a":'.repeat(100_000), code: 'FM-R109' },
    { title: 'conditions 100,000 deep', text: `{"applies_to":${'{"not":'.repeat(100_000)}`, code: 'FM-R109' },
    { title: 'depth hidden by brackets in comments', text: '[//]\n'.repeat(100_000), code: 'FM-R109' },
    { title: 'depth hidden by brackets in texts', text: '["]",'.repeat(100_000), code: 'FM-R109' },
    { title: 'a million values', text: `[${'1,'.repeat(1_000_000)}1]`, code: 'FM-R110' },
    { title: 'a million keys', text: `{${'"a":1,'.repeat(500_000)}"a":1}`, code: 'FM-R110' },
    { title: 'a text of ten million letters', text: `"${'x'.repeat(10_000_000)}"`, code: 'FM-R203' },
    { title: 'a text of a million quotes', text: `"${'\\"'.repeat(1_000_000)}`, code: 'FM-R101' },
    { title: 'single quotes that never close', text: "'x ".repeat(100_000), code: 'FM-R110' },
    { title: 'a number of a million digits', text: '1'.repeat(1_000_000), code: 'FM-R101' },
    { title: 'a comment of ten million letters', text: `/*${'x'.repeat(10_000_000)}`, code: 'FM-R111' },
  ];

  it.each(bombs)('is refused fast: $title', ({ text, code }) => {
    const before = performance.now();
    expect(problemsOf(text, roomy).map((problem) => problem.code)).toContain(code);
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  const long = (piece: string) => piece.repeat(Math.floor(100_000 / piece.length));
  const repeated = [
    ' ',
    '1',
    '0.',
    '%',
    '_',
    'a ',
    '(',
    '()',
    ' (x)',
    '\\',
    '/',
    '*',
    "'",
    '\u201c',
    '\u200b',
    '{x}',
    '-',
  ];

  it.each(repeated.map((piece) => ({ piece })))(
    'takes no longer for a long row of "$piece" in any place',
    ({ piece }) => {
      const row = JSON.stringify(`1${long(piece)}x`);
      const places = [
        ruleText({
          id: row,
          version: row,
          mode: row,
          more: `${row}: 1, "owner": ${row}, "conditions": {${row}: ${row}},`,
        }),
        ruleText({
          rules: `{"name": ${row}, "weight": ${row}, "on_missing": ${row}}, {"key": "k", "name": ${row}, "when": ${row}}`,
        }),
        ruleText({
          rules: `{"name": "rating", "operator": ${row}, "value": ${row}}, {"key": "k", "name": "K", "when": {"fact": ${row}, "operator": "=", "value": 1}},
          {"name": "cancel_rate", "operator": "<=", "value": ${row}, "credit": {"kind": ${row}, "full_at": ${row}, "zero_at": ${row}}},
          {"name": "completed_of_type", "params": {"type_of_work": ${row}, ${row}: 1}, "operator": ">=", "value": 1},
          {"key": "l", "name": "L", "when": {"any": [{"condition": ${row}}]}}`,
        }),
        ruleText({
          stages: `{"after_minutes": ${row}, "do": ${row}}`,
          decision: `, "tie_break": [${row}]`,
          guardrails: `"quiet_hours": [{"days": [${row}], "from": ${row}, "to": ${row}, "time_zone": ${row}}], "exclude_providers": [{"id": ${row}, "until": ${row}, "because": "x"}], "pay": {"max_total_usd": ${row}}`,
        }),
        ruleText({ version: `1${long(piece)}x` }),
        ruleText({ version: `${long(piece)}` }),
      ];
      const before = performance.now();
      for (const text of places) expect(problemsOf(text, roomy)).not.toEqual([]);
      expect(performance.now() - before).toBeLessThan(5_000);
    },
  );

  it('is refused by its size alone with the limits that ship', () => {
    expect(problemsOf(`[${'1,'.repeat(1_000_000)}1]`).map((problem) => problem.code)).toEqual(['FM-R108']);
  });

  it('is refused when named conditions multiply', () => {
    const named = (from: string, to: string) => `"${from}": {"all": [${Array(10).fill(`{"condition": "${to}"}`)}]},`;
    const last = '"z": {"fact": "provider.rating", "operator": ">=", "value": 4.5}';
    const text = ruleText({
      more: `"conditions": {${named('a', 'b')}${named('b', 'c')}${named('c', 'd')}${named('d', 'e')}${named('e', 'z')}${last}},`,
      rules: '{"key": "k", "name": "Own", "when": {"condition": "a"}}',
    });
    expect(problemsOf(text).map((problem) => problem.code)).toEqual(['FM-R318']);
  });

  it('is refused when named conditions form a long chain', () => {
    const links = Array.from({ length: 3_000 }, (_, n) => `"c${n}": {"not": {"condition": "c${n + 1}"}}`);
    const last = '"c3000": {"fact": "provider.rating", "operator": ">=", "value": 4.5}';
    const text = ruleText({
      more: `"conditions": {${links.join()},${last}},`,
      rules: '{"key": "k", "name": "Own", "when": {"condition": "c0"}}',
    });
    expect(new Set(problemsOf(text).map((problem) => problem.code))).toEqual(new Set(['FM-R318']));
  });

  it('is refused when named conditions go deeper than the file could', () => {
    const nest = (inner: string) => `${'{"not":'.repeat(20)}${inner}${'}'.repeat(20)}`;
    const leaf = '{"fact": "provider.rating", "operator": ">=", "value": 4.5}';
    const text = ruleText({
      more: `"conditions": {"a": ${nest('{"condition": "b"}')}, "b": ${nest(leaf)}},`,
      rules: '{"key": "k", "name": "Own", "when": {"condition": "a"}}',
    });
    expect(problemsOf(text).map((problem) => problem.code)).toEqual(['FM-R318']);
  });
});

describe('any text at all', () => {
  const valid = readFileSync(join(import.meta.dirname, '../../rules/atm-onsite.json'), 'utf8');
  const place = fc.nat(valid.length);
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '/*',
    '//',
    '#',
    "'",
    '“',
    '-',
    '5',
    '%',
    'true',
    'null',
    '\ufeff',
    '\ud800',
    '\u0000',
    '\n',
    '{}',
    '[]',
    '{"not":',
    '"when":{},',
    '"__proto__":1,',
  ];

  function isAnswered(text: string): boolean {
    const read = parseRuleFile({ path: 'rules/x.json', text }, DEFAULT_LIMITS);
    if (read.kind === 'review') return read.review.text === text;
    if (read.kind === 'ok') return read.file.text === text && read.file.criteria.length > 0;
    return (
      read.problems.length > 0 &&
      read.problems.every(
        ({ line, column, what, fix }) => (line ?? 0) > 0 && (column ?? 0) > 0 && what !== '' && fix !== '',
      )
    );
  }

  it('is answered when a valid file is cut anywhere', () => {
    fc.assert(
      fc.property(place, (end) => isAnswered(valid.slice(0, end))),
      { numRuns: 300 },
    );
  });

  it('is answered when a part of a valid file is taken out', () => {
    fc.assert(
      fc.property(place, fc.nat(200), (from, length) => isAnswered(valid.slice(0, from) + valid.slice(from + length))),
      { numRuns: 500 },
    );
  });

  it('is answered when something is put into a valid file', () => {
    const edits = fc.array(fc.tuple(place, fc.constantFrom(...pieces)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, (list) =>
        isAnswered(list.reduce((text, [at, piece]) => text.slice(0, at) + piece + text.slice(at), valid)),
      ),
      { numRuns: 800 },
    );
  });

  it('is answered when bytes of a valid file are flipped', () => {
    const flips = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(flips, (list) => {
        const bytes = Buffer.from(valid);
        for (const [at, mask] of list) bytes[at] = (bytes[at] ?? 0) ^ mask;
        return isAnswered(bytes.toString('utf8'));
      }),
      { numRuns: 800 },
    );
  });

  it('is answered when any value of a valid file is another one', () => {
    const values = [...valid.matchAll(/(?<=[:[,]\s*)("[^"]*"|-?[\d.]+|true|false)(?=\s*[,}\]\n])/g)];
    const other = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.constantFrom('null', '-1', '1e400', '""', '"5"', '[]', '{}', 'true'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...values), other, (found, value) =>
        isAnswered(valid.slice(0, found.index) + value + valid.slice(found.index + found[0].length)),
      ),
      { numRuns: 800 },
    );
  });

  it('is answered when it is no rule file', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), isAnswered), { numRuns: 500 });
  });
});
