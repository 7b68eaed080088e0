import type { Fact, Facts } from '../../domain/fact.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { Candidate, DatedVerdict } from '../../domain/scored-slate.ts';
import { type Dated, dated, undated } from './dated.ts';
import { createPieces } from './text-pieces.ts';

/** A candidate's body read once, to be given its times as often as it comes back with another decision. */
export type StoredCandidate = {
  readonly plain: Omit<Candidate, 'facts' | 'verdicts' | 'raw'>;
  readonly facts: readonly StoredFact[];
  readonly verdicts: readonly Dated<DatedVerdict>[];
  /** Half of the text and seldom asked for: read when it is. */
  readonly raw: () => JsonValue;
};

export type StoredFact = { readonly key: string; readonly fact: Dated<Fact> };

/**
 * Of a body's canonical text, in which keys are sorted: `raw` stands before `request`, of which there is no other below. A quote
 * inside of a string is escaped, so no key can be part of what a provider wrote.
 */
export function parseStoredCandidate(text: string, rawText: () => string = () => text): StoredCandidate {
  const from = text.indexOf(RAW_KEY, text.indexOf(PROVIDER_KEY));
  const to = text.lastIndexOf(REQUEST_KEY);
  if (from === -1 || to < from) return readWhole(JSON.parse(text) as Parsed);
  const head = text.slice(0, from);
  const tail = text.slice(to);
  const raw = readOnce(() => {
    const whole = rawText();
    return JSON.parse(whole.slice(from + RAW_KEY.length, whole.lastIndexOf(REQUEST_KEY))) as JsonValue;
  });
  return readInPieces(head, tail, raw) ?? { ...readWhole(JSON.parse(head + tail) as Parsed), raw };
}

/** As it was recorded, with these times; what it shares with its other returns is the same object. */
export function candidateAt(stored: StoredCandidate, times: readonly number[]): Candidate {
  return new RecordedAt(stored, times);
}

/** `raw` is its own, so that a copy has it, and read when somebody asks. */
class RecordedAt implements Candidate {
  static readonly #RAW = {
    get(this: RecordedAt) {
      return this.#stored.raw();
    },
    enumerable: true,
  };
  declare readonly raw: JsonValue;
  readonly providerId: Candidate['providerId'];
  readonly kind: Candidate['kind'];
  readonly request: Candidate['request'];
  readonly route: Candidate['route'];
  readonly actions: Candidate['actions'];
  readonly facts: Facts;
  readonly verdicts: Candidate['verdicts'];
  readonly platform: Candidate['platform'];
  readonly costCents: Candidate['costCents'];
  readonly #stored: StoredCandidate;

  constructor(stored: StoredCandidate, times: readonly number[]) {
    const { plain } = stored;
    this.providerId = plain.providerId;
    this.kind = plain.kind;
    this.request = plain.request;
    this.route = plain.route;
    this.actions = plain.actions;
    this.facts = factsAt(stored.facts, times);
    this.verdicts = stored.verdicts.length === 0 ? NO_VERDICTS : stored.verdicts.map((verdict) => verdict.at(times));
    this.platform = plain.platform;
    this.costCents = plain.costCents;
    this.#stored = stored;
    Object.defineProperty(this, 'raw', RecordedAt.#RAW);
  }
}

const NO_VERDICTS: readonly DatedVerdict[] = [];

export function factsAt(stored: readonly StoredFact[], times: readonly number[]): Facts {
  const facts: { [key: string]: Fact } = {};
  for (const { key, fact } of stored) facts[key] = fact.at(times);
  return facts;
}

type Parsed = Omit<Candidate, 'facts' | 'verdicts'> & { readonly dated: Pick<Candidate, 'facts' | 'verdicts'> };

const DATED_KEY = ',"dated":{"facts":{';
const VERDICTS_KEY = '"verdicts":[';
const PLATFORM_KEY = ',"platform":';
const PROVIDER_KEY = ',"providerId":';
const RAW_KEY = ',"raw":';
const REQUEST_KEY = ',"request":';

