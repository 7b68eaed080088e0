import type { FactRef } from '../domain/fact.ts';
import { factRef, toKeptNumber } from '../domain/fact.ts';
import { providerId } from '../domain/ids.ts';
import { centsFromUsd } from '../domain/money.ts';
import { type FileReading, quoted, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import { readInnerPart, readPart } from './read-part.ts';
import { readStatedFacts } from './read-stated-facts.ts';
import type { StatedCommitment, StatedFact, StatedWorkOrder, TestedFile } from './rule-test.ts';
import {
  REVIEW_TEST_WORK_ORDER_SHAPE,
  TEST_COMMITMENT_SHAPE,
  TEST_WORK_ORDER_SHAPE,
  WORK_ORDER_SHORTHANDS,
} from './test-shapes.ts';

/** Wednesday noon in Chicago, and a working hour all over the country: no usual quiet hours hold. */
const USUAL_MOMENT_MS = Date.UTC(2027, 0, 6, 18);
const USUAL_COMMITMENT_HOURS = 2;

/** The work order of a test; what it leaves out is filled in where the test is run. */
export function readTestWorkOrder(reading: FileReading, path: JsonPath, tested: TestedFile): StatedWorkOrder | null {
  const dispatch = tested.kind === 'dispatch' ? readInnerPart(reading, path, TEST_WORK_ORDER_SHAPE) : null;
  const said = tested.kind === 'dispatch' ? dispatch : readInnerPart(reading, path, REVIEW_TEST_WORK_ORDER_SHAPE);
  const facts = readStatedFacts(reading, [...path, 'facts'], { scope: 'work_order', tested });
  if (said === null || facts === null) return null;
  const atMs = said.at === undefined ? USUAL_MOMENT_MS : momentMs(said.at);
  if (atMs === null) {
    const what = `There is no such moment as ${quoted(said.at)}`;
    refuse(reading, [...path, 'at'], { code: 'FM-R911', what, fix: 'Write a day of the calendar and a time of day.' });
    return null;
  }
  if (refuseSaidTwice(reading, path, facts)) return null;
  const times = [statedHours('starts_in_hours', dispatch?.starts_in_hours), statedHours('hours', said.hours)];
  return {
    atMs,
    facts: [...facts, ...times.flatMap((one) => one ?? [])],
    payCents: said.pay_usd == null ? said.pay_usd : centsFromUsd(said.pay_usd),
    status: said.status ?? null,
    actions: said.actions ?? null,
    declinedBy: (dispatch?.declined_by ?? []).map(providerId),
  };
}

/** Null: the calendar has no such day, or the day no such time. */
function momentMs(written: string): number | null {
  const ms = Date.parse(written);
  if (Number.isNaN(ms)) return null;
  // Date.parse takes the 30th of February for the 2nd of March.
  const day = written.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? ms : null;
}

function statedHours(name: 'starts_in_hours' | 'hours', value: number | undefined): StatedFact | null {
  if (value === undefined) return null;
  return { ref: factRef(WORK_ORDER_SHORTHANDS[name], null), value: toKeptNumber(value, 'hours') };
}

function refuseSaidTwice(reading: FileReading, path: JsonPath, facts: readonly StatedFact[]): boolean {
  const twice = Object.entries(WORK_ORDER_SHORTHANDS).filter(([name, fact]) => {
    const isSaid = nodeAt(reading.document.root, [...path, name]) !== null;
    return isSaid && facts.some(({ ref }: { readonly ref: FactRef }) => ref.name === fact);
  });
  for (const [name, fact] of twice) {
    const what = `"${name}" says the same as the fact ${fact}`;
    refuseKey(reading, [...path, name], { code: 'FM-R905', what, fix: 'Delete one of the two.' });
  }
  return twice.length > 0;
}

export function readTestCommitment(reading: FileReading, path: JsonPath): StatedCommitment | null {
  const said = readPart(reading, path, TEST_COMMITMENT_SHAPE);
  if (said === null) return null;
  return {
    provider: providerId(said.provider),
    kind: said.kind ?? 'assigned',
    startsInMinutes: toKeptNumber(said.starts_in_hours, 'hours'),
    minutes: toKeptNumber(said.hours ?? USUAL_COMMITMENT_HOURS, 'hours'),
  };
}
