import type { OpenWork } from '../domain/open-work.ts';
import type { RecordedIntent } from '../domain/recorded-decision.ts';
import { type HoldDeadline, holdDeadline } from './hold-deadline.ts';
import type { WaitedFile } from './read-recorded-file.ts';

/**
 * What it waits for. `end`: of a write whose end is not known. `failed`: a write of it was refused, or came too late. `answer`: a
 * person's yes or no to a recommendation; `rejected`: a person said no. `acceptance`: of an invitation. `platform`: its own
 * dispatch has it. `stage`: what its reason says, and nobody need do anything. `person`: what its reason says. `run`: the next
 * run decides.
 */
export type WaitKind = (typeof WAIT_KINDS)[number];

export const WAIT_KINDS = [
  'end',
  'failed',
  'answer',
  'rejected',
  'acceptance',
  'platform',
  'stage',
  'person',
  'run',
] as const;

export type OpenHold = {
  readonly work: OpenWork;
  readonly kind: WaitKind;
  /** The first write of the decision that is not confirmed; null: there is none. */
  readonly failing: RecordedIntent | null;
  readonly deadline: HoldDeadline;
  readonly isPast: boolean;
  /** The time of the work itself is past: nobody can do it any more as it was ordered. */
  readonly isOver: boolean;
};

/**
 * Of the newest live decisions those of work orders that still wait for something, the most urgent first: by deadline, and
 * last those whose own time is over, since the ledger is not told of an order that was cancelled. `fileOf`: by the text's hash.
 */
export function openHolds(
  works: readonly OpenWork[],
  fileOf: (hash: string) => WaitedFile | null,
  nowMs: number,
): readonly OpenHold[] {
  return works
    .flatMap((work) => {
      const file = work.ruleFileHash === null ? null : fileOf(work.ruleFileHash);
      const kind = waitKindOf(work, file?.isReview ?? false);
      return kind === null ? [] : [toHold(work, kind, { file, nowMs })];
    })
    .sort(
      (a, b) =>
        Number(a.isOver) - Number(b.isOver) ||
        a.deadline.atMs - b.deadline.atMs ||
        a.work.workOrderId - b.work.workOrderId,
    );
}

function toHold(work: OpenWork, kind: WaitKind, of: { file: WaitedFile | null; nowMs: number }): OpenHold {
  const isReview = of.file?.isReview ?? false;
  const { openedAtMs, sinceMs } = work;
  const startMs = isReview ? null : work.startMs;
  const deadline = holdDeadline({ openedAtMs, sinceMs, startMs, lastStageMinutes: of.file?.lastStageMinutes ?? null });
  const overMs = isReview ? null : (work.endMs ?? work.startMs);
  return {
    work,
    kind,
    failing: failingOf(work),
    deadline,
    isPast: of.nowMs >= deadline.atMs,
    isOver: overMs !== null && of.nowMs >= overMs,
  };
}

/** Null: it is done, or somebody has it. */
function waitKindOf(work: OpenWork, isReview: boolean): WaitKind | null {
  if (NOTHING_TO_DO.includes(work.reason.code) || (work.isAssigned && !isReview)) return null;
  const failing = failingOf(work);
  if (failing !== null) return isUnsettled(failing) ? 'end' : 'failed';
  if (work.intents.length > 0) return afterConfirmed(work);
  switch (work.outcome) {
    case 'wait':
      return isReview ? null : 'stage';
    case 'hold':
    case 'skip':
      return 'person';
    default:
      return work.answer === null ? (work.mode === 'recommend' ? 'answer' : 'run') : AFTER_ANSWER[work.answer.verdict];
  }
}

/** The work order is no longer open, or its work not finished. */
const NOTHING_TO_DO: readonly string[] = ['FM-4002', 'FM-4003', 'FM-4004'];

const AFTER_ANSWER = { approved: 'run', rejected: 'rejected' } as const;

function failingOf({ intents }: OpenWork): RecordedIntent | null {
  return intents.find(({ effects }) => effects.at(-1)?.kind !== 'confirmed') ?? null;
}

function isUnsettled({ effects }: RecordedIntent): boolean {
  const last = effects.at(-1);
  return last === undefined || last.kind === 'unknown';
}

function afterConfirmed({ intents }: OpenWork): WaitKind | null {
  switch (intents.at(-1)?.call.kind) {
    case 'route':
    case 'mass_route':
    case 'mass_route_pool':
      return 'acceptance';
    case 'auto_dispatch':
      return 'platform';
    case 'complete':
    case 'incomplete':
    case 'approve':
    case 'unapprove':
      return null;
    default:
      return 'run';
  }
}
