import { expect, test } from 'vitest';
import type { Candidate } from '../../src/domain/scored-slate.ts';
import { prepareBody } from '../../src/store/sqlite/body.ts';
import { candidateAt, parseStoredCandidate } from '../../src/store/sqlite/stored-candidate.ts';
import { aCandidate } from '../support/builders.ts';

const HOSTILE = '","raw":1,"request":2,"providerId":3,\\"request":{"';

function stored(candidate: Candidate) {
  const { facts, verdicts, ...plain } = candidate;
  const body = prepareBody(plain as never, { facts, verdicts } as never);
  return { body, read: parseStoredCandidate(body.text) };
}

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
