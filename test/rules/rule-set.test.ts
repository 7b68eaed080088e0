import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CRITERIA, FACTS, namesOf } from '../../src/criteria/catalog.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatProblem } from '../../src/domain/problem.ts';
import { takesDrafts, talentPoolsOf } from '../../src/domain/rule-file.ts';
import { hashRuleSet, parseRuleSet } from '../../src/rules/parse-rule-set.ts';
import { RULE_PROBLEMS } from '../../src/rules/problem-codes.ts';
import { rulesReadmeTables } from '../../src/rules/readme-tables.ts';
import { ruleFileSchema } from '../../src/rules/rule-file-schema.ts';
import { ruleTestSchema } from '../../src/rules/test-schema.ts';
import { readBrokenCases } from './broken-cases.ts';
import { type RuleTextParts, ruleText } from './rule-text.ts';

const FOLDER = join(import.meta.dirname, '../../rules');
const shipped = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json') && !/\.(schema|test)\.json$/.test(name))
  .map((name) => ({ path: `rules/${name}`, text: readFileSync(join(FOLDER, name), 'utf8') }));

function setOf(...parts: readonly RuleTextParts[]) {
  const ids = ['a', 'b', 'c'];
  const inputs = parts.map((part, place) => ({
    path: `rules/${ids[place]}.json`,
    text: ruleText({ id: `"${ids[place]}"`, ...part }),
  }));
  return parseRuleSet(inputs, DEFAULT_LIMITS);
}

function problemsOf(...parts: readonly RuleTextParts[]): readonly string[] {
  const reading = setOf(...parts);
  return reading.kind === 'ok' ? [] : reading.problems.map(formatProblem);
}

const applies = (condition: string): RuleTextParts => ({ more: `"applies_to": ${condition},` });
const fact = (name: string, operator: string, value: string) =>
  `{"fact": "work_order.${name}", "operator": "${operator}", "value": ${value}}`;

describe('a rule set', () => {
  it('holds the files by path, and a hash of what they say', () => {
    const reading = setOf({}, { priority: '5' });
    if (reading.kind === 'problems') throw new Error('not ok');
    expect(reading.set.files.map((file) => file.id)).toEqual(['a', 'b']);
    expect(reading.set.hash).toBe(hashRuleSet([...reading.set.files].reverse()));
    expect(reading.warnings).toEqual([]);
    const other = setOf({}, { priority: '6' });
    expect(other.kind === 'ok' && other.set.hash).not.toBe(reading.set.hash);
  });

  it('is refused whole when one file is broken, with every problem of every file', () => {
    expect(problemsOf({ mode: '"of"' }, {}, { version: '7' })).toEqual([
      'rules/a.json:5:9 FM-R206 mode is "of" — Did you mean "off"? Write one of "off", "shadow", "recommend", "canary", "enforce".',
      'rules/c.json:2:12 FM-R210 version is 7 — Write "version": 1.',
    ]);
  });

  it('is refused when two files have one id', () => {
    expect(problemsOf({}, { id: '"a"', mode: '"off"' })).toEqual([
      'rules/b.json:3:7 FM-R701 The id "a" is also that of rules/a.json — Give one of the two another id.',
    ]);
  });

  it('is refused when there are no files, or too many', () => {
    expect(problemsOf()).toEqual(['rules FM-R704 There are no rule files — Start from a copy of rules/default.json.']);
    const reading = parseRuleSet([...shipped], { ...DEFAULT_LIMITS, maxRuleFiles: 1 });
    expect(reading.kind === 'problems' && reading.problems.map(formatProblem)).toEqual([
      `rules FM-R703 There are ${shipped.length} rule files; the limit is 1 — Delete the ones no longer needed.`,
    ]);
  });

  it('is complete with a file that recommends for every work order, and not with a canary', () => {
    expect(setOf({ mode: '"recommend"' }).warnings).toEqual([]);
    const canary = setOf({ mode: '"canary"', more: '"canary_percent": 10,' });
    expect(canary.warnings.map(({ code }) => code)).toEqual(['FM-R801']);
  });

  it('is warned when no file takes every work order', () => {
    const reading = setOf(applies(fact('is_remote', '=', 'true')), { mode: '"shadow"' });
    expect(reading.kind).toBe('ok');
    expect(reading.warnings.map(formatProblem)).toEqual([
      'rules FM-R801 No rule file that enforces or recommends applies to every work order; those that none applies to are skipped, for instance those with work_order.is_remote = false — Add a file with mode "enforce", without applies_to and with the lowest priority, such as the rules/default.json of the package.',
    ]);
  });
});

