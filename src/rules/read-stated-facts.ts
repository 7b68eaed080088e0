import { CRITERIA, FACTS } from '../criteria/catalog.ts';
import { giveFact } from '../criteria/given-fact.ts';
import { factsIn } from '../domain/condition-facts.ts';
import type { JsonValue } from '../domain/json.ts';
import { type FileReading, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { nearestName } from './nearest-name.ts';
import type { RuleProblemCode } from './problem-codes.ts';
import { numberIn } from './read-part.ts';
import type { StatedFact, TestedFile } from './rule-test.ts';

type Scope = 'work_order' | 'candidate';

/** The facts of a test's work order or candidate; null when one is wrong, and all that are are reported. */
export function readStatedFacts(
  reading: FileReading,
  path: JsonPath,
  { scope, tested }: { readonly scope: Scope; readonly tested: TestedFile },
): readonly StatedFact[] | null {
  const node = nodeAt(reading.document.root, path);
  if (node === null) return [];
  if (node.kind !== 'object') return null;
  const stated = [...node.members].map(([key, { node: value }]) => {
    const own = keyOfCriterion(key, tested);
    return readOne(reading, [...path, key], { own, written: toJsonValue(value), scope });
  });
  const whole = stated.filter((one) => one !== null);
  const repeated = whole.findIndex(({ ref }, place) =>
    whole.slice(0, place).some((other) => other.ref.key === ref.key),
  );
  if (repeated !== -1 && whole.length === stated.length) {
    const key = [...node.members.keys()][repeated] ?? '';
    const what = `${key} is another name of a fact that is given already`;
    refuseKey(reading, [...path, key], { code: 'FM-R905', what, fix: 'Delete one of the two.' });
    return null;
  }
  return whole.length < stated.length ? null : whole;
}

const CODES: { readonly [wrong in 'name' | 'params' | 'value']: RuleProblemCode } = {
  name: 'FM-R901',
  params: 'FM-R902',
  value: 'FM-R903',
};

function readOne(
  reading: FileReading,
  path: JsonPath,
  { own, written, scope }: { readonly own: string | null; readonly written: JsonValue; readonly scope: Scope },
): StatedFact | null {
  const key = String(path.at(-1));
  const given = giveFact(own ?? key, written);
  if ('what' in given) {
    const at = given.wrong === 'value' ? refuse : refuseKey;
    at(reading, path, {
      code: CODES[given.wrong],
      what: inWords(given.what, own, key),
      fix: mendingOf(given, { key, written }),
    });
    return null;
  }
  if (given.definition.scope === scope) return { ref: given.ref, value: given.value };
  const where = scope === 'work_order' ? 'a candidate' : 'the work order';
  const what = `${given.ref.name} is a fact of ${where}`;
  const fix = scope === 'work_order' ? "Put it into a candidate's facts." : 'Put it into work_order.facts.';
  refuseKey(reading, path, { code: 'FM-R904', what, fix });
  return null;
}

/** A criterion of the file that compares one fact stands for that fact, and its name for what it is there. */
function keyOfCriterion(key: string, { criteria }: TestedFile): string | null {
  const when = criteria?.find((criterion) => criterion.key === key)?.when;
  const keys = when === undefined ? [] : [...new Set(factsIn(when).map((ref) => ref.key))];
  return keys.length === 1 ? (keys[0] ?? null) : null;
}

function mendingOf(
  { wrong, fix }: { readonly wrong: string; readonly fix: string },
  { key, written }: { readonly key: string; readonly written: JsonValue },
): string {
  if (wrong === 'value') {
    const meant = numberIn(written);
    return meant === null ? fix : `Write ${meant}, or another number of that kind, without quotes.`;
  }
  const nearest = wrong === 'name' ? nearestName(key.replace(/\{.*$/s, ''), FACT_NAMES) : null;
  return nearest === null ? fix : `Did you mean "${nearest}"?`;
}

const FACT_NAMES = [...FACTS.map(({ name }) => name), ...CRITERIA.map(({ key }) => key)];

/** With the name that the test uses. */
function inWords(what: string, own: string | null, key: string): string {
  return (own === null ? what : what.replace(own, () => key)).replace(/^there is/, 'There is');
}
