import { findCriterion, findFact } from '../criteria/catalog.ts';
import { factsIn } from '../domain/condition-facts.ts';
import { plainName } from '../domain/plain-name.ts';
import { type FileReading, quoted, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { suggestName } from './nearest-name.ts';
import type { StatedCandidate, TestedFile } from './rule-test.ts';

/** The fact that asks for the platform's verdict of any criterion by name, also of ones that the file has not. */
const VERDICT_FACT = 'fn.criterion';

/** `"platform": {"cancel_rate": "match"}`: Field Nation's own verdicts; null when one is wrong. */
export function readPlatformVerdicts(
  reading: FileReading,
  path: JsonPath,
  tested: TestedFile,
): StatedCandidate['platform'] | null {
  const node = nodeAt(reading.document.root, path);
  if (node === null) return [];
  if (node.kind !== 'object') return null;
  const read = [...node.members].map(([name, { node: value }]) => {
    const label = labelOf(name, tested);
    const written = toJsonValue(value);
    if (label === null) refuseName(reading, [...path, name], tested);
    if (written !== 'match' && written !== 'no_match') {
      const what = `The platform's verdict is ${quoted(written)}`;
      refuse(reading, [...path, name], { code: 'FM-R918', what, fix: 'Write "match" or "no_match".' });
      return null;
    }
    return label === null ? null : { label, isMatch: written === 'match' };
  });
  const whole = read.filter((one) => one !== null);
  return whole.length < read.length ? null : whole;
}

/** A criterion of the file by key or label, else a name that one of its conditions asks the platform's verdict of. */
function labelOf(name: string, { criteria }: TestedFile): string | null {
  if (criteria === null) return name;
  const own = criteria.find(({ key, label }) => key === name || plainName(label) === plainName(name));
  if (own !== undefined) return own.label;
  const asked = criteria
    .flatMap(({ when }) => factsIn(when))
    .filter((ref) => ref.name === VERDICT_FACT && findFact(ref.name) !== null)
    .map((ref) => String(ref.params?.['name'] ?? ''));
  const meant = asked.find((one) => plainName(one) === plainName(name));
  return meant === undefined ? null : (findCriterion(meant)?.definition.label ?? meant);
}

function refuseName(reading: FileReading, path: JsonPath, { criteria }: TestedFile): void {
  const what = `The file has no criterion ${quoted(path.at(-1))} whose verdict could be taken`;
  const fix = suggestName(
    String(path.at(-1)),
    (criteria ?? []).map(({ key }) => key),
  );
  refuseKey(reading, path, { code: 'FM-R908', what, fix });
}
