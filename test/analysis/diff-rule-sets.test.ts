import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleChange } from '../../src/analysis/diff-rule-files.ts';
import { diffRuleSets, type EitherFile } from '../../src/analysis/diff-rule-sets.ts';
import { madeUpBy, outweighings, rankingWorths } from '../../src/analysis/exchange-rates.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { Condition, Criterion, RuleFile, Stage } from '../../src/domain/rule-file.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { anyDispatchJson, anyReviewJson, writtenAnyhow } from '../rules/arbitrary-rule-file.ts';
import {
  aCriterion,
  always,
  aReviewCriterion,
  aReviewFile,
  aRuleFile,
  aTest,
  NO_GUARDRAILS,
} from '../support/builders.ts';

function parsed(text: string): EitherFile {
  const reading = parseRuleFile({ path: 'some.json', text }, DEFAULT_LIMITS);
  if (reading.kind === 'ok') return { kind: 'dispatch', file: reading.file };
  if (reading.kind === 'review') return { kind: 'review', file: reading.review };
  throw new Error(JSON.stringify(reading.problems));
}

const anyFile = () => fc.oneof({ weight: 3, arbitrary: anyDispatchJson() }, anyReviewJson());

function changesOf(before: EitherFile, after: EitherFile): readonly RuleChange[] {
  return diffRuleSets([before], [after]).flatMap(({ changes }) => changes);
}

function dispatch(given: Partial<RuleFile> = {}): EitherFile {
  return { kind: 'dispatch', file: aRuleFile(given) };
}

/** The words of every change from one set of criteria to another. */
function toldOf(before: readonly Criterion[], after: readonly Criterion[]) {
  const told = changesOf(dispatch({ criteria: before }), dispatch({ criteria: after }));
  return told.map(({ path, before: from, after: to, pieces, notes }) => ({ path, from, to, pieces, notes }));
}

type Edit = { readonly path: string; readonly of: (file: RuleFile) => RuleFile };

const inCriterion = (key: string, leaf: string, change: (criterion: Criterion) => Partial<Criterion>): Edit => ({
  path: `criteria.${key}.${leaf}`,
  of: (file) => ({
    ...file,
    criteria: file.criteria.map((each) => (each.key === key ? { ...each, ...change(each) } : each)),
  }),
});

const atTop = (path: string, change: (file: RuleFile) => Partial<RuleFile>): Edit => ({
  path,
  of: (file) => ({ ...file, ...change(file) }),
});

const inPay = (path: string, change: (pay: RuleFile['guardrails']['pay']) => Partial<RuleFile['guardrails']['pay']>) =>
  atTop(`guardrails.pay.${path}`, ({ guardrails }) => ({
    guardrails: { ...guardrails, pay: { ...guardrails.pay, ...change(guardrails.pay) } },
  }));

/** More of the first value that is a number; null: there is none. */
function raised(condition: Condition): Condition | null {
  if (condition.kind === 'test')
    return typeof condition.value === 'number' ? { ...condition, value: condition.value + 100 } : null;
  if (condition.kind === 'not') {
    const of = raised(condition.of);
    return of === null ? null : { ...condition, of };
  }
  const at = condition.of.findIndex((part) => raised(part) !== null);
  if (at === -1) return null;
  return { ...condition, of: condition.of.map((part, place) => (place === at ? (raised(part) ?? part) : part)) };
}

