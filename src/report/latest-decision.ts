import type { ReasonCode } from '../domain/reason-codes.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';

/**
 * The decision that says most about where a work order stands, of all of them, oldest first: the last that a live file took since the
 * work order opened last; where none did, what its shadow files last said, one that would act before one that would not.
 * That no live file applies is said only where nothing else is.
 */
export function latestDecision(all: readonly RecordedDecision[]): RecordedDecision | undefined {
  const episode = all.at(-1)?.episode;
  const current = all.filter((decision) => decision.episode === episode);
  const live = current.filter(({ mode }) => mode !== 'shadow');
  const shadows = current.filter(({ mode }) => mode === 'shadow');
  const byFile = [...new Map(shadows.map((shadow) => [shadow.ruleFileId, shadow])).values()];
  return (
    live.findLast(({ reason }) => !UNDECIDED.includes(reason.code)) ??
    byFile.find(({ outcome }) => !IDLE.includes(outcome)) ??
    byFile.at(-1) ??
    live.at(-1)
  );
}

const UNDECIDED: readonly string[] = ['FM-4001', 'FM-4004'] satisfies readonly ReasonCode[];
const IDLE: readonly RecordedDecision['outcome'][] = ['wait', 'hold', 'skip'];
