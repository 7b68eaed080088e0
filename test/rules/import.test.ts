import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRITERIA } from '../../src/criteria/catalog.ts';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { Condition, Criterion, RuleFile } from '../../src/domain/rule-file.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { toSelectionRule } from '../../src/evaluate/selection-rule.ts';
import { packageRoot } from '../../src/package-root.ts';
import { exportFieldNation } from '../../src/rules/export-field-nation.ts';
import { exportJsonRulesEngine } from '../../src/rules/export-json-rules-engine.ts';
import { formatRuleFile } from '../../src/rules/format.ts';
import { type ImportFormat, importRules } from '../../src/rules/import-rules.ts';
import { oneComparison } from '../../src/rules/one-comparison.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { usualThreshold } from '../../src/rules/usual-thresholds.ts';
import { anyCriteria, fileOf } from '../support/arbitrary-criteria.ts';
import { aCandidate, aSlate, aVerdict, NOW_MS } from '../support/builders.ts';

function imported(source: unknown, given: { format?: ImportFormat; id?: string } = {}) {
  const { format = null, id = null } = given;
  const text = typeof source === 'string' ? source : JSON.stringify(source);
  return importRules({ path: 'x.json', text, format }, { id, name: null, from: null, limits: DEFAULT_LIMITS });
}

function importedFile(source: unknown, given: { format?: ImportFormat } = {}) {
  const outcome = imported(source, given);
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
  const read = parseRuleFile({ path: 'x.json', text: outcome.text }, DEFAULT_LIMITS);
  if (read.kind !== 'ok') throw new Error(`not a rule file: ${JSON.stringify(read)}`);
  return { ...outcome, file: read.file };
}

/** Without how it was written; an "all" of one around a whole condition says nothing. */
function meaning(condition: Condition): JsonValue {
  if (condition.kind === 'test') return { [condition.fact.key]: [condition.operator, condition.value] };
  if (condition.kind === 'not') return { not: meaning(condition.of) };
  return { [condition.kind]: condition.of.map(meaning) };
}

function said({ key, label, weight, isRequired, canRemote, when }: Criterion): JsonObject {
  const isWrapped = when.kind === 'all' && when.of.length === 1 && when.of[0]?.kind === 'test';
  const asked = isWrapped && when.of[0] !== undefined ? when.of[0] : when;
  return { key, label, weight, isRequired, canRemote, when: meaning(asked) };
}

const codesOf = ({ notExpressed }: { readonly notExpressed: readonly { readonly code: string }[] }) =>
  notExpressed.map(({ code }) => code);

