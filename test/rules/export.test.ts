import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import { packageRoot } from '../../src/package-root.ts';
import { exportFieldNation } from '../../src/rules/export-field-nation.ts';
import { exportJsonRulesEngine } from '../../src/rules/export-json-rules-engine.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { FILE_SHAPE } from '../../src/rules/shapes.ts';
import { anyCriteria, anyFactsFor, fileOf } from '../support/arbitrary-criteria.ts';
import { consumerOf, findDifference, findDifferenceWithout } from '../support/exported-verdicts.ts';

function shipped(name: string): RuleFile {
  const path = join(packageRoot(), 'rules', `${name}.json`);
  const read = parseRuleFile({ path, text: readFileSync(path, 'utf8') }, DEFAULT_LIMITS);
  if (read.kind !== 'ok') throw new Error(`${name} is not a dispatch file`);
  return read.file;
}

describe('an export for json-rules-engine', () => {
  it('gives the same verdicts in the library as here, for every known fact', async () => {
    const files = anyCriteria('any').map((rules) => fileOf(rules));
    const cases = files.chain((file) =>
      fc.tuple(fc.constant(file), fc.array(anyFactsFor(file), { minLength: 2, maxLength: 2 })),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([file, slates]) => {
        const consumer = consumerOf(file);
        for (const facts of slates) expect(await findDifference(file, consumer, facts)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it('is refused by the library while a fact is missing, and decides the criteria whose facts are all there', async () => {
    const files = anyCriteria('any').map((rules) => fileOf(rules));
    const cases = files.chain((file) =>
      anyFactsFor(file).chain((facts) => {
        const kept = fc.subarray(Object.entries(facts), { maxLength: Object.keys(facts).length - 1 });
        return fc.tuple(
          fc.constant(file),
          kept.map((entries) => Object.fromEntries(entries)),
        );
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([file, facts]) => {
        expect(await findDifferenceWithout(file, consumerOf(file), facts)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it('has the points, the gate and the label of every criterion in its event', () => {
    const { document } = exportJsonRulesEngine(shipped('default'));
    expect(document['rules']).toMatchObject([
      { name: 'done_this_kind', priority: 1 },
      {
        conditions: { all: [{ fact: 'provider.worked_with', operator: 'equal', value: true }] },
        event: {
          type: 'criterion',
          params: {
            key: 'worked_with',
            label: 'Worked with your company before',
            weight: 100,
            is_required: false,
            can_remote: true,
            facts: ['provider.worked_with'],
          },
        },
      },
      ...Array.from({ length: 6 }, () => ({ priority: 1 })),
    ]);
  });

  it('says of every fact which whole number it takes, and names one with parameters by them', () => {
    const { document } = exportJsonRulesEngine(shipped('atm-onsite'));
    expect(document['facts']).toContainEqual(
      expect.objectContaining({ fact: 'provider.distance', unit: 'miles', kept_as: 'metres', multiply_by: 1609.344 }),
    );
    expect(document['facts']).toContainEqual(
      expect.objectContaining({
        fact: 'provider.completed_of_type{"type_of_work":"ATM"}',
        name: 'provider.completed_of_type',
        params: { type_of_work: 'ATM' },
      }),
    );
    expect(document['applies_to']).toMatchObject({ all: [{ fact: 'work_order.types_of_work' }, {}] });
    expect(document['facts']).toContainEqual(
      expect.objectContaining({ fact: 'work_order.is_remote', type: 'boolean' }),
    );
  });

  it('lists what the library has no words for, as the file has it', () => {
    const { document, notExpressed } = exportJsonRulesEngine(shipped('atm-onsite'));
    expect(document['not_expressed']).toEqual(notExpressed);
    const at = notExpressed.map((item) => item.at);
    expect(at).toEqual([
      'selection_rule.rules',
      'selection_rule.rules.on_missing',
      'selection_rule.rules.credit',
      'selection_rule.rules.can_remote',
      'owner',
      'because',
      'mode',
      'priority',
      'applies_to',
      'conditions',
      'decision.stages',
      'decision.tie_break',
      'guardrails',
      'tests',
    ]);
    expect(notExpressed.find((item) => item.at === 'priority')?.value).toBe(50);
    expect(notExpressed.find((item) => item.at.endsWith('on_missing'))?.value).toMatchObject({
      cancel_rate: 'platform',
    });
  });

  it('lists every part of a file that neither format has, also what the format learns later', () => {
    const when = { condition: 'good' };
    const rules = [{ key: 'rating', name: 'rating', when, weight: 9, because: 'we were burnt' }];
    const file = fileOf(rules, {
      ...{
        mode: 'canary',
        canary_percent: 2.5,
        priority: 3,
        owner: 'us',
        because: 'tried',
        guardrails: { canary: {} },
      },
      conditions: { good: { fact: 'provider.rating', operator: '>=', value: 4 } },
      applies_to: { fact: 'work_order.is_remote', operator: '=', value: true },
      tests: [{ name: 'nobody', candidates: [], expect: { outcome: 'wait' } }],
    });
    const HELD = ['$schema', 'version', 'kind', 'id', 'name', 'selection_rule', 'decision'];
    const parts = Object.keys(FILE_SHAPE.shape).filter((key) => !HELD.includes(key));
    for (const exported of [exportJsonRulesEngine, exportFieldNation]) {
      const at = exported(file).notExpressed.map((item) => item.at);
      expect(parts.filter((part) => !at.includes(part))).toEqual([]);
    }
    const [told] = exportFieldNation(file).notExpressed.filter(({ at }) => at.endsWith('because'));
    expect(told?.value).toEqual({ rating: 'we were burnt' });
  });

  it('lists nothing that the file does not say', () => {
    const file = fileOf([{ name: 'rating', operator: '>=', value: 4.5, on_missing: 'hold' }]);
    expect(exportJsonRulesEngine(file).notExpressed.map(({ at }) => at)).toEqual([
      'selection_rule.rules',
      'selection_rule.rules.on_missing',
      'mode',
      'decision.stages',
    ]);
  });
});

describe('an export in the shapes of Field Nation', () => {
  const RULES = [
    { name: 'Work orders completed ({type_of_work})', operator: '>=', value: 5, weight: 150 },
    { name: 'rating', operator: '>=', value: 4.5, weight: 45 },
    { name: 'on_time', operator: '<=', value: 80, weight: 5, on_missing: { bench: 'ignore' } },
    { name: 'certification', operator: 'has', value: 9, weight: 10, is_required: false },
    { name: 'worked_with', weight: 20, is_required: false },
    { name: 'blocked', operator: '=', value: false },
    { name: 'background_check', operator: '=', value: false },
    { name: 'pay_total', operator: 'in', value: [100, 200] },
    { name: 'preferred_group', weight: 1 },
    { name: 'distance', operator: '<', value: 50, can_remote: false },
    { name: 'Work orders completed (Alarm)', operator: '>', value: 2 },
    { key: 'own', name: 'Our own', when: { not: { fact: 'provider.distance', operator: '<', value: 3 } } },
    { key: 'more', name: 'Rating', when: { any: [{ all: [{ fact: 'provider.distance', operator: '<', value: 3 }] }] } },
  ];
  const { document, notExpressed } = exportFieldNation(fileOf(RULES));

  it('shows the rule as the pending list does, with widths rounded down', () => {
    expect(document['selection_rule']).toMatchObject({ id: false, is_default: true, max_points: 231 });
    const own = { selection_rule: { id: 254, rules: [{ name: 'rating', operator: '>', value: 3 }] } };
    expect(exportFieldNation(fileOf([], own)).document['selection_rule']).toEqual({
      id: 254,
      is_default: false,
      criterion: [{ id: 1, weight: 0, name: 'Provider rating', is_required: true, can_remote: true, width: '0%' }],
      max_points: 0,
    });
  });

  it('says the thresholds, which that shape has no place for, in the unit people use', () => {
    expect(document['thresholds']).toContainEqual({
      id: 2,
      key: 'rating',
      fact: 'provider.rating',
      operator: '>=',
      value: 4.5,
    });
    expect(document['thresholds']).toContainEqual({
      id: 8,
      key: 'pay_total',
      fact: 'request.pay_total',
      operator: 'in',
      value: [100, 200],
    });
  });

  it('sends inline what is required and one comparison with one value', () => {
    expect(document['inline']).toEqual({
      selection_rule: {
        rules: [
          { name: 'Work orders completed', operator: '>=', value: 5 },
          { name: 'rating', operator: '>=', value: 4.5 },
          { name: 'on_time', operator: '<=', value: 80 },
          { name: 'blocked', operator: '=', value: false },
          { name: 'background_check', operator: '=', value: false },
          { name: 'preferred_group', operator: '=', value: true },
          { name: 'distance', operator: '<', value: 50 },
          { name: 'Work orders completed (Alarm)', operator: '>', value: 2 },
        ],
      },
    });
  });

  it('defines by code what has one: whole numbers exactly, others a hundredth away, which is listed', () => {
    const told = (id: number, name: string, more: object) => ({
      id,
      name,
      order: id,
      required: true,
      weight: 0,
      ...more,
    });
    expect(document['definition']).toEqual({
      id: 0,
      name: 'Any',
      results: [
        told(1, 'SC_SERVICE_CATEGORY_OF_WORKORDER', { weight: 150, operation: 'greater_than', value: '4' }),
        told(2, 'SC_STAR_BASED_RATING', { weight: 45, operation: 'greater_than', value: '4.49' }),
        told(4, 'SC_CERTIFICATION', { weight: 10, required: false, operation: 'equal_to', value: '9' }),
        told(5, 'SC_ASSIGNED_BEFORE', { weight: 20, required: false, operation: 'equal_to', value: '1' }),
        told(7, 'SC_BACKGROUND_CHECK', { operation: 'equal_to', value: '0' }),
        told(10, 'SC_DISTANCE_FROM_WORK_ORDER', { operation: 'less_than', value: '50' }),
      ],
    });
    const at = (code: string) => notExpressed.filter((item) => item.code === code).map((item) => item.at);
    expect(at('FM-R949')).toEqual(['definition, criterion "rating"']);
    expect(at('FM-R950').length).toBe(5);
    expect(at('FM-R947')).toEqual(['criterion "own"', 'criterion "more"']);
    expect(notExpressed.find(({ code }) => code === 'FM-R948')?.value).toEqual([
      'certification',
      'worked_with',
      'pay_total',
      'own',
      'more',
    ]);
  });

  it('writes "at most" a hundredth further', () => {
    const far = exportFieldNation(fileOf([{ name: 'distance', operator: '<=', value: 50 }]));
    expect(far.document['definition']).toMatchObject({ results: [{ operation: 'less_than', value: '50.01' }] });
    expect(far.notExpressed.map(({ code }) => code)).not.toContain('FM-R948');
  });
});
