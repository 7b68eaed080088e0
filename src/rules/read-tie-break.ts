import type { TieBreak, TieBreakField } from '../domain/rule-file.ts';
import { type FileReading, quoted, refuse } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { chooseFrom, nearestName } from './nearest-name.ts';

/** What each field puts first when the file does not say. */
export const TIE_BREAK_DEFAULTS: { readonly [field in TieBreakField]: 'asc' | 'desc' } = {
  points: 'desc',
  total_pay: 'asc',
  assigned_7d: 'asc',
  distance: 'asc',
  requested_at: 'asc',
  rating: 'desc',
  worked_with: 'desc',
  provider_id: 'asc',
};

/** What each field compares. */
export const TIE_BREAK_DOCS: { readonly [field in TieBreakField]: string } = {
  points: 'The points the criteria give.',
  total_pay: 'What the work order costs with this provider, a counter-offer at its price.',
  assigned_7d: 'How many work orders the provider already has in the seven days that end with the day of this one.',
  distance: 'How far the provider is from the work address.',
  requested_at: 'When the provider asked for it.',
  rating: "The provider's stars over all companies.",
  worked_with: 'Whether the provider has worked for your company before.',
  provider_id: 'The provider id: nobody shares one, so it decides what is still equal. It must come last.',
};

export const TIE_BREAK_FIELDS: readonly TieBreakField[] = [
  'points',
  'total_pay',
  'assigned_7d',
  'distance',
  'requested_at',
  'rating',
  'worked_with',
  'provider_id',
];

/** When the file names none. */
const DEFAULT_TIE_BREAK: readonly TieBreak[] = (
  ['points', 'total_pay', 'assigned_7d', 'distance', 'requested_at', 'provider_id'] as const
).map((by) => ({ by, direction: TIE_BREAK_DEFAULTS[by] }));

/** The order among eligible candidates; null: wrong, and reported. */
export function readTieBreak(reading: FileReading, path: JsonPath): readonly TieBreak[] | null {
  const node = nodeAt(reading.document.root, path);
  if (node === null) return DEFAULT_TIE_BREAK;
  // Anything but a list has been reported with the shape of the decision.
  if (node.kind !== 'array' || node.items.length === 0) return null;
  const read = node.items.map((_, place) => readStep(reading, [...path, place]));
  const steps = read.filter((step) => step !== null);
  const repeated = steps.flatMap(({ by }, place) => (steps.findIndex((step) => step.by === by) < place ? [place] : []));
  for (const place of repeated) {
    const what = `${quoted(steps[place]?.by)} is there twice`;
    refuse(reading, [...path, place], { code: 'FM-R503', what, fix: 'Delete one of the two.' });
  }
  if (steps.length < read.length || repeated.length > 0) return null;
  if (steps.at(-1)?.by === 'provider_id') return steps;
  const what = 'The order is not total: two candidates could still be equal at its end';
  refuse(reading, [...path, read.length - 1], {
    code: 'FM-R504',
    what,
    fix: 'Add "provider_id:asc" at the end of tie_break.',
  });
  return null;
}

function readStep(reading: FileReading, path: JsonPath): TieBreak | null {
  const node = nodeAt(reading.document.root, path);
  const written = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
  const [field = '', direction, ...rest] = (written ?? '').split(':');
  const by = TIE_BREAK_FIELDS.find((each) => each === field);
  if (by !== undefined && rest.length === 0) {
    if (direction === undefined) return { by, direction: TIE_BREAK_DEFAULTS[by] };
    if (direction === 'asc' || direction === 'desc') return { by, direction };
  }
  const nearest = by ?? nearestName(field, TIE_BREAK_FIELDS);
  const fix =
    nearest === null
      ? chooseFrom(TIE_BREAK_FIELDS)
      : `Did you mean "${nearest}", "${nearest}:asc" or "${nearest}:desc"?`;
  const what = `There is no tie-break ${quoted(node === null ? null : toJsonValue(node))}`;
  refuse(reading, path, { code: 'FM-R502', what, fix });
  return null;
}
