import fc from 'fast-check';
import { CRITERIA, FACTS } from '../../src/criteria/catalog.ts';
import type { FactDefinition } from '../../src/criteria/definition.ts';
import { REVIEW_CRITERIA } from '../../src/criteria/review-criteria.ts';
import { type FactUnit, UNITS } from '../../src/domain/fact.ts';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { operatorsFor, spellingsOf } from '../../src/rules/operators.ts';
import { TIE_BREAK_FIELDS } from '../../src/rules/read-tie-break.ts';

/**
 * Random rule files as JSON, each of which the parser accepts: every fact, operator, criterion, stage and guardrail occurs,
 * short and long forms, named conditions, credit, `on_missing` of both forms. `writtenAnyhow` makes a text of one that is
 * spaced and ordered at random.
 */
const whole = (min: number, max: number) => fc.integer({ min, max });
const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });
const words = fc.constantFrom('a', 'Bank site', 'naïve “quoted” text', 'line\nbreak and \t tab', '日本語', '🚚 van');

/** What is undefined is not there. */
function given(members: { readonly [key: string]: JsonValue | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** A number as people write it, in the unit's range and as fine as it is kept. */
export function anyWritten(unit: FactUnit): fc.Arbitrary<number> {
  const { scale, min, max } = UNITS[unit];
  if (scale === 100) return whole(min * 100, Math.min(max, 1_000) * 100).map((kept) => kept / 100);
  if (scale === 1) return whole(min, Math.min(max, 5_000));
  return whole(min * 10, Math.min(max, 500) * 10).map((tenths) => tenths / 10);
}

function anyScalar({ type }: FactDefinition): fc.Arbitrary<number | boolean | string> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean();
    case 'number':
      return anyWritten(type.unit);
    case 'numbers':
      return whole(1, 9_999);
    case 'text':
      return type.values === null ? words : fc.constantFrom(...type.values);
    case 'texts':
      return words;
  }
}

function anyParams({ params }: FactDefinition): fc.Arbitrary<JsonObject | undefined> {
  if (params === null) return fc.constant(undefined);
  const each = Object.entries(params).map(([name, { kind }]) => [
    name,
    kind === 'number' ? whole(1, 9) : fc.constantFrom('ATM', 'rating', 'Provider cancel rate'),
  ]);
  return fc.record(Object.fromEntries(each));
}

/** `operator` and `value`, and `params` where the fact takes any. */
function anyAsked(fact: FactDefinition): fc.Arbitrary<JsonObject> {
  const operators = operatorsFor(fact.type);
  return fc
    .constantFrom(...operators)
    .chain((operator) =>
      fc.record({
        params: anyParams(fact),
        operator: fc.constantFrom(...spellingsOf(operator)),
        value: operator.takes === 'one' ? anyScalar(fact) : fc.array(anyScalar(fact), { minLength: 1, maxLength: 3 }),
      }),
    )
    .map(given);
}

export function anyComparison(facts: readonly FactDefinition[]): fc.Arbitrary<JsonObject> {
  return fc.constantFrom(...facts).chain((fact) => anyAsked(fact).map((asked) => ({ fact: fact.name, ...asked })));
}