describe('two live files of one priority', () => {
  it('are refused when both can apply', () => {
    expect(problemsOf({ priority: '5' }, { priority: '5' })).toEqual([
      'rules/b.json:6:13 FM-R702 Priority 5 is also that of rules/a.json, and both can apply to one work order — Give the more special file the higher priority, or make their applies_to exclude each other.',
    ]);
  });

  it('are refused also where one is a canary, which acts on a part of what the other takes', () => {
    const canary = { mode: '"canary"', more: '"canary_percent": 10,' };
    expect(problemsOf(canary, {})).toEqual([
      expect.stringContaining('FM-R702 Priority 0 is also that of rules/a.json'),
    ]);
    expect(problemsOf(canary, { ...canary, priority: '1' })).toEqual([]);
    expect(problemsOf({ mode: '"recommend"' }, canary)).toEqual([expect.stringContaining('FM-R702')]);
  });

  it('are no matter when one only looks on or the priorities differ', () => {
    expect(problemsOf({}, { mode: '"shadow"' }, { mode: '"off"' })).toEqual([]);
    expect(problemsOf({}, { priority: '1' })).toEqual([]);
  });

  const remote = fact('is_remote', '=', 'true');
  const atm = fact('types_of_work', 'has', '"ATM"');
  it.each([
    ['yes and no', remote, fact('is_remote', '=', 'false')],
    ['a value and its denial', remote, `{"not": ${remote}}`],
    ['a value and anything but it', fact('client_id', '=', '5'), fact('client_id', '!=', '5')],
    ['two values', fact('client_id', '=', '5'), fact('client_id', '=', '6')],
    ['a value outside a list', fact('client_id', '=', '5'), fact('client_id', 'in', '[6, 7]')],
    ['lists without a common value', fact('client_id', 'in', '[5]'), fact('client_id', 'in', '[6, 7]')],
    ['a list and its denial', fact('client_id', 'in', '[6, 7]'), fact('client_id', 'not in', '[5, 6, 7]')],
    ['a value below a range', fact('pay_total', '=', '5'), fact('pay_total', '>', '5')],
    ['a value above a range', fact('pay_total', '>=', '6'), fact('pay_total', '=', '5.5')],
    ['a value over a limit', fact('pay_total', '=', '6'), fact('pay_total', '<=', '5.5')],
    ['a value at an open limit', fact('pay_total', '=', '6'), fact('pay_total', '<', '6')],
    ['two ranges', fact('pay_total', '<=', '5'), fact('pay_total', '>=', '6')],
    ['two ranges that touch, one open', fact('pay_total', '>', '5'), fact('pay_total', '<=', '5')],
    ['a kind of work and its absence', atm, fact('types_of_work', 'lacks', '"ATM"')],
    ['one of several', `{"all": [${atm}, ${remote}]}`, `{"all": [${fact('is_remote', '=', 'false')}, ${atm}]}`],
    [
      'every branch',
      `{"any": [${remote}, ${fact('client_id', '=', '5')}]}`,
      `{"all": [${fact('is_remote', '=', 'false')}, ${fact('client_id', '=', '6')}]}`,
    ],
    [
      'every branch of the other',
      `{"all": [${fact('is_remote', '=', 'false')}, ${fact('client_id', '=', '6')}]}`,
      `{"any": [${remote}, ${fact('client_id', '=', '5')}]}`,
    ],
    ['a denied choice', `{"not": {"any": [${remote}, ${atm}]}}`, atm],
    ['a denied pair', `{"not": {"all": [${remote}, ${remote}]}}`, remote],
  ])('are accepted when they exclude each other: %s', (_, a, b) => {
    expect(problemsOf(applies(a), applies(b))).toEqual([]);
    expect(problemsOf(applies(b), applies(a))).toEqual([]);
  });

  it.each([
    ['the same', remote, remote],
    ['different facts', remote, atm],
    ['two kinds of work, for a work order can have both', atm, fact('types_of_work', 'has', '"POS"')],
    ['ranges that overlap', fact('pay_total', '<', '6'), fact('pay_total', '>', '5')],
    ['ranges that share one value', fact('pay_total', '<=', '5'), fact('pay_total', '>=', '5')],
    ['two ranges one way', fact('pay_total', '<', '5'), fact('pay_total', '<', '6')],
    ['lists with a common value', fact('client_id', 'in', '[5, 6]'), fact('client_id', 'in', '[6, 7]')],
    ['two absences', fact('client_id', '!=', '5'), fact('client_id', '!=', '6')],
    ['two absent kinds', fact('types_of_work', 'lacks', '"ATM"'), fact('types_of_work', 'lacks', '"POS"')],
    [
      'a branch that is shared',
      `{"any": [${remote}, ${atm}]}`,
      `{"all": [${fact('is_remote', '=', 'false')}, ${atm}]}`,
    ],
    ['a range and an absence', fact('pay_total', '<', '5'), fact('pay_total', '!=', '6')],
  ])('are refused unless that is certain: %s', (_, a, b) => {
    expect(problemsOf(applies(a), applies(b))).toHaveLength(1);
    expect(problemsOf(applies(b), applies(a))).toHaveLength(1);
  });
});

