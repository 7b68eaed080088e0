import type { Attempt } from '../domain/decision.ts';
import { type RuleFile, type Stage, takesDrafts } from '../domain/rule-file.ts';
import { mayHaveHappened, timeOf } from './earlier-attempts.ts';

/**
 * When the platform's own dispatch was last given the work order in this episode, and until when it is left alone. Null:
 * never. One whose end nobody knows counts as having happened.
 */
export function lastHandOver(
  attempts: readonly Attempt[],
  marginMs: number,
): { readonly atMs: number; readonly untilMs: number } | null {
  const spans = attempts.flatMap((one) => {
    if (one.call.kind !== 'auto_dispatch' || !mayHaveHappened(one)) return [];
    const { delaySeconds, w2FailSwitch } = one.call.dispatch;
    // Offered to employees first, it goes to the marketplace for as long again.
    const periods = w2FailSwitch === true ? 2 : 1;
    return [{ atMs: timeOf(one), untilMs: timeOf(one) + periods * delaySeconds * 1000 + marginMs }];
  });
  return spans.reduce<(typeof spans)[number] | null>((last, span) => {
    return last === null || span.untilMs > last.untilMs ? span : last;
  }, null);
}

/** Our last taking it off the marketplace in this episode; null: never. */
export function lastUnpublish(attempts: readonly Attempt[]): Attempt | null {
  const own = attempts.filter((one) => one.call.kind === 'unpublish' && mayHaveHappened(one));
  return own.reduce<Attempt | null>((last, one) => (last === null || timeOf(one) >= timeOf(last) ? one : last), null);
}

/** Whether the file has anything to do with the work order while it is a draft. */
export function takesThisDraft(file: RuleFile, attempts: readonly Attempt[]): boolean {
  if (takesDrafts(file)) return true;
  return file.stages.some((stage) => stage.do === 'unpublish') && lastUnpublish(attempts) !== null;
}

/**
 * Whether the work order is a draft because we took it off the marketplace, so that this stage must not put it back: only
 * a stage that comes after the one that has handed it over may, when the platform found nobody.
 */
export function isTakenOff(attempts: readonly Attempt[], file: RuleFile, stage: Stage): boolean {
  const taken = lastUnpublish(attempts);
  if (taken === null) return false;
  return !attempts.some((one) => {
    const isEarlier = one.ruleFileId === file.id && one.stage !== null && one.stage < stage.n;
    return one.call.kind === 'auto_dispatch' && mayHaveHappened(one) && isEarlier && timeOf(one) >= timeOf(taken);
  });
}
