import { providerId } from '../domain/ids.ts';
import { centsFromUsd } from '../domain/money.ts';
import { type FileReading, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import { readEach, readPart } from './read-part.ts';
import { readStatedFacts } from './read-stated-facts.ts';
import { readPlatformVerdicts } from './read-test-verdicts.ts';
import type { StatedCandidate, TestedFile } from './rule-test.ts';
import { TEST_CANDIDATE_SHAPE } from './test-shapes.ts';

/** Those that stand before, by provider id; null: there it is, with a mistake of its own. */
type Earlier = ReadonlyMap<number, StatedCandidate | null>;

/** Every candidate of a test, each provider once. */
export function readTestCandidates(
  reading: FileReading,
  path: JsonPath,
  tested: TestedFile,
): readonly StatedCandidate[] | null {
  const earlier = new Map<number, StatedCandidate | null>();
  return readEach(reading, path, (_, at) => {
    const candidate = readCandidate(reading, at, { tested, earlier });
    const node = nodeAt(reading.document.root, [...at, 'id']);
    const id = node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : null;
    if (id === null || !earlier.has(id)) {
      if (id !== null) earlier.set(id, candidate);
      return candidate;
    }
    const what = `Provider ${id} is in the test already`;
    refuse(reading, [...at, 'id'], { code: 'FM-R906', what, fix: 'Give it another id, or delete one of the two.' });
    return null;
  });
}

function readCandidate(
  reading: FileReading,
  path: JsonPath,
  { tested, earlier }: { readonly tested: TestedFile; readonly earlier: Earlier },
): StatedCandidate | null {
  const said = readPart(reading, path, TEST_CANDIDATE_SHAPE);
  const facts = readStatedFacts(reading, [...path, 'facts'], { scope: 'candidate', tested });
  const platform = readPlatformVerdicts(reading, [...path, 'platform'], tested);
  if (said === null || facts === null || platform === null) return null;
  const like = readLike(reading, path, { like: said.like, kind: said.kind, earlier });
  if (like === null || refuseMisplaced(reading, path, like.kind)) return null;
  return {
    ...like,
    id: providerId(said.id),
    facts: [...like.facts.filter(({ ref }) => !facts.some((own) => own.ref.key === ref.key)), ...facts],
    platform: [...like.platform.filter(({ label }) => !platform.some((own) => own.label === label)), ...platform],
    counterCents: said.counter_usd === undefined ? like.counterCents : centsFromUsd(said.counter_usd),
    expensesCents: said.expenses_usd === undefined ? like.expensesCents : centsFromUsd(said.expenses_usd),
    expiresInMinutes: said.expires_in_minutes ?? like.expiresInMinutes,
    requestedMinutesAgo: said.requested_minutes_ago ?? like.requestedMinutesAgo,
    isExpired: said.is_expired ?? like.isExpired,
    isWithdrawn: said.is_withdrawn ?? like.isWithdrawn,
    isInvited: said.is_invited ?? like.isInvited,
    actions: said.actions ?? like.actions,
    verdictAgeDays: said.verdict_age_days ?? like.verdictAgeDays,
  };
}

type Like = {
  readonly like: number | undefined;
  readonly kind: StatedCandidate['kind'] | undefined;
  readonly earlier: Earlier;
};

/** What the candidate is but for what it says itself; null: it says neither its kind nor like whom, or like nobody there. */
function readLike(
  reading: FileReading,
  path: JsonPath,
  { like, kind, earlier }: Like,
): Omit<StatedCandidate, 'id'> | null {
  // One with a mistake of its own is there all the same, and that mistake is enough.
  if (like !== undefined && earlier.get(like) === null) return null;
  const other = like === undefined ? null : earlier.get(like);
  if (other === undefined) {
    const fix = 'Write "kind" and "facts", or the id of one that does.';
    refuse(reading, [...path, 'like'], { code: 'FM-R907', what: `No candidate ${like} stands before this one`, fix });
    return null;
  }
  const own = kind ?? other?.kind;
  if (own === undefined) {
    const fix = 'Add it: "request", "routed" or "bench". Or say "like" with the id of a candidate before this one.';
    refuse(reading, path, { code: 'FM-R202', what: 'kind is missing', fix });
    return null;
  }
  if (other !== null && other.kind === own) return other;
  // What belongs to a request or to an old verdict does not go over to another kind.
  return { ...blankOf(own), facts: other?.facts ?? [], platform: other?.platform ?? [] };
}

function blankOf(kind: StatedCandidate['kind']): Omit<StatedCandidate, 'id' | 'facts' | 'platform'> {
  return {
    kind,
    counterCents: null,
    expensesCents: 0,
    expiresInMinutes: null,
    requestedMinutesAgo: null,
    isExpired: false,
    isWithdrawn: false,
    isInvited: kind === 'routed',
    actions: null,
    verdictAgeDays: 0,
  };
}

/** What only who asked for the work order has. */
const OF_REQUESTS = [
  'counter_usd',
  'expenses_usd',
  'expires_in_minutes',
  'requested_minutes_ago',
  'is_expired',
  'is_withdrawn',
  'is_invited',
];

function refuseMisplaced(reading: FileReading, path: JsonPath, kind: StatedCandidate['kind']): boolean {
  const isThere = (key: string) => nodeAt(reading.document.root, [...path, key]) !== null;
  const misplaced = [
    ...(kind === 'request' ? [] : OF_REQUESTS.filter(isThere).map((key) => [key, 'request'] as const)),
    ...(kind === 'bench' || !isThere('verdict_age_days') ? [] : [['verdict_age_days', 'bench'] as const]),
  ];
  for (const [key, owner] of misplaced) {
    const what = `"${key}" is for candidates of kind ${owner}, and this one is of kind ${kind}`;
    refuseKey(reading, [...path, key], { code: 'FM-R912', what, fix: `Delete it, or write "kind": "${owner}".` });
  }
  return misplaced.length > 0;
}
