import { providerId } from '../domain/ids.ts';
import type { Stage } from '../domain/rule-file.ts';
import { type FileReading, type Mistake, refuse } from './file-reading.ts';
import type { JsonPath } from './json-document.ts';
import { readPart } from './read-part.ts';
import { readReason } from './read-test-expect.ts';
import type { EarlierAttempt, TestedFile } from './rule-test.ts';
import { TEST_EARLIER_SHAPE } from './test-shapes.ts';

/** What a stage of the file has tried before the test's moment. */
export function readEarlier(reading: FileReading, path: JsonPath, { stages }: TestedFile): EarlierAttempt | null {
  const said = readPart(reading, path, TEST_EARLIER_SHAPE);
  const reason = readReason(reading, [...path, 'reason']);
  if (said === null || reason === null) return null;
  const { stage, to = [] } = said;
  const mistake = stages === null ? null : mistakeIn({ stage, to }, stages);
  if (mistake !== null) {
    refuse(reading, [...path, mistake.at], mistake);
    return null;
  }
  return {
    stage,
    minutesAgo: said.minutes_ago,
    to: to.map(providerId),
    ended: said.ended ?? 'confirmed',
    reason: reason.code ?? null,
  };
}

/** How many providers the writes of a stage name: exactly one, some, or none; null: it writes nothing. */
const NAMES: { readonly [what in Stage['do']]: 'one' | 'some' | 'none' | null } = {
  assign: 'one',
  route: 'one',
  mass_route: 'some',
  mass_route_pool: 'none',
  publish: 'none',
  unpublish: 'none',
  auto_dispatch: 'none',
  hold: null,
};

function mistakeIn(
  { stage, to }: { readonly stage: number; readonly to: readonly number[] },
  stages: readonly Pick<Stage, 'do'>[],
): (Mistake & { readonly at: string }) | null {
  const what = stages[stage - 1]?.do;
  if (what === undefined) {
    const found = `There is no stage ${stage}: the file has ${stages.length}`;
    return { at: 'stage', code: 'FM-R910', what: found, fix: `Write a number from 1 to ${stages.length}.` };
  }
  const names = NAMES[what];
  if (names === null) {
    const fix = 'Delete the entry, or name the stage that acted.';
    return { at: 'stage', code: 'FM-R913', what: `Stage ${stage} holds, and so has never done anything`, fix };
  }
  const isRight = names === 'none' ? to.length === 0 : names === 'one' ? to.length === 1 : to.length > 0;
  if (isRight) return null;
  const fix = {
    none: 'Delete "to".',
    one: 'Write "to" with one provider id: [801].',
    some: 'Write "to" with those who were invited: [801, 802].',
  }[names];
  return { at: 'to', code: 'FM-R913', what: `Stage ${stage} (${what}) names ${to.length} provider(s)`, fix };
}
