import type { Criterion, OnMissing } from '../domain/rule-file.ts';
import { type FileReading, quoted, refuse } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { chooseFrom, suggestName } from './nearest-name.ts';
import { readPart } from './read-part.ts';
import { ON_MISSING, ON_MISSING_SHAPE } from './shapes.ts';

/** One word for all kinds of candidates, or one for each; what is left out is `platform`. Null: wrong, and reported. */
export function readOnMissing(reading: FileReading, path: JsonPath): Criterion['onMissing'] | null {
  const node = nodeAt(reading.document.root, path);
  if (node === null) return forAll('platform');
  if (node.kind === 'object') {
    const shape = readPart(reading, path, ON_MISSING_SHAPE);
    if (shape === null) return null;
    const { request = 'platform', routed = 'platform', bench = 'platform' } = shape;
    return { request, routed, bench };
  }
  const word = node.kind === 'scalar' ? ON_MISSING.find((each) => each === node.value) : undefined;
  if (word !== undefined) return forAll(word);
  const value = toJsonValue(node);
  const isText = typeof value === 'string';
  refuse(reading, path, {
    code: isText ? 'FM-R206' : 'FM-R203',
    what: `on_missing is ${quoted(value)}`,
    fix: isText ? suggestName(value, ON_MISSING) : chooseFrom(ON_MISSING),
  });
  return null;
}

function forAll(word: OnMissing): Criterion['onMissing'] {
  return { request: word, routed: word, bench: word };
}