describe('what was exported and is imported', () => {
  it('says the same in every criterion, by way of json-rules-engine', () => {
    fc.assert(
      fc.property(anyCriteria('any'), (rules) => {
        const file = fileOf(rules);
        const back = importedFile(exportJsonRulesEngine(file).document);
        expect(back.file.criteria.map(said)).toEqual(file.criteria.map(said));
        const apart = ({ onMissing, credit }: Criterion) => ({ onMissing, credit });
        expect(back.file.criteria.map(apart)).toEqual(file.criteria.map(apart));
        expect([back.format, back.placeholders]).toEqual(['json-rules-engine', 0]);
      }),
      { numRuns: 100 },
    );
  });

  it("says the same in every criterion that is one comparison, by way of the platform's shapes", () => {
    fc.assert(
      fc.property(anyCriteria('any'), (rules) => {
        const file = fileOf(rules);
        const sayable = file.criteria.filter((criterion) => oneComparison(criterion) !== null);
        const back = importedFile(exportFieldNation(file).document);
        expect(back.file.criteria).toHaveLength(file.criteria.length);
        const same = back.file.criteria.filter(({ position }) => sayable.some((one) => one.position === position));
        expect(same.map(said).map(withoutWrapper)).toEqual(sayable.map(said).map(withoutWrapper));
        expect(back.file.criteria.map(around)).toEqual(file.criteria.map(around));
      }),
      { numRuns: 100 },
    );
  });

  it('says the same by the inline form, of which it says the required ones without points', () => {
    fc.assert(
      fc.property(anyCriteria('short'), (rules) => {
        const file = fileOf(rules);
        const { document } = exportFieldNation(file);
        const inline = objectOf(document['inline']);
        const sent = file.criteria.filter(({ isRequired, when }) => isRequired && !isList(when));
        if (sent.length === 0) return;
        const back = importedFile(inline);
        expect(back.file.criteria.map(asked)).toEqual(sent.map(asked));
        expect(back.file.criteria.every(({ isRequired, weight }) => isRequired && weight === 0)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('says the same by the codes, where these know the comparison', () => {
    const rules = [
      { name: 'rating', operator: '>', value: 4.5, weight: 45, is_required: false },
      { name: 'distance', operator: '<', value: 12.34, weight: 1 },
      { name: 'certification', operator: 'lacks', value: 9, weight: 2 },
      { name: 'background_check', operator: '=', value: false, weight: 3 },
      { name: 'completed_for_us', operator: '!=', value: 3, weight: 4 },
      { name: 'Work orders completed ({type_of_work})', operator: '>', value: 3, weight: 5 },
    ];
    const file = fileOf(rules);
    const back = importedFile(exportFieldNation(file).document['definition']);
    expect(back.file.criteria.map(said)).toEqual(file.criteria.map(said));
    expect(codesOf(back)).toEqual(['FM-R955', 'FM-R956', 'FM-R955']);
  });

  it('repeats what the export had no words for and does not bring back, each part by its name', () => {
    const credit = { kind: 'linear', full_at: 10, zero_at: 50 };
    const guarded = { guardrails: { max_actions_per_run: 5 } };
    const file = fileOf([{ name: 'distance', operator: '<=', value: 50, credit, on_missing: 'hold' }], guarded);
    const lost = (document: JsonObject) =>
      importedFile(document).notExpressed.flatMap(({ code, at }) => (code === 'FM-R959' ? [at] : []));
    const { document } = exportJsonRulesEngine(file);
    expect(lost(document)).toEqual(expect.arrayContaining(['decision.stages', 'guardrails']));
    expect(lost(document).filter((at) => at.startsWith('selection_rule'))).toEqual([]);
    expect(lost(exportFieldNation(file).document)).toContain('selection_rule.rules.credit');
    // What it cannot be put back into is listed: the criterion has another key, or asks for something else.
    const other = JSON.parse(JSON.stringify(document).replace('"key":"distance"', '"key":"near"'));
    expect(lost(other)).toContain('selection_rule.rules.credit');
    const flag = { all: [{ fact: 'provider.worked_with', operator: 'equal', value: true }] };
    const rules = JSON.parse(JSON.stringify(document['rules'])).map((rule: object) => ({ ...rule, conditions: flag }));
    expect(lost({ ...document, rules })).toContain('selection_rule.rules.credit');
    expect(lost({ ...document, not_expressed: ['odd', { at: 5 }] })).toEqual([]);
  });

  it('keeps which work orders the rules are for', () => {
    const appliesTo = { any: [{ fact: 'work_order.is_remote', operator: '=', value: true }] };
    const file = fileOf([{ name: 'worked_with' }], {
      applies_to: appliesTo,
      selection_rule: { id: 254, rules: [{ name: 'worked_with' }] },
    });
    const back = importedFile(exportJsonRulesEngine(file).document).file;
    expect([back.appliesTo, back.selectionRuleId, back.id]).toMatchObject([file.appliesTo, 254, 'any-imported']);
  });
});

function around({ label, weight, isRequired, canRemote }: Criterion): JsonObject {
  return { label, weight, isRequired, canRemote };
}

function asked({ label, when }: Criterion): JsonObject {
  return { label, when: meaning(when) };
}

function isList(when: Condition): boolean {
  return when.kind === 'test' && (when.operator === 'in' || when.operator === 'notIn');
}

/** Of "all" and "any" of one, which is what one comparison may stand in. */
function withoutWrapper(criterion: JsonObject): JsonObject {
  let when = criterion['when'] ?? null;
  for (let inner = onlyPart(when); inner !== null; inner = onlyPart(when)) when = inner;
  return { ...criterion, when };
}

function onlyPart(when: JsonValue): JsonValue | null {
  const parts = objectOf(when)['all'] ?? objectOf(when)['any'];
  return Array.isArray(parts) && parts.length === 1 ? (parts[0] ?? null) : null;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  const isList = Array.isArray(value);
  if (typeof value !== 'object' || value === null || isList) throw new Error('no object');
  return Object.fromEntries(Object.entries(value));
}

function golden(name: string): JsonObject {
  return JSON.parse(readFileSync(join(packageRoot(), 'test/golden', `${name}.json`), 'utf8'));
}

function goldenRule(name: string): JsonObject {
  const [row] = [golden(name)['results']].flat();
  return objectOf(objectOf(row)['selection_rule']);
}

/** What the pending list says of the rule and not of the provider. */
function withoutProvider(rule: JsonObject): JsonObject {
  const { points, is_match, ...rest } = rule;
  const criterion = [rest['criterion']].flat().map((each) => {
    const { points: _points, status, order, is_match: _isMatch, ...kept } = objectOf(each);
    return kept;
  });
  return { ...rest, criterion };
}

describe("the founding document's selection rule", () => {
  it.each(['pending-request', 'pending-routed'])('of %s comes back when it is imported and exported', (name) => {
    const whole = goldenRule(name);
    for (const source of [golden(name), whole, { selection_rule: whole }]) {
      const { file } = importedFile(source);
      expect(exportFieldNation(file).document['selection_rule']).toEqual(withoutProvider(whole));
    }
  });

  it("gives the provider the platform's own points where nothing else is known", () => {
    const rule = goldenRule('pending-request');
    const { file } = importedFile(rule);
    const verdicts = [rule['criterion']].flat().map((each) => {
      const { name, is_match } = objectOf(each);
      return {
        ...aVerdict({ name: String(name), isMatch: is_match === true }),
        source: 'row' as const,
        observedAtMs: NOW_MS,
      };
    });
    const slate = aSlate({ candidates: [aCandidate({ kind: 'request', verdicts, facts: {} })] });
    const [scored] = compileRuleFile(file).score(slate).candidates;
    expect(scored === undefined ? null : toSelectionRule(scored, file)).toEqual(rule);
  });

  it('brings no thresholds, so that ours stand in with the reason beside them', () => {
    const { file, placeholders, ...outcome } = importedFile(goldenRule('pending-request'));
    expect([file.mode, placeholders, outcome.format]).toEqual(['shadow', 0, 'fieldnation']);
    const codes = ['FM-R952', 'FM-R952', 'FM-R952', 'FM-R952', 'FM-R952', 'FM-R957', 'FM-R956', 'FM-R955'];
    expect(codesOf(outcome)).toEqual(codes);
    expect(file.criteria[4]).toMatchObject({
      key: 'rating',
      when: { operator: 'greaterThanInclusive', value: 450 },
      onMissing: { request: 'platform', routed: 'platform', bench: 'platform' },
      because: expect.stringContaining('does not publish its threshold'),
    });
  });

  it('takes the thresholds that stand in from the rules that ship', () => {
    const text = readFileSync(join(packageRoot(), 'rules/default.json'), 'utf8');
    const shipped = parseRuleFile({ path: 'default.json', text }, DEFAULT_LIMITS);
    if (shipped.kind !== 'ok') throw new Error('no dispatch file');
    const { file } = importedFile(goldenRule('pending-request'));
    // Two of the shipped ask for the rate or else for our own experience: the rate comes first.
    const asked = ({ when }: RuleFile['criteria'][number]) => (when.kind === 'any' ? when.of[0] : when);
    const thresholds = (criteria: RuleFile['criteria']) =>
      criteria.map(asked).map((when) => (when?.kind === 'test' ? [when.operator, when.value] : null));
    expect(thresholds(file.criteria)).toEqual(thresholds(shipped.file.criteria));
  });

  it('is written as rules fmt writes it', () => {
    const { text } = importedFile(goldenRule('pending-request'));
    expect(formatRuleFile({ path: 'x.json', text }, DEFAULT_LIMITS)).toEqual({ kind: 'formatted', text });
  });
});

describe('rules from elsewhere in json-rules-engine', () => {
  const test = (fact: string, operator: string, value: JsonValue) => ({ fact, operator, value });
  const RULES = [
    {
      name: 'Senior tech',
      priority: 10,
      conditions: { all: [{ ...test('provider.rating', 'greaterThan', 450), priority: 2 }, { condition: 'near' }] },
      event: { type: 'offer', params: { discount: 5 } },
      onSuccess: 'notify',
    },
    {
      conditions: { any: [{ ...test('provider.worked_with', 'not:equal', true), note: 'x' }] },
      event: { type: 'criterion', params: { key: 'new', weight: 7, colour: 'red' } },
    },
  ];
  const NEAR = { near: { all: [test('provider.distance', 'in', [1609, 3219])] } };

  it('become required criteria without points, with named conditions put in place', () => {
    const { file, notExpressed, placeholders } = importedFile({ rules: RULES, conditions: NEAR, origin: 'us' });
    expect(placeholders).toBe(0);
    expect(file.criteria.map(said)).toEqual([
      {
        key: 'senior_tech',
        label: 'Senior tech',
        weight: 0,
        isRequired: true,
        canRemote: true,
        when: {
          all: [{ 'provider.rating': ['greaterThan', 450] }, { all: [{ 'provider.distance': ['in', [1609, 3219]] }] }],
        },
      },
      {
        key: 'new',
        label: 'criterion',
        weight: 7,
        isRequired: true,
        canRemote: true,
        when: { any: [{ not: { 'provider.worked_with': ['equal', true] } }] },
      },
    ]);
    expect(notExpressed.map(({ code, at }) => `${code} ${at}`)).toEqual([
      'FM-R959 rule "Senior tech"',
      'FM-R953 rule "Senior tech", conditions',
      'FM-R954 rule "Senior tech"',
      'FM-R959 rule "new", conditions',
      'FM-R959 rule "new", event',
      'FM-R953 rules',
      'FM-R959 the document',
      'FM-R959 conditions',
      'FM-R958 facts',
      'FM-R955 selection_rule.rules.weight',
      'FM-R955 selection_rule.rules.is_required',
      'FM-R955 selection_rule.rules.can_remote',
      'FM-R956 decision',
      'FM-R955 selection_rule.rules.on_missing',
    ]);
    expect(notExpressed.find(({ at }) => at.endsWith('.weight'))?.value).toEqual(['senior_tech']);
    expect(notExpressed.find(({ code }) => code === 'FM-R954')?.value).toEqual(RULES[0]?.event);
  });

  it('may be a list, or one rule alone', () => {
    const one = { name: 'X', conditions: { all: [test('provider.worked_with', 'equal', true)] }, event: { type: 'a' } };
    const texts = [one, [one], { rules: [one] }].map((source) => importedFile(source).text);
    expect(new Set(texts).size).toBe(1);
  });

  const leaf = test('provider.rating', 'greaterThan', 450);
  const deep: JsonObject = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`n${n}`, { any: [{ condition: `n${n + 1}` }, { condition: `n${n + 1}` }] }]),
  );
  it.each<[string, JsonObject, RegExp]>([
    [
      'an unknown fact',
      { all: [test('provider.shoe_size', 'equal', 3)] },
      /FM-R302 There is no fact "provider.shoe_size"/,
    ],
    ['an unknown operator', { all: [test('provider.rating', 'near', 3)] }, /FM-R303/],
    ['no operator', { all: [{ fact: 'provider.rating', value: 3 }] }, /FM-R303/],
    ['no value', { all: [{ fact: 'provider.rating', operator: 'equal' }] }, /compared with nothing/],
    ['a value out of range', { all: [test('provider.rating', 'greaterThan', 501)] }, /FM-R306/],
    [
      'a value of another unit',
      { all: [test('provider.rating', 'greaterThan', 4.5)] },
      /whole number of hundredths of a star/,
    ],
    ['a fact for a value', { all: [test('provider.rating', 'greaterThan', { fact: 'x' })] }, /FM-R305/],
    ['a list with a text', { all: [test('provider.rating', 'in', ['x', 450])] }, /FM-R305/],
    ['no fact at all', { all: [{ operator: 'equal', value: 1 }] }, /asks for no fact/],
    ['a path', { all: [{ ...leaf, path: '$.x' }] }, /path, which would run code/],
    ['an empty all', { all: [] }, /"all" is empty/],
    ['an any that is none', { any: 3 }, /"any" is empty/],
    ['two forms at once', { all: [leaf], any: [leaf] }, /has "all" and "any" at once/],
    ['a condition that is none', { all: ['x'] }, /a condition is expected where "x" stands/],
    ['a name that is missing', { all: [{ condition: 'nobody' }] }, /no condition "nobody"/],
    ['a circle', { condition: 'circle' }, /the condition "circle" contains itself/],
    ['names that grow without end', { condition: 'n0' }, /too large/],
    ['parameters that are none', { all: [test('provider.completed_of_type{oops', 'equal', 3)] }, /FM-R302/],
    ['no conditions', {}, /asks for no fact/],
  ])('become a placeholder that asks for a person where there is %s', (_, conditions, reason) => {
    const named = { ...deep, n20: { all: [leaf] }, circle: { not: { condition: 'circle' } } };
    const rule = { name: 'odd', conditions, event: { type: 'a' } };
    const { file, placeholders, notExpressed } = importedFile({ rules: [rule], conditions: named });
    expect(placeholders).toBe(1);
    expect(notExpressed.find(({ code }) => code === 'FM-R951')?.what).toMatch(reason);
    expect(file.criteria[0]).toMatchObject({
      key: 'odd',
      isRequired: true,
      when: { fact: { name: 'fn.criterion', params: { name: 'TO DO odd' } } },
      onMissing: { request: 'hold', routed: 'hold', bench: 'hold' },
      because: expect.stringMatching(reason),
    });
  });

  it('give no points by a placeholder that is not required', () => {
    const params = { key: 'odd', label: '', weight: 9, is_required: false, can_remote: false };
    const rule = { conditions: { all: [] }, event: { type: 'criterion', params } };
    const { criteria } = importedFile([rule]).file;
    expect(criteria[0]).toMatchObject({
      label: 'criterion',
      weight: 9,
      canRemote: false,
      onMissing: { bench: 'no_match' },
    });
  });

  it.each<[string, JsonObject]>([
    ['facts of providers', { all: [leaf] }],
    ['nothing we can say', { all: [] }],
  ])('are for every work order when these are told by %s', (_, appliesTo) => {
    const rule = { name: 'x', conditions: { all: [leaf] }, event: { type: 'a' } };
    const { file, notExpressed } = importedFile({ rules: [rule], facts: [], applies_to: appliesTo });
    expect(file.appliesTo).toBeNull();
    expect(notExpressed.find(({ at }) => at === 'applies_to')).toMatchObject({ code: 'FM-R951' });
  });

  it('get keys of their own, whatever their names', () => {
    const names = ['9 lives', 'lives', 'LIVES!', '…', ''];
    const rules = names.map((name) => ({ name, conditions: { all: [leaf] }, event: {} }));
    const keys = importedFile(rules).file.criteria.map(({ key }) => key);
    expect(keys).toEqual(['lives', 'lives_2', 'lives_3', 'criterion', 'rule_5']);
  });
});

describe("the platform's rules by code", () => {
  const coded = (name: string, operation: string, value: JsonValue, more: object = {}) => ({
    id: 1,
    name,
    service: '…',
    description: '',
    required: true,
    weight: 45,
    operation,
    value,
    order: 1,
    status: 'match',
    custom_field: null,
    extra: '',
    ...more,
  });
  const rule = (...results: readonly object[]) => ({ id: 254, name: 'Cisco certified', results });

  it('are read wherever the platform puts them, thresholds included', () => {
    const results = rule(
      coded('SC_STAR_BASED_RATING', 'greater_than', '4'),
      coded('SC_MY_TECHNICIAN_GROUP', 'equal_to', '9921', { required: false }),
    );
    for (const source of [
      results,
      { selection_rule: results },
      { id: 4047, qualifications: { selection_rule: results } },
    ]) {
      const { file, placeholders } = importedFile(source, { format: 'fieldnation' });
      expect([file.selectionRuleId, file.name, placeholders]).toEqual([254, 'Cisco certified', 0]);
      expect(file.criteria).toMatchObject([
        { key: 'rating', weight: 45, isRequired: true, when: { operator: 'greaterThan', value: 400 } },
        {
          key: 'preferred_group',
          isRequired: false,
          when: { fact: { name: 'provider.groups' }, operator: 'contains', value: 9921 },
        },
      ]);
    }
  });

  it.each<[string, object, RegExp]>([
    ['a code that nothing answers', coded('SC_EQUIPMENT', 'equal_to', '3'), /equipment of a provider is not sent/],
    ['a code nobody knows', coded('SC_LUCK', 'equal_to', '3'), /SC_LUCK is no code we know/],
    ['an operation nobody knows', coded('SC_OVERALL_RATING', 'between', '3'), /operation is not one we know/],
    ['a rating in percent', coded('SC_OVERALL_RATING', 'greater_than', '80'), /FM-R306/],
    ['a kind of work with a count', coded('SC_TYPE_OF_WORK', 'greater_than', '62:5'), /form that is not documented/],
    ['a yes to a count', coded('SC_SERVICE_CATEGORY_OF_WORKORDER', 'equal_to', '1'), /not documented/],
    ['a date for a yes', coded('SC_BACKGROUND_CHECK', 'equal_to', '2026-01-01'), /FM-R305/],
    ['a value that is none', coded('SC_DISTANCE_FROM_WORK_ORDER', 'less_than', ''), /FM-R305/],
    ['a group compared', coded('SC_MY_TECHNICIAN_GROUP', 'less_than', '3'), /FM-R304/],
  ])('become a placeholder where there is %s', (_, one, reason) => {
    const { placeholders, notExpressed } = importedFile(rule(one));
    expect(placeholders).toBe(1);
    expect(notExpressed.find(({ code }) => code === 'FM-R951')?.what).toMatch(reason);
  });

  it('say yes and no in several ways, and list what else they carry', () => {
    const yes = ['1', 'true', '', 1, true, 'Yes'].map((value) => coded('SC_DRUG_TEST', 'equal_to', value));
    const no = ['0', 'no', false].map((value) =>
      coded('SC_PROTEC_PROVIDER', 'equal_to', value, { extra: 'x', custom_field: {} }),
    );
    const { file, notExpressed } = importedFile(rule(...yes, ...no));
    const values = file.criteria.map(({ when }) => (when.kind === 'test' ? when.value : null));
    expect(values).toEqual([true, true, true, true, true, true, false, false, false]);
    expect(notExpressed.filter(({ code }) => code === 'FM-R959').map(({ value }) => value)).toEqual([
      ['extra'],
      ['extra'],
      ['extra'],
    ]);
  });

  it("are the company's own by their label, and then follow the platform's verdict", () => {
    const shown = {
      id: 1,
      weight: 100,
      name: 'Certification (Cisco CCNA)',
      is_required: true,
      can_remote: true,
      colour: 'red',
    };
    const listOfIds = { id: 2, weight: 1, name: 'Insurance', is_required: false, can_remote: true };
    const one = { id: 3, name: 'On-time rate' };
    const none = { id: 4, name: 'Blocked by your company' };
    const { file, notExpressed } = importedFile({ id: 254, criterion: [shown, listOfIds, one, none, {}] });
    expect(file.criteria).toMatchObject([
      {
        label: 'Certification (Cisco CCNA)',
        when: { fact: { params: { name: 'Certification (Cisco CCNA)' } }, value: 'match' },
      },
      { label: 'Insurance', when: { fact: { params: { name: 'Insurance' } } } },
      { key: 'on_time', when: { operator: 'greaterThanInclusive' }, weight: 0, isRequired: true },
      { key: 'blocked', when: { operator: 'equal', value: false } },
      { label: 'criterion 5' },
    ]);
    expect(codesOf({ notExpressed }).slice(0, 3)).toEqual(['FM-R952', 'FM-R959', 'FM-R952']);
    expect(codesOf({ notExpressed })).not.toContain('FM-R957');
  });

  it('are sent as a filter, which may ask for what is no criterion', () => {
    const rules = [
      { name: 'rating', operator: '>=', value: 4.5 },
      { name: 'qualification', value: 45, must: true },
      { name: '', operator: '=', value: 1 },
    ];
    const { file, placeholders, notExpressed } = importedFile({ selection_rule: { rules, tone: 'strict' } });
    expect([file.criteria.length, placeholders]).toEqual([3, 2]);
    expect(file.criteria.map(({ key }) => key)).toEqual(['rating', 'qualification', 'criterion_3']);
    const left = notExpressed.map(({ code, at }) => `${code} ${at}`);
    expect(left).toEqual([
      'FM-R959 criterion "qualification"',
      'FM-R959 selection_rule',
      'FM-R951 criterion "qualification"',
      'FM-R951 criterion "criterion_3"',
      'FM-R955 selection_rule.rules.weight',
      'FM-R955 selection_rule.rules.can_remote',
      'FM-R956 decision',
      'FM-R955 selection_rule.rules.on_missing',
    ]);
  });
});

describe('an import', () => {
  it('of anything at all is a rule file, a refusal or nothing, and never a crash', () => {
    const sources = anyCriteria('any').map((rules) => {
      const file = fileOf(rules);
      return [
        exportJsonRulesEngine(file).document,
        exportFieldNation(file).document,
        exportFieldNation(file).document['definition'],
      ];
    });
    const junk = fc.oneof(fc.json({ maxDepth: 2 }), fc.constantFrom('null', '[]', '{}', '""', '-1', '2.5'));
    const spoilt = fc.tuple(
      sources,
      fc.nat({ max: 2 }),
      fc.array(fc.tuple(fc.nat({ max: 400 }), junk), { minLength: 1, maxLength: 4 }),
    );
    fc.assert(
      fc.property(spoilt, ([documents, which, changes]) => {
        let text = JSON.stringify(documents[which]);
        for (const [place, value] of changes) text = replaceNth(text, place, value);
        const outcome = imported(text);
        if (outcome.kind !== 'ok') return;
        const read = parseRuleFile({ path: 'x.json', text: outcome.text }, DEFAULT_LIMITS);
        expect(read.kind).toBe('ok');
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, unknown]>([
    [
      'a rule file of ours',
      { version: 1, decision: {}, selection_rule: { rules: [{ name: 'rating', operator: '>=', value: 4 }] } },
    ],
    ['nothing', {}],
    ['a number', 7],
    ['an empty list', []],
    ['rules without conditions', { rules: [{ event: {} }] }],
    [
      'a work order without a rule',
      { id: 4047, qualifications: { selection_rule: { id: 0, results: [] } }, results: [7] },
    ],
  ])('of %s is no import', (_, source) => {
    expect(imported(source).kind).toBe('unclear');
  });

  it('of the format that was asked for and is not there is none', () => {
    expect(imported(goldenRule('pending-request'), { format: 'json-rules-engine' }).kind).toBe('unclear');
  });

  it.each<[string, string]>([
    ['{', 'FM-R101'],
    ['{"a": 1,}', 'FM-R103'],
    ['{"__proto__": {"criterion": []}}', 'FM-R106'],
    [`${'['.repeat(40)}${']'.repeat(40)}`, 'FM-R109'],
  ])('of %j is refused with its place', (text, code) => {
    expect(imported(text)).toMatchObject({ kind: 'problems', problems: [{ where: 'x.json', line: 1, code }] });
  });

  it('makes up what of its own head cannot stand in a rule file', () => {
    const criterion = { id: 1, name: 'Provider rating', weight: 1_000_001, is_required: true, can_remote: true };
    const manifest = { rule_file: 'Not An Id', name: 'n'.repeat(300) };
    const { file, notExpressed } = importedFile({ manifest, selection_rule: { id: -3, criterion: [criterion] } });
    expect(file).toMatchObject({ id: 'rules-imported', selectionRuleId: 0, name: 'n'.repeat(200) });
    expect(file.criteria[0]?.weight).toBe(0);
    expect(notExpressed.find(({ at }) => at.endsWith('.weight'))?.value).toEqual(['rating']);
  });

  it('is refused where no rule file could be made of it', () => {
    const rule = goldenRule('pending-request');
    expect(imported(rule, { id: 'Not An Id' })).toMatchObject({ kind: 'problems', problems: [{ code: 'FM-R207' }] });
    const [first] = [rule['criterion']].flat();
    const many = { criterion: Array.from({ length: 51 }, () => first ?? null) };
    expect(imported(many)).toMatchObject({ kind: 'problems', problems: [{ code: 'FM-R407' }] });
  });

  it('has an answer for every criterion of the catalogue that is not a list', () => {
    for (const definition of CRITERIA) {
      const usual = usualThreshold(definition);
      const { kind } = definition.fact.type;
      expect(usual === null, definition.key).toBe(kind !== 'number' && kind !== 'boolean');
    }
  });
});

/** The text with the n-th member or item replaced, wherever in it that is. */
function replaceNth(text: string, n: number, by: string): string {
  let seen = -1;
  return JSON.stringify(
    JSON.parse(text, (_key, value: unknown) => {
      seen += 1;
      return seen === n ? JSON.parse(by) : value;
    }),
  );
}
