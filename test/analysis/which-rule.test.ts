import { describe, expect, it } from 'vitest';
import { whichRule } from '../../src/analysis/which-rule.ts';
import { hashText } from '../../src/domain/json.ts';
import type { Condition, RuleFile, RuleSet } from '../../src/domain/rule-file.ts';
import type { WorkOrder } from '../../src/domain/work-order.ts';
import { whichRuleText } from '../../src/report/which-rule-card.ts';
import { aReviewFile, aRuleFile, aTest, aWorkOrder, NOW_MS } from '../support/builders.ts';

const REMOTE = aTest('work_order.is_remote', 'equal', true);
const CLIENT = aTest('work_order.client_id', 'equal', 310);
const SOON = aTest('work_order.hours_until_start', 'lessThan', 26 * 60);

function aSet(files: readonly Partial<RuleFile>[], reviews: RuleSet['reviews'] = []): RuleSet {
  return { hash: hashText('set'), files: files.map(aRuleFile), reviews };
}

const look = (set: RuleSet, order: WorkOrder = aWorkOrder()) => whichRule(set, order, NOW_MS);

function textOf(which: ReturnType<typeof look>): string {
  const unitOf = (name: string) => (name === 'work_order.hours_until_start' ? 'hours' : null);
  return whichRuleText({ which, readFrom: 'a test', notes: [], withTree: true, unitOf, width: 120 });
}

describe('whichRule', () => {
  it('tells the one that decides from those that only record, come after, do not apply, are unknown or off', () => {
    const { dispatch, lookedAt } = look(
      aSet([
        { id: 'off', priority: 9, mode: 'off' },
        { id: 'shadow', priority: 8, mode: 'shadow' },
        { id: 'canary', priority: 7, mode: 'canary', canaryPercent: 0 },
        { id: 'remote', priority: 6, appliesTo: REMOTE },
        { id: 'nobody-knows', priority: 5, appliesTo: aTest('work_order.hours_worked', 'greaterThan', 60) },
        { id: 'client', priority: 4, appliesTo: CLIENT },
        { id: 'catch-all', priority: 0 },
      ]),
    );
    expect(lookedAt).toBe('dispatch');
    expect(dispatch.map(({ ruleFileId, verdict, role }) => [ruleFileId, verdict, role])).toEqual([
      ['off', 'off', 'none'],
      ['shadow', 'shadow', 'records'],
      ['canary', 'not_in_canary', 'none'],
      ['remote', 'does_not_apply', 'none'],
      ['nobody-knows', 'unknown', 'none'],
      ['client', 'applies', 'decides'],
      ['catch-all', 'applies', 'none'],
    ]);
    expect(dispatch.at(-1)?.because).toBe('It applies, but client comes before it.');
  });

  it('reads every branch of a tree, with the value of each leaf in the unit people write', () => {
    const appliesTo: Condition = {
      kind: 'all',
      of: [
        { kind: 'any', of: [REMOTE, SOON] },
        { kind: 'not', of: CLIENT },
        aTest('work_order.hours_worked', 'lessThan', 60),
      ],
    };
    const text = textOf(look(aSet([{ id: 'deep', appliesTo }])));
    expect(text).toContain('Dispatch: no live file decides.');
    expect(text.split('\n').filter((line) => /^ +[✓✗?] /.test(line))).toEqual([
      '  ✗ all of',
      '    ✓ any of',
      '      ✗ work_order.is_remote equal true             is false',
      '      ✓ work_order.hours_until_start lessThan 1560  is 24 h',
      '    ✗ not',
      '      ✓ work_order.client_id equal 310              is 310',
      '    ? work_order.hours_worked lessThan 60           unknown: The work is not done yet.',
    ]);
  });

  it('asks the review files of work that is done, and nobody of work that is being done', () => {
    const set = aSet([{}], [aReviewFile({ mode: 'shadow' })]);
    const done = look(set, aWorkOrder({ status: 'work_done', assigneeId: 557 }));
    expect([done.lookedAt, done.review[0]?.role]).toEqual(['review', 'records']);
    expect(textOf(done)).toMatch(
      /^Review of finished work: no live file decides; only recorded, in shadow: review\.$/m,
    );
    expect(textOf(done)).not.toContain('Dispatch');
    const busy = look(set, aWorkOrder({ status: 'assigned', assigneeId: 557 }));
    expect(busy.lookedAt).toBe('nothing');
    expect(textOf(busy)).toMatch(/^A run leaves it alone: it is assigned to provider 557/m);
    expect(textOf(busy)).toMatch(/^Dispatch: default would decide \(enforce\)/m);
  });

  it('leaves a draft alone unless a file that applies does something about drafts', () => {
    const draft = aWorkOrder({ status: 'draft' });
    const publish = { n: 1, afterMinutes: 0, do: 'publish' } as const;
    expect(look(aSet([{}]), draft).lookedAt).toBe('nothing');
    expect(look(aSet([{ stages: [publish] }]), draft).lookedAt).toBe('dispatch');
    expect(look(aSet([{}, { id: 'other', priority: 1, appliesTo: REMOTE, stages: [publish] }]), draft).lookedAt).toBe(
      'nothing',
    );
  });
});
