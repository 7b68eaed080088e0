import { isTooClose } from '../decide/bookings.ts';
import type { Commitment } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Guardrails } from '../domain/rule-file.ts';
import { assignmentsOf, confirmedAssignments, type OurAssignment, type SentWork } from '../domain/sent-work.ts';
import { boundProviders } from '../domain/write-call.ts';
import { toFinding } from './broken-writes.ts';
import { readRecordedBatch } from './recorded-batch.ts';
import type { RecordedFiles } from './recorded-rule-files.ts';

const DAY_MS = 86_400_000;

/** Two assignments of ours on one work order at once: whoever made them, and whether or not it is the same provider who was sent it twice. */
export function findSecondAssignments(works: readonly SentWork[]): readonly Finding[] {
  return works.flatMap((work) => {
    const all = confirmedAssignments(work);
    return all.flatMap((later, place) => {
      const before = all.slice(0, place).find((earlier) => {
        const isSame = earlier.providerId === later.providerId;
        // Seen to be done already and never sent, or an invitation that was accepted on the way: one assignment told twice.
        const isOne = isSame && !(wasSent(earlier) && wasSent(later));
        return earlier.episode === later.episode && !isOne && isStanding(earlier, later.atMs);
      });
      if (before === undefined) return [];
      const { atMs, providerId, intent } = later;
      const what = `Assigned to provider ${providerId} while our assignment of provider ${before.providerId} stood.`;
      return [toFinding('assigned_twice', intent, { atMs, providerId, what })];
    });
  });
}

function wasSent({ isDirect, intent }: OurAssignment): boolean {
  return isDirect && intent.claimedAtMs.length > 0;
}

function isStanding({ ended }: OurAssignment, atMs: number): boolean {
  return ended === null || ended.atMs > atMs;
}

/** Another work order of the same provider, at the time and on the day that count for it. */
type Booking = { readonly assignment: OurAssignment; readonly times: Times };
type Times = Pick<Commitment, 'startMs' | 'endMs' | 'localDate'>;

/** A provider bound by a rule file to one more work order, and what it was bound to right before. */
export type Suspicion = {
  readonly assignment: OurAssignment;
  readonly limits: Guardrails['perProvider'];
  readonly others: readonly Booking[];
};

/**
 * Where a rule file bound a provider who was too busy by the times that our ledger knows; times may have changed on the platform
 * since, which `brokenBooking` is told of.
 */
export function suspectBookings(works: readonly SentWork[], files: RecordedFiles): readonly Suspicion[] {
  const byProvider = Map.groupBy(works.flatMap(assignmentsOf), ({ providerId }) => providerId);
  return [...byProvider.values()].flatMap((all) =>
    all.length < 2 ? [] : all.flatMap((assignment) => suspect(assignment, all, files)),
  );
}

function suspect(assignment: OurAssignment, all: readonly OurAssignment[], files: RecordedFiles): readonly Suspicion[] {
  const { intent, providerId, work } = assignment;
  const found = intent.ruleFileHash === null ? undefined : files.get(intent.ruleFileHash);
  // Whom the platform has chosen out of a pool, no limit of ours could know.
  if (found?.kind !== 'dispatch' || !boundProviders(intent.call).includes(providerId)) return [];
  const others = all
    .filter(
      (other) => other.work !== work && isBoundBefore(other, assignment) && isStanding(other, boundAt(assignment)),
    )
    .map((other) => ({ assignment: other, times: other.intent }));
  const suspicion = { assignment, limits: found.file.guardrails.perProvider, others };
  return brokenBooking(suspicion, null).length === 0 ? [] : [suspicion];
}

/** From the claim on, which of an accepted route is its invitation's. */
function boundAt({ intent, atMs }: OurAssignment): number {
  return intent.claimedAtMs[0] ?? atMs;
}

function isBoundBefore(other: OurAssignment, than: OurAssignment): boolean {
  const [a, b] = [boundAt(other), boundAt(than)];
  return a < b || (a === b && other.intent.decisionRow < than.intent.decisionRow);
}

/** `batch`: what the run of the later assignment recorded of the platform's own times; null: nothing. */
export function brokenBooking({ assignment, limits, others: known }: Suspicion, batch: JsonValue): readonly Finding[] {
  const { intent, providerId } = assignment;
  const others = known.map((other) => asShown(other, batch));
  const find = (kind: Finding['kind'], what: string) =>
    toFinding(kind, intent, { providerId, atMs: boundAt(assignment), what });
  const clash = others.find(({ times }) => isTooClose(intent, times, limits.travelBufferMinutes * 60_000));
  const day = dayNumber(intent.localDate);
  const days = others.flatMap(({ times }) => dayNumber(times.localDate) ?? []);
  const onDay = days.filter((other) => other === day).length;
  const inWeek = day === null ? 0 : fullestWeek(days, day);
  return [
    ...(limits.forbidOverlap && clash !== undefined
      ? [
          find(
            'double_booked',
            `Provider ${providerId} already had work order ${clash.assignment.work.workOrderId} at that time (with ${limits.travelBufferMinutes} min to travel).`,
          ),
        ]
      : []),
    ...(limits.perDay !== null && day !== null && onDay >= limits.perDay
      ? [
          find(
            'over_per_day',
            `Provider ${providerId} already had ${onDay} that day; the file allows ${limits.perDay}.`,
          ),
        ]
      : []),
    ...(limits.per7Days !== null && inWeek >= limits.per7Days
      ? [
          find(
            'over_per_7_days',
            `Provider ${providerId} already had ${inWeek} in seven days; the file allows ${limits.per7Days}.`,
          ),
        ]
      : []),
  ];
}

/** As the platform showed it when the later one was decided; as it was decided on where the platform did not show it. */
function asShown({ assignment, times }: Booking, batch: JsonValue): Booking {
  const read = batch === null ? null : readRecordedBatch(batch);
  const shown =
    read?.kind !== 'dispatch'
      ? undefined
      : read.batch.commitments.find(({ workOrderId, providerId }) => {
          return workOrderId === assignment.work.workOrderId && providerId === assignment.providerId;
        });
  return { assignment, times: shown ?? times };
}

function fullestWeek(days: readonly number[], day: number): number {
  const firsts = Array.from({ length: 7 }, (_, back) => day - back);
  return Math.max(...firsts.map((first) => days.filter((other) => other >= first && other < first + 7).length));
}

function dayNumber(localDate: string | null): number | null {
  return localDate === null ? null : Date.parse(`${localDate}T00:00:00Z`) / DAY_MS;
}
