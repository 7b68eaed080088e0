import type { Log } from '../log.ts';
import type { DaemonClock, Stop } from './clock.ts';
import type { RunAsked } from './perform-run.ts';
import type { Schedule } from './schedule.ts';

type WorkOrderId = NonNullable<RunAsked['only']>[number];

/** Work orders that somebody said are worth a look now; ascending. `all`: too many to name. */
export type Hinted = readonly WorkOrderId[] | 'all';

/** As the configuration's limits of the same names. */
export type HintLimits = {
  readonly webhookDebounceMs: number;
  readonly webhookMaxWaitMs: number;
  readonly maxWebhookRunsPerHour: number;
  readonly maxHintedWorkOrders: number;
};

export type HintsParts = {
  readonly clock: DaemonClock;
  readonly schedule: Schedule;
  readonly limits: HintLimits;
  readonly log: Pick<Log, 'warn'>;
  /** Begins a run, which takes the hints; false while another is under way or none may begin any more. */
  readonly begin: () => boolean;
};

/**
 * Hints only say when and where to look; what is true, a run reads. They wait until none has come for a while, and not
 * longer than another while; a scheduled run that is near or comes first takes them along.
 */
export type Hints = {
  readonly note: (workOrderId: WorkOrderId) => void;
  /** For the run that begins now: everything noted so far. */
  readonly take: () => Hinted;
  /** That run did not get to look: whichever comes next takes them, and they wake none. */
  readonly giveBack: (hinted: Hinted) => void;
  /** A run is over: what had to wait for it has its turn. */
  readonly runEnded: () => void;
  readonly waiting: () => number;
  readonly stop: Stop;
};

type Book = {
  /** Too many to name: `all`. */
  ids: Set<WorkOrderId> | 'all';
  /** On the monotonic clock: when a run is due; null: none is. */
  dueAtMs: number | null;
  /** The latest that may become, whatever else is noted. */
  latestMs: number;
  cancel: Stop | null;
  /** It was due while a run was under way, and waits for its end. */
  isHeld: boolean;
  /** When runs were woken, on the monotonic clock, oldest first; of the last hour. */
  wokenAtMs: readonly number[];
  hasWarned: boolean;
};

const HOUR_MS = 3_600_000;

export function gatherHints(parts: HintsParts): Hints {
  const book: Book = {
    ids: new Set(),
    dueAtMs: null,
    latestMs: 0,
    cancel: null,
    isHeld: false,
    wokenAtMs: [],
    hasWarned: false,
  };
  return {
    note: (id) => {
      add(parts, book, [id]);
      postpone(parts, book);
    },
    take: () => {
      const { ids } = book;
      book.ids = new Set();
      disarm(book);
      return ids === 'all' ? 'all' : [...ids].toSorted((a, b) => a - b);
    },
    giveBack: (hinted) => add(parts, book, hinted),
    runEnded: () => {
      book.isHeld = false;
      if (book.dueAtMs !== null) wakeWhenDue(parts, book);
    },
    waiting: () => (book.ids === 'all' ? parts.limits.maxHintedWorkOrders : book.ids.size),
    stop: () => disarm(book),
  };
}

function add({ limits }: HintsParts, book: Book, hinted: Hinted): void {
  if (book.ids === 'all') return;
  if (hinted !== 'all') for (const id of hinted) book.ids.add(id);
  if (hinted === 'all' || book.ids.size > limits.maxHintedWorkOrders) book.ids = 'all';
}

function disarm(book: Book): void {
  book.cancel?.();
  book.cancel = null;
  book.dueAtMs = null;
  book.isHeld = false;
}

/** One timer, however many hints come: it looks again when it was too early. */
function postpone(parts: HintsParts, book: Book): void {
  const nowMs = parts.clock.monotonicMs();
  if (book.dueAtMs === null) book.latestMs = nowMs + parts.limits.webhookMaxWaitMs;
  book.dueAtMs = Math.min(nowMs + parts.limits.webhookDebounceMs, book.latestMs);
  if (book.cancel === null && !book.isHeld) wakeWhenDue(parts, book);
}

function wakeWhenDue(parts: HintsParts, book: Book): void {
  book.cancel?.();
  book.cancel = null;
  const waitMs = (book.dueAtMs ?? 0) - parts.clock.monotonicMs();
  if (waitMs > 0) book.cancel = parts.clock.after(waitMs, () => wakeWhenDue(parts, book));
  else wake(parts, book);
}

/** Whatever keeps it from waking a run: the hints stay for whichever run comes next. */
function wake(parts: HintsParts, book: Book): void {
  const { clock, schedule, limits } = parts;
  const wallMs = clock.wallMs();
  const [nextMs = Number.POSITIVE_INFINITY] = schedule.slotsAfter(wallMs, 1);
  // As near as this, the scheduled run sees it as soon, and sees everything else besides.
  if (nextMs - wallMs <= limits.webhookDebounceMs) {
    disarm(book);
    return;
  }
  const nowMs = clock.monotonicMs();
  book.wokenAtMs = book.wokenAtMs.filter((atMs) => nowMs - atMs < HOUR_MS);
  if (book.wokenAtMs.length >= limits.maxWebhookRunsPerHour) {
    leaveToSchedule(parts, book);
    return;
  }
  // A run that begins takes the hints, and with them the due moment.
  if (!parts.begin()) {
    book.isHeld = true;
    return;
  }
  book.wokenAtMs = [...book.wokenAtMs, nowMs];
  book.hasWarned = false;
}

function leaveToSchedule({ limits, log }: HintsParts, book: Book): void {
  disarm(book);
  if (book.hasWarned) return;
  book.hasWarned = true;
  log.warn(
    { runsAnHour: limits.maxWebhookRunsPerHour },
    'webhook hints have woken as many runs as one hour may have; until there is room again they wait for the schedule',
  );
}
