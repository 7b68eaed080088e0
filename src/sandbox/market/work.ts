import { draw, integerIn, waitWithMedian } from '../random.ts';
import { HABITS, PROVIDERS, VISITS } from '../world/figures.ts';
import type { Provider, WorkOrder, World } from '../world/nouns.ts';
import type { Visit, WorkReport } from '../world/work-report.ts';
import { isBooked, isBusy } from './calendar.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Nobody arrives sooner than this after being assigned. */
const MIN_APPROACH_MS = 30 * MINUTE_MS;

/** What an assigned provider will do: drop out, stay away, or come. Checked again when it is due. */
export function planWork(world: World, workOrder: WorkOrder, provider: Provider): void {
  const key = [workOrder.id, provider.id, workOrder.openings] as const;
  const event = { workOrderId: workOrder.id, providerId: provider.id, assignedMs: world.nowMs };
  const cancelsAtMs = whenCancelling(world, workOrder, provider);
  if (cancelsAtMs !== null) world.queue.add({ kind: 'provider_cancel', atMs: cancelsAtMs, ...event });
  const isNoShow = draw(world.seed, 'no show', ...key) * 10_000 < provider.habits.noShows;
  const minutesLate = isNoShow ? 60 : lateness(world, workOrder, provider);
  const arrivesMs = Math.max(workOrder.startMs, world.nowMs + MIN_APPROACH_MS) + minutesLate * MINUTE_MS;
  world.queue.add({ kind: isNoShow ? 'no_show' : 'check_in', atMs: arrivesMs, ...event });
}

/** Null: keeps the appointment. Who is booked twice, or was never asked and is busy, gives one back soon. */
function whenCancelling(world: World, workOrder: WorkOrder, provider: Provider): number | null {
  const key = [workOrder.id, provider.id, workOrder.openings] as const;
  const untilStartMs = workOrder.startMs - world.nowMs;
  if (untilStartMs <= 0) return null;
  const unit = draw(world.seed, 'cancels after', ...key);
  const wasAsked = workOrder.requests.get(provider.id)?.state === 'taken';
  if (
    wasAsked && provider.habits.style !== 'bot'
      ? isBooked(world, provider, workOrder)
      : isBusy(world, provider, workOrder)
  ) {
    const minutes = 10 + waitWithMedian(unit, HABITS.doubleBookingMinutes);
    return world.nowMs + Math.min(untilStartMs - 1, Math.round(minutes * MINUTE_MS));
  }
  if (draw(world.seed, 'cancels', ...key) * 10_000 >= provider.habits.cancels) return null;
  const isLate = draw(world.seed, 'cancels late', ...key) < HABITS.lateCancelShare;
  const lastDayMs = Math.max(0, untilStartMs - DAY_MS);
  const [fromMs, toMs] = isLate ? [lastDayMs, untilStartMs] : [0, untilStartMs];
  return world.nowMs + Math.round(fromMs + unit * (toMs - fromMs));
}

/** Most are in time; those who often were not come late more often. */
function lateness(world: World, workOrder: WorkOrder, provider: Provider): number {
  const unit = draw(world.seed, 'late', workOrder.id, provider.id, workOrder.openings) * 100;
  const isLate = unit >= Math.max(provider.onTimePercent, 50);
  return isLate ? 1 + Math.floor(unit % VISITS.maxMinutesLate) : 0;
}

/** The provider is on site and knows when they will leave. */
export function arrive(world: World, workOrder: WorkOrder, provider: Provider): Visit & { readonly outMs: number } {
  const attempt = workOrder.report?.visits.length ?? 0;
  const isWell = isDoneWell(world, workOrder, { provider, attempt });
  const unit = draw(world.seed, 'hours', workOrder.id, provider.id, attempt);
  const percent = integerIn(unit, isWell ? VISITS.wellHoursPercent : VISITS.badlyHoursPercent);
  // Going back for what was missing takes a part of the time.
  const share = attempt === 0 ? percent : percent / 3;
  const minutes = Math.max(15, Math.round((workOrder.laborHours * 60 * share) / 100));
  const minutesLate = attempt === 0 ? Math.max(0, Math.round((world.nowMs - workOrder.startMs) / MINUTE_MS)) : 0;
  return { inMs: world.nowMs, outMs: world.nowMs + minutes * MINUTE_MS, minutesLate };
}

/** What is handed in after the visits so far; what an earlier visit brought stays. */
export function writeReport(
  world: World,
  workOrder: WorkOrder,
  given: { provider: Provider; visits: readonly Visit[] },
): WorkReport {
  const { provider, visits } = given;
  const attempt = visits.length - 1;
  const before = workOrder.report;
  const isWell = isDoneWell(world, workOrder, { provider, attempt });
  const has = (flaw: keyof typeof VISITS.flaws): boolean =>
    draw(world.seed, flaw, workOrder.id, provider.id, attempt) < VISITS.flaws[flaw][isWell ? 'well' : 'badly'];
  const unit = (about: string): number => draw(world.seed, about, workOrder.id, provider.id, attempt);
  const problem = { name: 'Could not complete all of the work', atMs: world.nowMs, isResolved: false };
  const solved = (before?.problems ?? []).map((item) => ({ ...item, isResolved: true }));
  const spent =
    unit('expense') < VISITS.expenseShare ? integerIn(unit('expense amount'), VISITS.expenseDollars) * 100 : 0;
  return {
    visits,
    hasAttachments: before?.hasAttachments === true || !has('missingAttachment'),
    hasFields: before?.hasFields === true || !has('emptyField'),
    hasTasks: before?.hasTasks === true || !has('openTask'),
    problems: has('openProblem') ? [...solved, problem] : solved,
    closingNotes: has('noClosingNotes')
      ? (before?.closingNotes ?? '')
      : 'Work completed and tested; site contact signed off.',
    expenseCents: (before?.expenseCents ?? 0) + spent,
    isDoneWell: isWell,
  };
}

/** When a provider whose work was sent back is there again. */
export function whenBack(world: World, workOrder: WorkOrder): number {
  const attempt = workOrder.report?.visits.length ?? 0;
  const unit = draw(world.seed, 'comes back', workOrder.id, workOrder.assignment?.providerId ?? 0, attempt);
  return world.nowMs + integerIn(unit, VISITS.reworkHours) * HOUR_MS;
}

export function closingDelayMs(world: World, workOrder: WorkOrder, provider: Provider): number {
  return integerIn(draw(world.seed, 'closes', workOrder.id, provider.id), VISITS.closesAfterMinutes) * MINUTE_MS;
}

function isDoneWell(world: World, workOrder: WorkOrder, of: { provider: Provider; attempt: number }): boolean {
  const { provider, attempt } = of;
  const isNew = (provider.completed.get(workOrder.kind.id) ?? 0) < 5;
  const first = provider.habits.quality * (isNew ? PROVIDERS.newTradeQuality : 1);
  const percent = attempt === 0 ? first : VISITS.reworkQualityPercent;
  return draw(world.seed, 'done well', workOrder.id, provider.id, attempt) * 100 < percent;
}