/** A tree of at most three levels over these facts; `names`: conditions of the file it may use. */
export function anyCondition(
  facts: readonly FactDefinition[],
  names: readonly string[] = [],
): fc.Arbitrary<JsonObject> {
  const leaf: fc.Arbitrary<JsonObject> =
    names.length === 0
      ? anyComparison(facts)
      : fc.oneof(
          anyComparison(facts),
          fc.constantFrom(...names).map((condition) => ({ condition })),
        );
  const branch = (inner: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
    fc.oneof(
      fc.array(inner, { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
      fc.array(inner, { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
      inner.map((not) => ({ not })),
    );
  return fc.oneof({ weight: 3, arbitrary: leaf }, branch(leaf), branch(fc.oneof(leaf, branch(leaf))));
}

const onMissing = fc.constantFrom('platform', 'no_match', 'match', 'hold', 'ignore');
const WORK_ORDER = FACTS.filter((fact) => fact.scope === 'work_order');
const GRADED = CRITERIA.filter(({ fact }) => fact.type.kind === 'number' && fact.params === null);

const criterionRest = fc.record({
  weight: some(whole(0, 200)),
  is_required: some(fc.boolean()),
  can_remote: some(fc.boolean()),
  on_missing: some(fc.oneof(onMissing, fc.record({ request: onMissing, bench: onMissing }, { requiredKeys: [] }))),
  because: some(words),
});

const shortCriterion = fc
  .constantFrom(...CRITERIA)
  .chain(({ key, fact }) => fc.tuple(fc.constant(key), anyAsked(fact)))
  .map(([name, asked]) => ({ name, ...asked }));

const yesNoCriterion = fc
  .constantFrom(...CRITERIA.filter(({ fact }) => fact.type.kind === 'boolean'))
  .map(({ label }) => ({ name: label }));

/** At most so much, with credit for less; or at least, with credit for more. */
const gradedCriterion = fc.constantFrom(...GRADED).chain(({ key, fact }) => {
  const unit = fact.type.kind === 'number' ? fact.type.unit : 'count';
  return fc
    .tuple(fc.uniqueArray(anyWritten(unit), { minLength: 2, maxLength: 2 }), fc.boolean())
    .map(([[one = 0, other = 0], isLess]) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      const [full_at, zero_at] = isLess ? [low, high] : [high, low];
      return {
        name: key,
        operator: isLess ? '<=' : '>=',
        value: zero_at,
        credit: { kind: 'linear', full_at, zero_at },
      };
    });
});

function anyCriteria(names: readonly string[]): fc.Arbitrary<JsonObject[]> {
  const long = fc.record({ name: fc.constantFrom('rating', 'A rule of ours'), when: anyCondition(FACTS, names) });
  const asked: fc.Arbitrary<JsonObject> = fc.oneof(shortCriterion, yesNoCriterion, gradedCriterion, long);
  return fc
    .array(fc.tuple(asked, criterionRest), { minLength: 1, maxLength: 6 })
    .map((criteria) => criteria.map(([form, rest], place) => given({ key: `c${place + 1}`, ...form, ...rest })));
}

const min_points = some(whole(0, 400));
const discard_requests = some(fc.boolean());
const anyStageKind: fc.Arbitrary<{ readonly [key: string]: JsonValue | undefined }> = fc.oneof(
  fc.record({
    do: fc.constant('assign'),
    min_points,
    min_margin: some(whole(0, 90)),
    withdraw_routes: some(fc.boolean()),
  }),
  fc.record({ do: fc.constant('route'), min_points }),
  fc.record({ do: fc.constant('mass_route'), top: whole(1, 200), min_points, talent_pool_id: some(whole(1, 9_999)) }),
  fc.record({ do: fc.constant('mass_route'), talent_pool_id: whole(1, 9_999), unscored: fc.constant(true) }),
  fc.record({ do: fc.constant('publish') }),
  fc.record({ do: fc.constant('unpublish'), discard_requests }),
  fc.record({
    do: fc.constant('auto_dispatch'),
    delay_seconds: whole(300, 9_000),
    discard_requests,
    should_route: some(fc.boolean()),
    network_ids: some(fc.array(whole(1, 99), { minLength: 1, maxLength: 3 })),
  }),
  fc.record({ do: fc.constant('hold') }),
);

const stages = fc.array(fc.tuple(whole(0, 120), anyStageKind), { minLength: 1, maxLength: 5 }).map((each) => {
  let minutes = 0;
  return each.map(([later, stage]) => {
    minutes += later;
    return given({ after_minutes: minutes, ...stage });
  });
});

const tieBreak = fc
  .shuffledSubarray(TIE_BREAK_FIELDS.filter((field) => field !== 'provider_id'))
  .chain((fields) => fc.tuple(...fields.map((field) => fc.constantFrom('', ':asc', ':desc').map((way) => field + way))))
  .map((fields) => [...fields, 'provider_id:asc']);

const quietHours = fc
  .record({
    days: fc.shuffledSubarray(['sun', 'mon', 'sat'], { minLength: 1 }),
    from: fc.constantFrom('00:00', '06:30'),
    to: fc.constantFrom('07:00', '24:00'),
    time_zone: fc.constantFrom('America/Chicago', 'UTC'),
    because: some(words),
  })
  .map(given);

const exclusions = fc
  .uniqueArray(whole(1, 999), { maxLength: 3 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) => fc.record({ id: fc.constant(id), until: some(fc.constant('2027-01-31')), because: words })),
    ),
  )
  .map((each) => each.map(given));

const shared = {
  max_actions_per_run: some(whole(0, 50)),
  quiet_hours: some(fc.array(quietHours, { maxLength: 2 })),
  stop_after_errors: some(whole(1, 9)),
};
const guardrails = fc
  .record({
    ...shared,
    max_share_of_open_percent: some(whole(0, 100)),
    per_provider: some(
      fc
        .record({
          per_day: some(whole(1, 9)),
          overlap: some(fc.constantFrom('forbid', 'allow')),
          travel_buffer_minutes: some(whole(0, 90)),
          again_after_give_back: some(fc.constantFrom('forbid', 'allow')),
        })
        .map(given),
    ),
    pay: some(
      fc
        .record({
          max_total_usd: some(anyWritten('usd')),
          accept_counters: some(fc.boolean()),
          max_daily_total_usd: some(anyWritten('usd')),
        })
        .map(given),
    ),
    exclude_providers: some(exclusions),
  })
  .map(given);

const anyHead = fc.record({
  id: fc.constantFrom('first', 'second-file', 'a3'),
  name: words,
  owner: some(words),
  because: some(words),
  mode: fc.constantFrom('off', 'shadow', 'recommend', 'enforce'),
  priority: some(whole(0, 99)),
  applies_to: some(anyCondition(WORK_ORDER)),
});

/** Of its own a canary has its share, and what demotes it. */
const canary = some(
  fc.record({
    canary_percent: whole(1, 10_000).map((hundredths) => hundredths / 100),
    limits: some(
      fc
        .record({
          min_decisions: some(whole(1, 99)),
          max_undone_percent: some(whole(0, 100)),
          max_conflict_percent: some(whole(0, 100)),
          max_pay_over_base_percent: some(whole(0, 100)),
          max_no_eligible_percent: some(whole(0, 100)),
        })
        .map(given),
    ),
  }),
);

/** With the guardrails, which know the mode too. */
const anyDispatchHead = fc.tuple(anyHead, canary, some(guardrails)).map(([head, share, limits]) => {
  if (share === undefined) return { head, limits };
  const own = share.limits === undefined ? limits : { ...limits, canary: share.limits };
  return { head: { ...head, mode: 'canary', canary_percent: share.canary_percent }, limits: own };
});

/** A dispatch file. */
export function anyDispatchJson(): fc.Arbitrary<JsonObject> {
  const conditions = some(fc.record({ near: anyCondition(FACTS), 'our own': anyCondition(WORK_ORDER) }));
  return fc.tuple(anyDispatchHead, conditions, whole(0, 99)).chain(([{ head, limits }, named, id]) =>
    fc
      .record({
        rules: anyCriteria(named === undefined ? [] : Object.keys(named)),
        stages,
        tie_break: some(tieBreak),
        batch: some(fc.constantFrom('on', 'off')),
        fill_weight: some(whole(1, 1_000)),
        max_verdict_age_days: some(whole(0, 90)),
        accept_client_pay_terms: some(fc.boolean()),
      })
      .map(({ rules, ...decision }) =>
        given({
          version: 1,
          ...head,
          conditions: named,
          selection_rule: { id, rules },
          decision: given(decision),
          guardrails: limits,
        }),
      ),
  );
}

/** A review file. */
export function anyReviewJson(): fc.Arbitrary<JsonObject> {
  const short = fc
    .constantFrom(...REVIEW_CRITERIA)
    .chain(({ key, fact }) => fc.tuple(fc.constant(key), anyAsked(fact)))
    .map(([name, asked]) => ({ name, ...asked }));
  const long = fc.record({ name: fc.constant('Ours'), when: anyCondition(WORK_ORDER) });
  const criterion = fc.tuple(fc.oneof(short, long), fc.record({ weight: some(whole(0, 90)), because: some(words) }));
  const otherwise: fc.Arbitrary<JsonValue> = fc.oneof(
    fc.constant('hold'),
    fc.record({ incomplete: fc.record({ reason_id: whole(1, 99), reason: words }) }),
  );
  return fc
    .tuple(anyHead, fc.array(criterion, { minLength: 1, maxLength: 5 }), otherwise, some(fc.record(shared).map(given)))
    .map(([head, criteria, other, limits]) =>
      given({
        version: 1,
        kind: 'review',
        ...head,
        criteria: criteria.map(([form, rest], place) => given({ key: `c${place + 1}`, ...form, ...rest })),
        decision: { approve_when: 'all_required', otherwise: other },
        guardrails: limits,
      }),
    );
}

/** The same value as some text of it: keys of every object in any order, blanks and line breaks anywhere. */
export function writtenAnyhow(value: JsonValue): fc.Arbitrary<string> {
  return fc.infiniteStream(whole(0, 1_000)).map((stream) => {
    const next = (): number => stream.next().value ?? 0;
    const gap = () => ['', '', '', ' ', '\n', '\t\r\n  '][next() % 6] ?? '';
    const list = (parts: readonly string[]) => parts.map((part) => gap() + part + gap()).join(',');
    const write = (part: JsonValue): string => {
      if (part === null || typeof part !== 'object') return JSON.stringify(part);
      if (Array.isArray(part)) return `[${list(part.map(write))}]`;
      const ranked = Object.entries(part).map((entry) => ({ entry, rank: next() }));
      ranked.sort((a, b) => a.rank - b.rank);
      return `{${list(ranked.map(({ entry: [key, inner] }) => `${JSON.stringify(key)}${gap()}:${gap()}${write(inner)}`))}}`;
    };
    return gap() + write(value) + gap();
  });
}