/** One edit for each thing a file says that can be said otherwise. */
function editsOf(file: RuleFile): readonly Edit[] {
  const criteria = file.criteria.flatMap(({ key, when, credit }) => [
    inCriterion(key, 'weight', ({ weight }) => ({ weight: weight + 7 })),
    inCriterion(key, 'is_required', ({ isRequired }) => ({ isRequired: !isRequired })),
    inCriterion(key, 'can_remote', ({ canRemote }) => ({ canRemote: !canRemote })),
    inCriterion(key, 'name', ({ label }) => ({ label: `${label}!` })),
    inCriterion(key, 'because', ({ because }) => ({ because: `${because ?? ''}!` })),
    ...(['request', 'routed', 'bench'] as const).map((kind) =>
      inCriterion(key, `on_missing.${kind}`, ({ onMissing }) => ({
        onMissing: { ...onMissing, [kind]: onMissing[kind] === 'hold' ? 'match' : 'hold' },
      })),
    ),
    ...(raised(when) === null ? [] : [inCriterion(key, 'when', (each) => ({ when: raised(each.when) ?? each.when }))]),
    ...(credit === null
      ? []
      : [inCriterion(key, 'credit', () => ({ credit: { ...credit, zeroAt: credit.zeroAt + 100 } }))]),
  ]);
  return [
    ...criteria,
    atTop('priority', ({ priority }) => ({ priority: priority + 1 })),
    atTop('mode', ({ mode }) => ({ mode: mode === 'off' ? 'shadow' : 'off' })),
    atTop('name', ({ name }) => ({ name: `${name}!` })),
    atTop('applies_to', ({ appliesTo }) => ({
      appliesTo: appliesTo === null ? aTest('work_order.id', 'equal', 7) : null,
    })),
    // Stages that name no rule of their own follow.
    atTop('selection_rule.id', ({ selectionRuleId, stages }) => ({
      selectionRuleId: selectionRuleId + 1,
      stages: stages.map((stage) =>
        stage.do === 'auto_dispatch' && stage.dispatch.selectionRuleId === selectionRuleId
          ? { ...stage, dispatch: { ...stage.dispatch, selectionRuleId: selectionRuleId + 1 } }
          : stage,
      ),
    })),
    atTop('decision.tie_break', ({ tieBreak }) => ({
      tieBreak: tieBreak.map((each) => ({ ...each, direction: each.direction === 'asc' ? 'desc' : 'asc' })),
    })),
    atTop('decision.batch', ({ batch }) => ({ batch: batch === 'on' ? 'off' : 'on' })),
    atTop('decision.fill_weight', ({ fillWeight }) => ({ fillWeight: fillWeight + 1 })),
    atTop('decision.max_verdict_age_days', ({ maxVerdictAgeDays }) => ({ maxVerdictAgeDays: maxVerdictAgeDays + 1 })),
    inPay('max_total_usd', ({ maxTotalCents }) => ({ maxTotalCents: (maxTotalCents ?? 0) + 100 })),
    inPay('accept_counters', ({ acceptCounters }) => ({ acceptCounters: !acceptCounters })),
  ];
}

/** Where it was read from, what follows from something else, and words whose choice is no free one. */
const NOT_SAID = ['path', 'text', 'hash', 'position', 'n', 'written', 'sends', 'fact', 'kind', 'do', 'operator'];

/** The value once for each plain value in it, with that one changed. */
function mutants(value: unknown, at: string): readonly { readonly at: string; readonly value: unknown }[] {
  if (value === null) return [];
  if (typeof value === 'number') return [{ at, value: value + 1 }];
  if (typeof value === 'string') return [{ at, value: `${value}x` }];
  if (typeof value === 'boolean') return [{ at, value: !value }];
  if (Array.isArray(value)) {
    return value.flatMap((item, place) =>
      mutants(item, `${at}[${place}]`).map((mutant) => ({ ...mutant, value: value.with(place, mutant.value) })),
    );
  }
  return Object.entries(value ?? {})
    .filter(([key]) => !NOT_SAID.includes(key))
    .flatMap(([key, inner]) =>
      mutants(inner, `${at}.${key}`).map((mutant) => ({ ...mutant, value: { ...(value ?? {}), [key]: mutant.value } })),
    );
}

