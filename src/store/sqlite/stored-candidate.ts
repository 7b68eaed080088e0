import type { Fact, Facts } from '../../domain/fact.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { Candidate, DatedVerdict } from '../../domain/scored-slate.ts';

/** A candidate's body read once, to be given its times as often as it comes back with another decision. */
export type StoredCandidate = {
  readonly plain: Omit<Candidate, 'facts' | 'verdicts' | 'raw'>;
  /** With places in a list of times instead of times. */
  readonly facts: readonly (readonly [string, Fact])[];
  readonly verdicts: readonly DatedVerdict[];
  /** Half of the text and seldom asked for: read when it is. */
  readonly raw: () => JsonValue;
};

/** Of a body's canonical text, in which keys are sorted: `raw` stands before `request`, of which there is no other below. */
export function parseStoredCandidate(text: string): StoredCandidate {
  const from = text.indexOf(RAW_KEY, text.indexOf(PROVIDER_KEY));
  const to = text.lastIndexOf(REQUEST_KEY);
  // A quote inside of a string is escaped, so neither key can be part of what a provider wrote.
  const isWhole = from === -1 || to < from;
  const rest = isWhole ? text : text.slice(0, from) + text.slice(to);
  const { dated, raw, ...plain } = JSON.parse(rest) as Parsed;
  const { facts, verdicts } = dated;
  return {
    plain,
    facts: Object.entries(facts),
    verdicts,
    raw: readOnce(() => (isWhole ? raw : (JSON.parse(text.slice(from + RAW_KEY.length, to)) as JsonValue))),
  };
}

/** As it was recorded, with these times; what it shares with its other returns is the same object. */
export function candidateAt(stored: StoredCandidate, times: readonly number[]): Candidate {
  const facts: { [key: string]: Fact } = {};
  for (const [key, fact] of stored.facts) facts[key] = 'observedAtMs' in fact ? atTime(fact, times) : fact;
  return {
    ...stored.plain,
    facts: facts as Facts,
    verdicts: stored.verdicts.map((verdict) => atTime(verdict, times)),
    get raw() {
      return stored.raw();
    },
  };
}

type Parsed = Omit<Candidate, 'facts' | 'verdicts'> & { readonly dated: Pick<Candidate, 'facts' | 'verdicts'> };

const PROVIDER_KEY = ',"providerId":';
const RAW_KEY = ',"raw":';
const REQUEST_KEY = ',"request":';

function atTime<Dated extends { readonly observedAtMs: number }>(dated: Dated, times: readonly number[]): Dated {
  return { ...dated, observedAtMs: times[dated.observedAtMs] ?? dated.observedAtMs };
}

function readOnce<Value>(read: () => Value): () => Value {
  let kept: { readonly value: Value } | undefined;
  return () => {
    kept ??= { value: read() };
    return kept.value;
  };
}