describe('what ships', () => {
  it('loads without a problem or a warning', () => {
    const reading = parseRuleSet(shipped, DEFAULT_LIMITS);
    expect(reading.kind === 'problems' ? reading.problems.map(formatProblem) : []).toEqual([]);
    expect(reading.warnings.map(formatProblem)).toEqual([]);
    expect(
      reading.kind === 'ok' && reading.set.files.map(({ id, priority, mode }) => ({ id, priority, mode })),
    ).toEqual([
      { id: 'atm-onsite', priority: 50, mode: 'enforce' },
      { id: 'default', priority: 0, mode: 'enforce' },
      { id: 'remote', priority: 40, mode: 'enforce' },
      { id: 'rollout', priority: 60, mode: 'shadow' },
    ]);
  });

  it('ranks work at a site by the platform’s default criteria, weights and flags', () => {
    const reading = parseRuleSet(shipped, DEFAULT_LIMITS);
    const files = reading.kind === 'ok' ? reading.set.files.filter(({ id }) => id !== 'remote') : [];
    for (const file of files) {
      expect(file.criteria.map(({ weight, isRequired, canRemote }) => [weight, isRequired, canRemote])).toEqual([
        [150, true, false],
        [100, false, true],
        [75, true, true],
        [60, true, true],
        [45, true, true],
        [40, false, true],
        [35, false, false],
        [25, false, false],
      ]);
      expect(file.criteria.slice(1).map((criterion) => criterion.label)).toEqual([
        'Worked with your company before',
        'Provider cancel rate',
        'Provider block rate',
        'Provider rating',
        'Member of a preferred group',
        'Background check',
        'Distance from work address',
      ]);
    }
    expect(files.map((file) => file.criteria[0]?.label)).toEqual([
      'Work orders completed (Automated Teller Machine (ATM))',
      'Work orders completed ({type_of_work})',
      'Work orders completed ({type_of_work})',
    ]);
    expect(files.map(talentPoolsOf)).toEqual([[], [], [9922]]);
    expect(files.filter(takesDrafts)).toEqual([]);
  });

  it('has for remote work no criterion that does not apply to it, and nothing of places', () => {
    const reading = parseRuleSet(shipped, DEFAULT_LIMITS);
    const files = reading.kind === 'ok' ? reading.set.files : [];
    const criteria = files.filter(({ id }) => id === 'remote').flatMap((file) => file.criteria);
    expect(criteria.map(({ canRemote }) => canRemote)).toEqual(Array(8).fill(true));
    expect(criteria.map(({ label }) => label)).not.toContain('Distance from work address');
    expect(files.filter(({ id }) => id === 'remote').flatMap(({ tieBreak }) => tieBreak)).not.toContainEqual(
      expect.objectContaining({ by: 'distance' }),
    );
  });

  it('has an editor schema for tests that is current (npm run generate)', () => {
    const text = readFileSync(join(FOLDER, 'rule-test.schema.json'), 'utf8');
    expect(text).toBe(`${JSON.stringify(ruleTestSchema(), null, 2)}\n`);
  });

  it('has an editor schema that is current (npm run generate)', () => {
    const text = readFileSync(join(FOLDER, 'rule-file.schema.json'), 'utf8');
    expect(text).toBe(`${JSON.stringify(ruleFileSchema(), null, 2)}\n`);
  });

  it('offers every criterion and every fact in the editor', () => {
    const text = JSON.stringify(ruleFileSchema());
    const names = [...FACTS.map((fact) => fact.name), ...CRITERIA.flatMap(namesOf)];
    expect(names.filter((name) => !text.includes(`{"const":${JSON.stringify(name)},"description"`))).toEqual([]);
  });
});

describe('problem codes', () => {
  const produced = ['not-json', 'shape', 'meaning']
    .flatMap(readBrokenCases)
    .map(({ expected }) => expected.slice(0, 7));
  const elsewhere = Object.keys(RULE_PROBLEMS).filter((code) => /^FM-R(318|407|7|8|9)/.test(code));

  it('each have a broken file that shows them', () => {
    expect([...new Set([...produced, ...elsewhere])].sort()).toEqual(Object.keys(RULE_PROBLEMS).sort());
  });

  it('are explained for operators, in tables that are current (npm run generate)', () => {
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    for (const [name, table] of Object.entries(rulesReadmeTables())) {
      const between = readme.split(`<!-- ${name}:begin -->\n`)[1]?.split(`\n<!-- ${name}:end -->`)[0];
      expect(between === table, name).toBe(true);
    }
  });

  it('are shown to operators with messages that are real', () => {
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    const real = ['not-json', 'shape', 'meaning'].flatMap(readBrokenCases).map(({ expected }) => expected);
    const shown = [...readme.matchAll(/^[\w/.-]+\.json:\d+:\d+ (FM-R.*)$/gm)].map(([, message]) => message ?? '');
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((message) => !real.includes(message))).toEqual([]);
  });

  it('leave no key of the format without a word for operators', () => {
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    const { definitions, ...file } = ruleFileSchema();
    const objects = [file, ...Object.values(Object(definitions))];
    const keys = objects
      .flatMap((schema) => [schema, ...(Object(schema).oneOf ?? [])])
      .flatMap((schema) => Object.keys(Object(schema).properties ?? {}));
    expect(keys.length).toBeGreaterThan(50);
    expect([...new Set(keys)].filter((key) => !readme.includes(`${key}`))).toEqual([]);
  });
});
