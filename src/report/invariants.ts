import { brokenBooking, findSecondAssignments, suspectBookings } from '../analysis/broken-bookings.ts';
import { findOverspending, type Overspending } from '../analysis/broken-money.ts';
import { findBrokenWrites } from '../analysis/broken-writes.ts';
import { findExcluded, fromFaultyRows, inOrder } from '../analysis/invariants.ts';
import { isWithin } from '../analysis/provider-share.ts';
import { readRecordedBatch } from '../analysis/recorded-batch.ts';
import { type RecordedFiles, readRecordedFiles } from '../analysis/recorded-rule-files.ts';
import { DAY_MS, dayOf } from '../analysis/spend.ts';
import { FINDING_REMEDIES, type Finding } from '../domain/finding.ts';
import type { SentWork } from '../domain/sent-work.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { readCaps } from './money-caps.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, writtenTime } from './report.ts';

const { column, wide, cut } = columnsOf<Finding>();

const COLUMNS: readonly ReportColumn<Finding>[] = [
  column('at_utc', 'When it happened.', (row) => writtenTime(row.atMs)),
  column('finding', 'What kind of thing it is.', (row) => row.kind),
  column('decision', 'The decision behind it, for explain.', (row) => row.decisionId),
  column('work_order', 'Work order id.', (row) => row.workOrderId),
  column('provider', 'Whom it concerns; empty: nobody in particular.', (row) => row.providerId),
  column('rule_file', 'The rule file that decided; empty: a person by hand.', (row) => row.ruleFileId),
  cut('what', 'What is wrong.', { length: 100, cell: (row) => row.what }),
  wide('remedy', 'What to do.', (row) => FINDING_REMEDIES[row.kind]),
];

export const invariantsReport = defineReport({
  name: 'invariants',
  summary:
    'What must never happen, looked for in the ledger alone; it must be empty. What people did by hand counts for the limits, and is held to none but those that hold for everybody: one assignment at a time, pauses, exclusions, and the order of claims and effects.',
  columns: COLUMNS,
  remedy:
    'None of this may happen. Pause acting (`fieldmarshal pause --because …`) until it is understood; --format json has the remedy of each.',
  mustBeEmpty: true,
  filters: EVERY_FILTER,
  answers: [9],
  load: findAll,
});

/** Limits are counted over everything, and what was asked for is taken from what is found. */
async function findAll(reader: LedgerReader, query: LedgerQuery): Promise<readonly Finding[]> {
  const { figures } = reader;
  const works = await figures.sentWork({ clientId: null, projectId: null });
  const intents = works.flatMap((work) => work.intents);
  const files = await readRecordedFiles(
    intents.map(({ ruleFileHash }) => ruleFileHash),
    (hash) => reader.ruleFileText(hash),
  );
  const counters = intents.filter(({ call, ruleFileHash }) => {
    return call.kind === 'accept_counter' && hasCounterLimit(files, ruleFileHash);
  });
  const baseCents = await figures.basePay(counters.map(({ decisionRow }) => decisionRow));
  const found = inOrder([
    ...findBrokenWrites(works, { files, baseCents }),
    ...findSecondAssignments(works),
    ...(await findOverbooked(reader, works, files)),
    ...(await findOverspent(reader, works, { files, asked: query })),
    ...findExcluded(works, await figures.directives()),
    ...fromFaultyRows(await figures.faultyRows(), works),
  ]);
  const asked = await figures.workOrdersOf(query);
  return found.filter(
    (one) =>
      isWithin(one.atMs, query) &&
      (asked === null || asked.has(one.workOrderId)) &&
      (query.ruleFileId === null || one.ruleFileId === query.ruleFileId) &&
      (query.providerId === null || one.providerId === query.providerId),
  );
}

function hasCounterLimit(files: RecordedFiles, hash: SentWork['intents'][number]['ruleFileHash']): boolean {
  const found = hash === null ? undefined : files.get(hash);
  return found?.kind === 'dispatch' && found.file.guardrails.pay.maxCounterOverBasePercent !== null;
}

/** Bodies that are looked into at most: with more than so many findings nobody asks any more which one is none. */
const MAX_BODIES = 200;

async function findOverbooked(
  reader: LedgerReader,
  works: readonly SentWork[],
  files: RecordedFiles,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const [n, suspicion] of suspectBookings(works, files).entries()) {
    const batch = n < MAX_BODIES ? await reader.figures.batch(suspicion.assignment.intent.decisionRow) : null;
    found.push(...brokenBooking(suspicion, batch));
  }
  return found;
}

/** The first of each day and limit that nobody had approved: `approve run` lifts limits for what that run wanted. */
async function findOverspent(
  reader: LedgerReader,
  works: readonly SentWork[],
  { files, asked: { sinceMs, untilMs } }: { readonly files: RecordedFiles; readonly asked: LedgerQuery },
): Promise<readonly Finding[]> {
  const claims = works.flatMap(({ intents }) => intents.flatMap(({ claimedAtMs }) => claimedAtMs));
  const isAsked = (dayMs: number) =>
    (sinceMs === null || dayMs + DAY_MS > sinceMs) && (untilMs === null || dayMs < untilMs);
  const days = new Set(claims.map(dayOf).filter(isAsked));
  const capOf = await readCaps(reader, works, days);
  const byLimit = Map.groupBy(
    findOverspending(works, { files, capOf, days }),
    ({ dayMs, ruleFileId }) => `${dayMs} ${ruleFileId ?? ''}`,
  );
  const found: Finding[] = [];
  let bodies = 0;
  for (const all of byLimit.values()) {
    for (const one of all) {
      bodies += 1;
      if (bodies <= MAX_BODIES && (await isAllowed(reader, one))) continue;
      found.push(one.finding);
      break;
    }
  }
  return found;
}

/**
 * By what that very run recorded: the limit of the configuration may have been another, people may have let it go, and the run
 * may have found open again what the ledger learns of only with the next decision of that work order.
 */
async function isAllowed(reader: LedgerReader, over: Overspending): Promise<boolean> {
  const { intent, ruleFileId, cents, cap, leaving } = over;
  const read = readRecordedBatch(await reader.figures.batch(intent.decisionRow));
  if (read.kind !== 'dispatch') return false;
  const { approved, limits, committedTodayByWorkOrder: counted, lacks } = read.batch;
  if (approved !== null) return true;
  const gone = [...leaving].filter(([id]) => id !== intent.workOrderId && counted[id] === undefined);
  const known = lacks.includes('committedTodayByWorkOrder')
    ? cents
    : gone.reduce((sum, [, amount]) => sum - amount, cents);
  return known <= (ruleFileId === null ? limits.maxDailyTotalCents : cap);
}
