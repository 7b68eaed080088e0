import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FactValue } from '../../src/domain/fact.ts';
import { toCanonicalJson } from '../../src/domain/json.ts';
import type { Candidate, DatedVerdict } from '../../src/domain/scored-slate.ts';
import { prepareBody } from '../../src/store/sqlite/body.ts';
import { bodyOfCandidate } from '../../src/store/sqlite/candidate-body.ts';
import { candidateAt, parseStoredCandidate } from '../../src/store/sqlite/stored-candidate.ts';
import { aCandidate } from '../support/builders.ts';

const HOSTILE = '","raw":1,"request":2,"providerId":3,\\"request":{"';

function stored(candidate: Candidate) {
  const body = bodyOfCandidate(candidate);
  return { body, read: parseStoredCandidate(body.text) };
}

test('is one text in whatever order things are said of it', () => {
  fc.assert(
    fc.property(facts, verdicts, platforms, texts, (own, given, platform, text) => {
      const raws = [{ row: text, profile: { b: text, a: 1 } }, { row: [text] }, null];
      for (const raw of raws) {
        const candidate = { ...aCandidate({ providerId: 7 }), facts: own, verdicts: given, platform, raw };
        const reversed = { ...candidate, facts: Object.fromEntries(Object.entries(own).reverse()) };
        const { facts: one, verdicts: two, ...plain } = reversed;
        const body = bodyOfCandidate(candidate);
        expect(bodyOfCandidate(reversed)).toEqual(body);
        expect(prepareBody(plain as never, { verdicts: two, facts: one } as never)).toEqual(body);
        expect(body.text).toBe(toCanonicalJson(JSON.parse(body.text)));
      }
    }),
  );
});

test('comes back as it was recorded, whatever its row says', () => {
  const row = { request: { notes: HOSTILE, raw: [HOSTILE] }, raw: { request: HOSTILE }, providerId: 9 };
  const plain = aCandidate({ providerId: 7 });
  const because: Candidate['facts'] = { [`provider.${HOSTILE}`]: { kind: 'unknown', because: HOSTILE } };
  const candidate: Candidate = { ...plain, facts: { ...plain.facts, ...because }, raw: { row, profile: null } };
  const { body, read } = stored(candidate);
  expect(candidateAt(read, body.times)).toEqual(candidate);
});

test('gets the times of each decision that it comes back with', () => {
  const fact = { kind: 'known', value: 3, source: 'row', observedAtMs: 1_000 } as const;
  const { read } = stored({ ...aCandidate({ providerId: 7 }), facts: { 'request.exists': fact } });
  const [first, second] = [[2_000], [3_000]].map((times) => candidateAt(read, times));
  expect(first?.facts['request.exists']).toEqual({ ...fact, observedAtMs: 2_000 });
  expect(second?.facts['request.exists']).toEqual({ ...fact, observedAtMs: 3_000 });
});

test('keeps the row out of what is read at once, and reads it once', () => {
  const { read } = stored({ ...aCandidate({ providerId: 7 }), raw: { row: { id: 1 } } });
  const [one, other] = [candidateAt(read, [0]), candidateAt(read, [1])];
  expect(read.plain).not.toHaveProperty('raw');
  expect(one.raw).toEqual({ row: { id: 1 } });
  expect(other.raw).toBe(one.raw);
});

/** Texts with the marks in them at which a body is cut into pieces. */
const texts = fc
  .array(
    fc.constantFrom('},"', '},{', '}]}', '"verdicts":[', ',"kind":', ',"platform":', ',"raw":', '\\', '":{', 'ü', 'a'),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const values: fc.Arbitrary<FactValue> = fc.oneof(
  fc.integer(),
  fc.boolean(),
  texts,
  fc.array(texts),
  fc.array(fc.integer()),
);
const times = fc.integer({ min: 1, max: 3 });
/** Without a backslash of their own: Node's JSON.parse takes keys that have one for each other (nodejs/node#63785). */
const keys = texts.map((text) => `provider.${text.replaceAll('\\', '')}`);
const facts = fc.dictionary(
  keys,
  fc.oneof(
    fc.record({
      kind: fc.constant('known' as const),
      value: values,
      source: fc.constant('row' as const),
      observedAtMs: times,
    }),
    fc.record({ kind: fc.constant('unknown' as const), because: texts }),
  ),
);
const verdict = {
  isMatch: fc.boolean(),
  isRequired: fc.boolean(),
  name: texts,
  points: fc.integer(),
  weight: fc.nat(),
};
const verdicts: fc.Arbitrary<readonly DatedVerdict[]> = fc.array(
  fc.record({ ...verdict, observedAtMs: times, source: fc.constant('row' as const) }),
  { maxLength: 3 },
);
const platforms: fc.Arbitrary<Candidate['platform']> = fc.option(
  fc.record({
    ...{ isMatch: fc.boolean(), maxPoints: fc.nat(), points: fc.nat(), ruleId: fc.constant(null) },
    verdicts: fc.array(fc.record(verdict), { maxLength: 2 }),
  }),
);

test('is read the same in pieces as in one, whatever marks stand in its texts', () => {
  fc.assert(
    fc.property(facts, verdicts, platforms, texts, (own, given, platform, text) => {
      const candidate = {
        ...aCandidate({ providerId: 7 }),
        facts: own,
        verdicts: given,
        platform,
        actions: [text],
        raw: { row: text },
      };
      const { body, read } = stored(candidate);
      // Twice, since the second time every piece is known.
      for (const one of [read, parseStoredCandidate(body.text)])
        expect(candidateAt(one, body.times)).toEqual(candidate);
    }),
    { numRuns: 500 },
  );
});

test('shares with others what is said of both at one time', () => {
  const known = { kind: 'known', value: true, source: 'row', observedAtMs: 1_000 } as const;
  const [one, other] = [7, 8].map(
    (id) => stored({ ...aCandidate({ providerId: id }), facts: { 'request.exists': known } }).read,
  );
  if (one === undefined || other === undefined) throw new Error('two were made');
  const exists = (from: typeof one, at: number) => candidateAt(from, [at]).facts['request.exists'];
  const first = exists(one, 2_000);
  expect(exists(other, 2_000)).toBe(first);
  expect(exists(other, 3_000)).toEqual({ ...known, observedAtMs: 3_000 });
  expect(first).toEqual({ ...known, observedAtMs: 2_000 });
});

test('a copy of one that comes back has its row too', () => {
  const { read } = stored({ ...aCandidate({ providerId: 7 }), raw: { row: { id: 1 } } });
  expect({ ...candidateAt(read, [0]) }.raw).toEqual({ row: { id: 1 } });
});
