import type { JsonValue } from '../domain/json.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { DecisionAlone } from '../domain/recorded-run.ts';

/** One place at which a recorded decision and the one taken again are not the same. */
export type Difference = {
  /** `outcome`, `candidate 612`, `intents`. */
  readonly part: string;
  /** Within the part: `criteria[2].verdict`; empty: the part itself. */
  readonly place: string;
  /** Null: it is not there. */
  readonly recorded: JsonValue;
  readonly again: JsonValue;
};

/** Every part that is not the same, candidates aside, each with its first difference; empty: the same to the byte in canonical JSON. */
export function differencesBeside(recorded: DecisionAlone, again: DecisionAlone): readonly Difference[] {
  const { intents: sentThen, ...then } = recorded;
  const { intents: sentNow, ...now } = again;
  return differingMembers(
    { ...then, intents: sentThen.map(toIntent) },
    { ...now, intents: sentNow.map(toIntent) },
    (name) => name,
  );
}

/** The same of the candidates. */
export function differencesAmong(then: Candidates, now: Candidates): readonly Difference[] {
  return differingMembers(byProvider(then), byProvider(now), (id) => `candidate ${id}`);
}

type Candidates = RecordedDecision['candidates'];

/** What became of it afterwards is no part of the decision. */
function toIntent({ n, call, costCents }: RecordedDecision['intents'][number]): JsonValue {
  return { n, call, costCents };
}

/** With its place, so that another order of the slate shows. */
function byProvider(candidates: Candidates): { readonly [provider: string]: JsonValue } {
  return Object.fromEntries(candidates.map((one, place) => [one.providerId, { place, ...one }] as const));
}

type Members = { readonly [name: string]: JsonValue };

function differingMembers(then: Members, now: Members, nameOf: (name: string) => string): readonly Difference[] {
  const names = new Set([...Object.keys(then), ...Object.keys(now)]);
  return [...names].flatMap((name): readonly Difference[] => {
    const found = firstDifference(then[name], now[name], '');
    return found === null ? [] : [{ part: nameOf(name), ...found }];
  });
}

/** A member that is not there and one without a value are the same, as in canonical JSON. */
function firstDifference(
  then: JsonValue | undefined,
  now: JsonValue | undefined,
  place: string,
): Omit<Difference, 'part'> | null {
  if (then === now) return null;
  if (isList(then) && isList(now)) {
    for (let at = 0; at < Math.max(then.length, now.length); at += 1) {
      const found = firstDifference(then[at], now[at], `${place}[${at}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (isObject(then) && isObject(now)) {
    for (const name of new Set([...Object.keys(then), ...Object.keys(now)])) {
      const found = firstDifference(then[name], now[name], place === '' ? name : `${place}.${name}`);
      if (found !== null) return found;
    }
    return null;
  }
  return { place, recorded: then ?? null, again: now ?? null };
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