function readWhole({ dated: own, raw, ...plain }: Parsed): StoredCandidate {
  const { facts, verdicts } = own;
  return {
    plain,
    facts: toStoredFacts(facts),
    verdicts: verdicts.map(dated),
    raw: () => raw,
  };
}

export function toStoredFacts(facts: Facts): readonly StoredFact[] {
  return Object.entries(facts).map(([key, fact]) => ({ key, fact: toDated(fact) }));
}

function toDated(fact: Fact): Dated<Fact> {
  return fact.kind === 'known' ? dated(fact) : undated(fact);
}

/*
 * What is said of one candidate is said of many, word for word: that there is a background check, that the platform shows no
 * percentage. Each such piece of text is parsed once. A piece is what stands up to the next mark that follows its kind; where a string has such
 * a mark in itself the piece is no JSON, and the whole is read in the plain way.
 */

const factPieces = createPieces((piece): StoredFact | null => {
  const [first, ...more] = Object.entries(JSON.parse(`{${piece}}`) as Facts);
  return first === undefined || more.length > 0 ? null : { key: first[0], fact: toDated(first[1]) };
});

const verdictPieces = createPieces((piece) => dated(JSON.parse(piece) as DatedVerdict));

const platformPieces = createPieces((piece) => ({ platform: JSON.parse(piece) as Candidate['platform'] }));

/** Null: it is not of the usual form. */
function readInPieces(head: string, tail: string, raw: () => JsonValue): StoredCandidate | null {
  const datedAt = head.indexOf(DATED_KEY);
  const facts = datedAt === -1 ? null : readFacts(head, datedAt + DATED_KEY.length);
  const verdicts = facts === null ? null : readVerdicts(head, facts.end);
  if (facts === null || verdicts === null) return null;
  const platformAt = head.indexOf(PLATFORM_KEY, verdicts.end);
  const providerAt = head.indexOf(PROVIDER_KEY, platformAt);
  if (platformAt === -1 || providerAt === -1) return null;
  const platform = platformPieces.read(head.slice(platformAt + PLATFORM_KEY.length, providerAt));
  if (platform === null) return null;
  const rest = head.slice(0, datedAt) + head.slice(verdicts.end, platformAt) + head.slice(providerAt) + tail;
  const plain = { ...(JSON.parse(rest) as Omit<StoredCandidate['plain'], 'platform'>), ...platform };
  return { plain, facts: facts.items, verdicts: verdicts.items, raw };
}

type Read<Item> = { readonly items: readonly Item[]; readonly end: number } | null;

/** `end`: where the verdicts begin. */
function readFacts(text: string, from: number): Read<StoredFact> {
  const items: StoredFact[] = [];
  for (let at = from; ; ) {
    const close = text.indexOf('},"', at);
    if (close === -1) return null;
    const isLast = text.startsWith(VERDICTS_KEY, close + 2);
    const item = close === at && isLast ? undefined : factPieces.read(text.slice(at, isLast ? close : close + 1));
    if (item === null) return null;
    if (item !== undefined) items.push(item);
    if (isLast) return { items, end: close + 2 + VERDICTS_KEY.length };
    at = close + 2;
  }
}

/** `end`: what follows behind `dated`. */
function readVerdicts(text: string, from: number): Read<Dated<DatedVerdict>> {
  if (text.startsWith(']}', from)) return { items: [], end: from + 2 };
  const items: Dated<DatedVerdict>[] = [];
  const end = text.indexOf('}]}', from);
  for (let at = from; at < end; ) {
    const close = text.indexOf('},{', at);
    const to = close === -1 || close > end ? end : close;
    const item = verdictPieces.read(text.slice(at, to + 1));
    if (item === null) return null;
    items.push(item);
    at = to + 2;
  }
  return end === -1 ? null : { items, end: end + 3 };
}

function readOnce<Value>(read: () => Value): () => Value {
  let kept: { readonly value: Value } | undefined;
  return () => {
    kept ??= { value: read() };
    return kept.value;
  };
}
