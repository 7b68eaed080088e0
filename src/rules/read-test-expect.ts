import { centsFromUsd } from '../domain/money.ts';
import { REASONS, type ReasonCode } from '../domain/reason-codes.ts';
import { type FileReading, quoted, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { suggestName } from './nearest-name.ts';
import { readInnerPart, readPart } from './read-part.ts';
import type { Expectation, ExpectedCandidate, ExpectedCriteria, TestedFile } from './rule-test.ts';
import { REVIEW_TEST_EXPECT_SHAPE, STATUSES, TEST_EXPECT_CANDIDATE_SHAPE, TEST_EXPECT_SHAPE } from './test-shapes.ts';

export type ExpectTerms = {
  readonly tested: TestedFile;
  /** Providers of the test; null: they are recorded, or could not be read. */
  readonly providers: readonly number[] | null;
};

/** What must come out; null when something of it is wrong. */
export function readTestExpect(reading: FileReading, path: JsonPath, terms: ExpectTerms): Expectation | null {
  const node = nodeAt(reading.document.root, path);
  if (node?.kind === 'object' && node.members.size === 0) {
    const what = 'The test expects nothing, and so would always pass';
    refuse(reading, path, { code: 'FM-R915', what, fix: 'Write what must come out, for example "outcome": "assign".' });
    return null;
  }
  return terms.tested.kind === 'review' ? readOfReview(reading, path, terms) : readOfDispatch(reading, path, terms);
}

function readOfReview(reading: FileReading, path: JsonPath, { tested }: ExpectTerms): Expectation | null {
  const said = readInnerPart(reading, path, REVIEW_TEST_EXPECT_SHAPE);
  const criteria = readCriteria(reading, [...path, 'criteria'], tested);
  const reason = readReason(reading, [...path, 'reason']);
  const holds = readHolds(reading, [...path, 'holds'], tested);
  if (said === null || criteria === null || reason === null || holds === null) return null;
  return { outcome: said.outcome, reason: reason.code, holds: holds.keys, candidates: [], criteria };
}

function readOfDispatch(reading: FileReading, path: JsonPath, terms: ExpectTerms): Expectation | null {
  const said = readInnerPart(reading, path, TEST_EXPECT_SHAPE);
  const candidates = readCandidates(reading, [...path, 'candidates'], terms);
  const reason = readReason(reading, [...path, 'reason']);
  const holds = readHolds(reading, [...path, 'holds'], terms.tested);
  if (said === null || candidates === null || reason === null || holds === null) return null;
  const wrong = [
    ...(['winner', 'runner_up'] as const).filter((key) => isStranger(said[key], terms)),
    ...((said.invited ?? []).some((id) => isStranger(id, terms)) ? (['invited'] as const) : []),
  ];
  for (const key of wrong) refuseStranger(reading, [...path, key], terms);
  const isStageWrong = refuseStage(reading, [...path, 'stage'], terms.tested);
  if (wrong.length > 0 || isStageWrong) return null;
  return {
    outcome: said.outcome,
    reason: reason.code,
    stage: said.stage,
    winner: said.winner,
    runnerUp: said.runner_up,
    invited: said.invited === undefined ? undefined : [...said.invited].sort((a, b) => a - b),
    costCents: said.cost_usd === undefined ? undefined : centsFromUsd(said.cost_usd),
    holds: holds.keys,
    candidates,
    criteria: [],
  };
}

function isStranger(id: number | null | undefined, { providers }: ExpectTerms): boolean {
  return id != null && providers !== null && !providers.includes(id);
}

function refuseStranger(reading: FileReading, path: JsonPath, { providers }: ExpectTerms): void {
  const node = nodeAt(reading.document.root, path);
  const what = `${String(path.at(-1))} is ${quoted(node === null ? null : toJsonValue(node))}, and no candidate of the test has that id`;
  refuse(reading, path, { code: 'FM-R907', what, fix: chooseProvider(providers ?? []) });
}

function chooseProvider(providers: readonly number[]): string {
  if (providers.length === 0) return 'Add the candidate to the test.';
  return `Write one of ${providers.slice(0, 14).join(', ')}, or add the candidate to the test.`;
}

function refuseStage(reading: FileReading, path: JsonPath, { stages }: TestedFile): boolean {
  const node = nodeAt(reading.document.root, path);
  const stage = node?.kind === 'scalar' ? node.value : null;
  if (stages === null || typeof stage !== 'number' || stage <= stages.length) return false;
  const what = `There is no stage ${stage}: the file has ${stages.length}`;
  refuse(reading, path, { code: 'FM-R910', what, fix: `Write a number from 1 to ${stages.length}.` });
  return true;
}

function readCandidates(reading: FileReading, path: JsonPath, terms: ExpectTerms): readonly ExpectedCandidate[] | null {
  const node = nodeAt(reading.document.root, path);
  if (node === null) return [];
  if (node.kind !== 'object') return null;
  const read = [...node.members.keys()].map((key) => readCandidate(reading, [...path, key], terms));
  const whole = read.filter((one) => one !== null);
  return whole.length < read.length ? null : whole;
}

function readCandidate(reading: FileReading, path: JsonPath, terms: ExpectTerms): ExpectedCandidate | null {
  const id = Number(path.at(-1));
  const isProvider = Number.isSafeInteger(id) && !isStranger(id, terms);
  if (!isProvider) {
    const what = `The test has no candidate ${quoted(path.at(-1))}`;
    refuseKey(reading, path, { code: 'FM-R907', what, fix: chooseProvider(terms.providers ?? []) });
  }
  const said = readPart(reading, path, TEST_EXPECT_CANDIDATE_SHAPE);
  const criteria = readCriteria(reading, [...path, 'criteria'], terms.tested);
  const codes = readCodes(reading, [...path, 'blocked_by']);
  if (said === null || criteria === null || codes === null || !isProvider) return null;
  return {
    id,
    pointsMilli: said.points === undefined ? undefined : Math.round(said.points * 1000),
    maxPoints: said.max_points,
    isMatch: said.is_match,
    isEligible: said.eligible,
    blockedBy: codes.codes,
    rank: said.rank,
    criteria,
  };
}

function readCriteria(reading: FileReading, path: JsonPath, tested: TestedFile): ExpectedCriteria | null {
  const node = nodeAt(reading.document.root, path);
  if (node === null) return [];
  if (node.kind !== 'object') return null;
  const read = [...node.members].map(([key, { node: value }]) => {
    const written = toJsonValue(value);
    const isKnown = isCriterion(reading, [...path, key], tested);
    const status = STATUSES.find((one) => one === written);
    if (status !== undefined) return isKnown ? { key, status } : null;
    const fix = suggestName(String(written), STATUSES);
    refuse(reading, [...path, key], { code: 'FM-R918', what: `There is no status ${quoted(written)}`, fix });
    return null;
  });
  const whole = read.filter((one) => one !== null);
  return whole.length < read.length ? null : whole;
}

/** The last step of the path is the key, as a name or in a list. */
function isCriterion(reading: FileReading, path: JsonPath, { criteria }: TestedFile): boolean {
  const node = nodeAt(reading.document.root, path);
  const last = path.at(-1);
  const key = typeof last === 'number' && node !== null ? toJsonValue(node) : last;
  if (criteria === null || criteria.some((criterion) => criterion.key === key)) return true;
  const what = `The file has no criterion with the key ${quoted(key)}`;
  const fix = suggestName(
    String(key),
    criteria.map((criterion) => criterion.key),
  );
  refuseKey(reading, path, { code: 'FM-R908', what, fix });
  return false;
}

/** `keys` undefined: not said. */
function readHolds(
  reading: FileReading,
  path: JsonPath,
  tested: TestedFile,
): { readonly keys: readonly string[] | undefined } | null {
  const texts = textsAt(reading, path);
  if (texts === null) return { keys: undefined };
  const isWhole = texts.map((_, place) => isCriterion(reading, [...path, place], tested)).every((one) => one);
  return isWhole ? { keys: [...texts].sort() } : null;
}

function readCodes(reading: FileReading, path: JsonPath): { readonly codes: readonly string[] | undefined } | null {
  const texts = textsAt(reading, path);
  if (texts === null) return { codes: undefined };
  const isWhole = texts.map((_, place) => isReasonCode(reading, [...path, place])).every((one) => one);
  return isWhole ? { codes: [...texts].sort() } : null;
}

/** `code` undefined: not said, or no text, which its shape has reported. Null: no such code. */
export function readReason(reading: FileReading, path: JsonPath): { readonly code: ReasonCode | undefined } | null {
  const node = nodeAt(reading.document.root, path);
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return { code: undefined };
  const { value } = node;
  const code = REASON_CODES.find((one) => one === value);
  return isReasonCode(reading, path) ? { code } : null;
}

function isReasonCode(reading: FileReading, path: JsonPath): boolean {
  const node = nodeAt(reading.document.root, path);
  const value = node === null ? null : toJsonValue(node);
  if (REASON_CODES.some((code) => code === value)) return true;
  const fix = `${suggestCode(String(value))} All are in docs/reason-codes.md.`;
  refuse(reading, path, { code: 'FM-R909', what: `There is no reason code ${quoted(value)}`, fix });
  return false;
}

const REASON_CODES = Object.keys(REASONS).filter((code): code is ReasonCode => Object.hasOwn(REASONS, code));

function suggestCode(written: string): string {
  const bare = /(\d{4})$/.exec(written)?.[1];
  const meant = REASON_CODES.find((code) => code === `FM-${bare}`);
  return meant === undefined ? 'Write one such as "FM-1001".' : `Did you mean "${meant}"?`;
}

/** Null: no list of texts, which the part's own shape has reported where it is there. */
function textsAt(reading: FileReading, path: JsonPath): readonly string[] | null {
  const node = nodeAt(reading.document.root, path);
  if (node?.kind !== 'array') return null;
  const texts = node.items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
  );
  return texts.length === node.items.length ? texts : null;
}