describe('the difference of two rule files', () => {
  it('sees whatever a file says, also what the format learns later', () => {
    fc.assert(
      fc.property(anyFile(), (json) => {
        const before = parsed(JSON.stringify(json));
        for (const { at, value } of mutants(before.file, 'file')) {
          const changes = changesOf(before, { ...before, file: value } as EitherFile);
          expect(changes.length, at).toBeGreaterThan(0);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('is nothing where only the writing differs', () => {
    const written = anyFile().chain((json) => fc.tuple(writtenAnyhow(json), writtenAnyhow(json)));
    fc.assert(
      fc.property(written, ([one, other]) => {
        const [diff] = diffRuleSets([parsed(one)], [parsed(other)]);
        expect(diff).toMatchObject({ kind: one === other ? 'same' : 'formatting', changes: [], rates: null });
      }),
      { numRuns: 100 },
    );
  });

  it('names everything that was changed once, and nothing else', () => {
    const edited = anyDispatchJson().chain((json) => {
      const { file } = parsed(JSON.stringify(json));
      if (!('stages' in file)) throw new Error('not a dispatch file');
      return fc.tuple(fc.constant(file), fc.subarray([...editsOf(file)], { maxLength: 8 }));
    });
    fc.assert(
      fc.property(edited, ([file, edits]) => {
        const after = edits.reduce((each, edit) => edit.of(each), file);
        const changes = changesOf({ kind: 'dispatch', file }, { kind: 'dispatch', file: after });
        expect(changes.map(({ path }) => path).sort()).toEqual(edits.map(({ path }) => path).sort());
        for (const { kind, pieces, before, after: now } of changes) {
          expect(kind).toBe('changed');
          expect(pieces.length > 0 || before !== now).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is the same the other way round: what is new there is gone here, and as much has changed', () => {
    const kinds = (changes: readonly RuleChange[]) => changes.map(({ kind }) => kind).sort();
    const mirrored = {
      added: 'removed',
      removed: 'added',
      changed: 'changed',
      renamed: 'renamed',
      reordered: 'reordered',
    };
    fc.assert(
      fc.property(anyDispatchJson(), anyDispatchJson(), (one, other) => {
        const [a, b] = [parsed(JSON.stringify(one)), parsed(JSON.stringify(other))];
        const there = changesOf(a, b);
        const back = changesOf(b, a);
        expect(
          kinds(there)
            .map((kind) => mirrored[kind])
            .sort(),
        ).toEqual(kinds(back));
        const values = (changes: readonly RuleChange[], swap: boolean) =>
          changes
            .filter(({ kind, path }) => kind === 'changed' && !path.startsWith('stages'))
            .map(({ path, before, after }) => JSON.stringify(swap ? [path, after, before] : [path, before, after]))
            .sort();
        expect(values(there, true)).toEqual(values(back, false));
      }),
      { numRuns: 100 },
    );
  });

  it('of one stage is told of the stage that does the same, wherever it now stands', () => {
    const route = (n: number, afterMinutes: number): Stage => ({ n, afterMinutes, do: 'route', minPoints: 0 });
    const hold = (n: number, afterMinutes: number): Stage => ({ n, afterMinutes, do: 'hold' });
    const before = dispatch({ stages: [route(1, 0), route(2, 30), hold(3, 60)] });
    const publish: Stage = { n: 2, afterMinutes: 10, do: 'publish' };
    const after = dispatch({ stages: [route(1, 0), publish, route(3, 30), hold(4, 90)] });
    expect(changesOf(before, after).map(({ kind, path, before: from, after: to }) => [kind, path, from, to])).toEqual([
      ['added', 'stages.2', null, 'publish after 10 minutes'],
      ['changed', 'stages.4.after_minutes', 'after 60 minutes', 'after 90 minutes'],
    ]);
  });

  it("says thresholds in people's units, and which is stricter", () => {
    const rating = (value: number) => [
      aCriterion({ key: 'rating', when: aTest('provider.rating', 'greaterThanInclusive', value) }),
    ];
    expect(toldOf(rating(450), rating(470))).toEqual([
      {
        path: 'criteria.rating.when',
        from: 'provider.rating at least 4.5 stars',
        to: 'provider.rating at least 4.7 stars',
        pieces: ['provider.rating at least 4.5 → 4.7 stars'],
        notes: ['stricter'],
      },
    ]);
    const tree = (miles: number): Criterion[] => [
      aCriterion({
        key: 'near',
        when: {
          kind: 'any',
          of: [
            aTest('provider.distance', 'lessThan', miles),
            { kind: 'not', of: aTest('provider.is_w2', 'equal', true) },
          ],
        },
      }),
    ];
    expect(toldOf(tree(16_093), tree(32_187))[0]).toMatchObject({
      pieces: ['provider.distance less than 10 → 20 miles'],
      notes: ['looser'],
    });
    expect(
      toldOf(
        tree(16_093),
        rating(450).map((each) => ({ ...each, key: 'near' })),
      )[0],
    ).toMatchObject({
      from: 'provider.distance less than 10 miles or not (provider.is_w2 is true)',
      to: 'provider.rating at least 4.5 stars',
      pieces: [],
    });
  });

  it('says what a weight now outweighs, among the criteria that put eligible providers in order', () => {
    const criteria = (distance: number) => [
      aCriterion({ key: 'cancel_rate', weight: 75, isRequired: true, onMissing: always('platform') }),
      aCriterion({ key: 'preferred_group', weight: 40, isRequired: false }),
      aCriterion({ key: 'background_check', weight: 35, isRequired: false }),
      aCriterion({ key: 'distance', weight: distance, isRequired: false }),
    ];
    const [told] = toldOf(criteria(25), criteria(40));
    expect(told).toEqual({
      path: 'criteria.distance.weight',
      from: '25',
      to: '40',
      pieces: [],
      notes: ['now outweighs background_check (35)', 'now weighs as much as preferred_group (40)'],
    });
    const required = criteria(25).map((each) => (each.key === 'cancel_rate' ? { ...each, weight: 90 } : each));
    expect(toldOf(criteria(25), required)[0]?.notes).toEqual([
      'every eligible provider has it, so it puts none before another',
    ]);
    const [diff] = diffRuleSets([dispatch({ criteria: criteria(25) })], [dispatch({ criteria: criteria(4) })]);
    expect(diff?.rates?.orderChanges).toEqual([
      { kind: 'no_longer', heavier: ['background_check', 'distance'], lighter: 'preferred_group' },
    ]);
  });

  it('does not say that everybody has what only lost its weight', () => {
    const [before, after] = [40, 0].map((weight) => [aCriterion({ key: 'group', weight, isRequired: false })]);
    expect(toldOf(before ?? [], after ?? [])).toMatchObject([
      { path: 'criteria.group.weight', notes: ['no longer puts eligible providers in order'] },
    ]);
  });

  it('tells a criterion that only has another name from one that is gone', () => {
    const told = (after: readonly Criterion[]) =>
      changesOf(dispatch({ criteria: [aCriterion({ key: 'a', weight: 5 })] }), dispatch({ criteria: after }));
    expect(told([aCriterion({ key: 'b', weight: 5 })])).toMatchObject([
      { kind: 'renamed', path: 'criteria.b.key', before: 'a', after: 'b', decides: false },
    ]);
    expect(told([aCriterion({ key: 'b', weight: 6 })])).toMatchObject([
      { kind: 'added', path: 'criteria.b', decides: true },
      { kind: 'removed', path: 'criteria.a' },
    ]);
  });

  it('marks another order of the criteria, other words and examples as deciding nothing', () => {
    const [a, b] = [aCriterion({ key: 'a' }), aCriterion({ key: 'b', because: 'why' })];
    const before = dispatch({ criteria: [a, b], owner: 'us' });
    const after = dispatch({ criteria: [{ ...b, because: null }, a], text: '{"tests":[{}]}', owner: null });
    const changes = changesOf(before, after);
    expect(changes.map(({ path, decides }) => [path, decides])).toEqual([
      ['owner', false],
      ['tests', false],
      ['criteria.b.because', false],
      ['criteria', false],
    ]);
  });

  it('says limits that come and go, quiet hours and exclusions', () => {
    const limits = { ...NO_GUARDRAILS, pay: { ...NO_GUARDRAILS.pay, maxTotalCents: 45_000 } };
    const window = { days: [0], fromMinute: 0, toMinute: 1_440, timeZone: 'UTC', because: null };
    const before = dispatch({ guardrails: limits });
    const after = dispatch({ guardrails: { ...NO_GUARDRAILS, quietHours: [window, window] } });
    expect(changesOf(before, after)).toMatchObject([
      { path: 'guardrails.pay.max_total_usd', before: '$450', after: 'no limit' },
      { kind: 'added', path: 'quiet_hours.sun 00:00 to 24:00 UTC' },
      { kind: 'added', path: 'quiet_hours.sun 00:00 to 24:00 UTC #2' },
    ]);
    const monday = dispatch({ guardrails: { ...NO_GUARDRAILS, quietHours: [window, { ...window, days: [1] }] } });
    expect(changesOf(after, monday).map(({ kind, path }) => [kind, path])).toEqual([
      ['added', 'quiet_hours.mon 00:00 to 24:00 UTC'],
      ['removed', 'quiet_hours.sun 00:00 to 24:00 UTC #2'],
    ]);
  });

  it('of review files counts what they decide by, not the weight shown beside it', () => {
    const review = (weight: number, reason: string | null): EitherFile => ({
      kind: 'review',
      file: aReviewFile({
        criteria: [aReviewCriterion({ weight })],
        otherwise: reason === null ? { kind: 'hold' } : { kind: 'incomplete', reasonId: 4, reason },
      }),
    });
    const changes = changesOf(review(5, null), review(6, 'Photos are missing.'));
    expect(changes.map(({ path, decides }) => [path, decides])).toEqual([
      ['decision.otherwise', true],
      ['decision.otherwise.reason_id', true],
      ['decision.otherwise.reason', true],
      [expect.stringMatching(/^criteria\..*\.weight$/), false],
    ]);
  });
});

describe('the difference of two rule sets', () => {
  it('matches files by their id, whatever they are called', () => {
    const file = (id: string, path: string, priority = 0) => dispatch({ id, path, priority });
    const diffs = diffRuleSets(
      [file('a', 'a.json'), file('b', 'b.json'), file('c', 'c.json')],
      [file('b', 'new-b.json'), file('c', 'c.json', 5), file('d', 'd.json')],
    );
    expect(diffs.map(({ kind, id, before, after }) => [kind, id, before, after])).toEqual([
      ['same', 'b', 'b.json', 'new-b.json'],
      ['changed', 'c', 'c.json', 'c.json'],
      ['added', 'd', null, 'd.json'],
      ['removed', 'a', 'a.json', null],
    ]);
  });

  it('compares one file with one whatever their ids, and never a review with what dispatches', () => {
    expect(changesOf(dispatch({ id: 'a' }), dispatch({ id: 'b' }))).toMatchObject([
      { path: 'id', before: 'a', after: 'b' },
    ]);
    const diffs = diffRuleSets([dispatch()], [{ kind: 'review', file: aReviewFile() }]);
    expect(diffs.map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});

describe('exchange rates', () => {
  const credit = {
    kind: 'linear',
    fullAt: 16_093,
    zeroAt: 80_467,
    fact: { name: 'provider.distance', params: null, key: 'provider.distance' },
  } as const;
  const distance = aCriterion({ key: 'distance', weight: 25, isRequired: true, credit });
  const group = aCriterion({ key: 'group', weight: 15, isRequired: false });

  it('are those of the criteria that differ among eligible providers', () => {
    const gate = aCriterion({ key: 'gate', weight: 99, isRequired: true, onMissing: always('no_match') });
    const ignored = aCriterion({ key: 'ignored', weight: 1, isRequired: true, onMissing: always('ignore') });
    const free = aCriterion({ key: 'free', weight: 0, isRequired: false });
    const worths = rankingWorths([gate, group, ignored, free, distance]);
    expect(worths.map(({ key }) => key)).toEqual(['distance', 'group', 'ignored']);
    expect(worths[0]?.graded).toEqual({ unit: 'miles', milliPointsPerUnit: 625, fullAt: 10, zeroAt: 50 });
  });

  it('say how many miles make up for a criterion', () => {
    const [far, near] = rankingWorths([distance, group]);
    if (far === undefined || near === undefined) throw new Error('two are expected');
    expect(madeUpBy(near, far)).toBe(24);
    expect(madeUpBy(far, near)).toBeNull();
  });

  it('name pairs only where neither of the two outweighs alone', () => {
    const worth = (key: string, weight: number) => ({ key, weight, graded: null });
    expect(outweighings([worth('a', 40), worth('b', 25), worth('c', 20), worth('d', 15)])).toEqual([
      { heavier: ['b', 'c'], lighter: 'a' },
      { heavier: ['a'], lighter: 'b' },
      { heavier: ['c', 'd'], lighter: 'b' },
      { heavier: ['a'], lighter: 'c' },
      { heavier: ['b'], lighter: 'c' },
      { heavier: ['a'], lighter: 'd' },
      { heavier: ['b'], lighter: 'd' },
      { heavier: ['c'], lighter: 'd' },
    ]);
  });
});
