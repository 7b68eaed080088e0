import type { DecisionAnswer } from '../domain/approval.ts';
import type { DecisionId } from '../domain/ids.ts';
import type { RecordedCandidate, RecordedDecision, RecordedIntent } from '../domain/recorded-decision.ts';
import type { SeenEvent } from '../engine/figures.ts';
import { callText } from './call-text.ts';
import { isEarlier } from './earlier-decisions.ts';
import { pointsText } from './fact-text.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';

/** Something that happened to a work order after a decision, or of what the decision meant to do. */
export type AfterwardsEvent = {
  readonly kind: 'answer' | 'seen' | 'reason' | 'episode' | 'decision' | 'effect';
  readonly atMs: number;
  /** Whose it is; null: nobody's decision. */
  readonly decisionId: DecisionId | null;
  /** One sentence or less, without a full stop. */
  readonly text: string;
};

export type AfterwardsInput = {
  readonly decision: RecordedDecision;
  /** Every live decision of the work order, oldest first. */
  readonly history: readonly RecordedDecision[];
  readonly answers: readonly DecisionAnswer[];
  readonly seen: readonly SeenEvent[];
};

/** What happened from the decision on, oldest first; what happened at one moment in the order of `kind`. */
export function afterwards({ decision, history, answers, seen }: AfterwardsInput): readonly AfterwardsEvent[] {
  const later = history.filter((one) => isEarlier(decision, one));
  const own = history.find(({ id }) => id === decision.id) ?? decision;
  const events = [
    ...[own, ...later].flatMap(effectEvents),
    ...answers.flatMap((answer) => answerEvents(answer, [own, ...later])),
    ...seen.filter(({ atMs }) => atMs >= decision.decidedAtMs).map((event) => seenEvent(event, decision)),
    ...later.flatMap((one, index) => decisionEvents(one, later[index - 1] ?? own)),
  ];
  const inOrder = events.sort((a, b) => a.atMs - b.atMs || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  return foldRepeated(inOrder);
}

/** A work order that waits is decided at every tick: what comes out the same way again is one event. */
function foldRepeated(events: readonly AfterwardsEvent[]): readonly AfterwardsEvent[] {
  const folded: { first: AfterwardsEvent; last: AfterwardsEvent; times: number }[] = [];
  for (const event of events) {
    const before = folded.at(-1);
    if (before === undefined || event.kind !== 'decision' || before.first.text !== event.text)
      folded.push({ first: event, last: event, times: 1 });
    else folded[folded.length - 1] = { ...before, last: event, times: before.times + 1 };
  }
  return folded.map(({ first, last, times }) =>
    times === 1
      ? first
      : { ...first, text: `${first.text}; ${times} times, the last at ${writtenTime(last.atMs)} (${last.decisionId})` },
  );
}

const KINDS: readonly AfterwardsEvent['kind'][] = ['answer', 'seen', 'reason', 'episode', 'decision', 'effect'];

function effectEvents({ id, intents }: RecordedDecision): readonly AfterwardsEvent[] {
  return intents.flatMap((intent) =>
    intent.effects.map((effect) => {
      const kind = effect.kind.replace('_', ' ');
      const { title } = reasonText(effect.reason);
      const ended = `${title === kind ? kind : `${kind}, ${title}`} (${effect.reason.code})`;
      const text = `${callText(intent.call)}${sentText(intent)}: ${ended}`;
      return { kind: 'effect' as const, atMs: effect.atMs, decisionId: id, text };
    }),
  );
}

function sentText({ claimedAtMs }: RecordedIntent): string {
  return claimedAtMs.length > 1 ? `, sent ${claimedAtMs.length} times` : '';
}

function answerEvents(answer: DecisionAnswer, shown: readonly RecordedDecision[]): readonly AfterwardsEvent[] {
  const { decisionId, verdict, actor, because, atMs } = answer;
  if (!shown.some(({ id }) => id === decisionId)) return [];
  const why = because === null ? '' : `: ${because}`;
  return [{ kind: 'answer', atMs, decisionId, text: `recommendation ${verdict} by ${actor}${why}` }];
}

function seenEvent(event: SeenEvent, decision: RecordedDecision): AfterwardsEvent {
  const { kind, atMs, decisionId, providerId, actor, because } = event;
  const whom = providerId === null ? 'somebody' : `provider ${providerId}`;
  switch (kind) {
    case 'route_accepted':
      return { kind: 'seen', atMs, decisionId, text: `seen on the platform: ${whom} accepted the invitation` };
    case 'unassigned': {
      const left = providerId === null ? 'nobody is assigned any more' : `${whom} is no longer assigned`;
      return { kind: 'seen', atMs, decisionId, text: `seen on the platform: ${left}, and not by us` };
    }
    case 'assigned_by_other': {
      const text = `seen on the platform: a person, or another system, assigned ${whom}${againstText(event, decision)}`;
      return { kind: 'seen', atMs, decisionId, text };
    }
    case 'reason':
      return { kind: 'reason', atMs, decisionId, text: `reason given by ${actor ?? 'somebody'}: ${because ?? '–'}` };
  }
}

/** Where the provider that a person preferred stood on the slate of the decision shown. */
function againstText({ providerId, episode }: SeenEvent, { winner, candidates, ...shown }: RecordedDecision): string {
  if (providerId === null || episode !== shown.episode) return '';
  if (providerId === winner) return ', whom we had chosen too';
  const instead = winner === null ? '' : ` instead of ${winner}`;
  const own = candidates.find((candidate) => candidate.providerId === providerId);
  return `${instead}; ${own === undefined ? 'not on this slate' : `here ${placeText(own)}`}`;
}

function placeText({ isEligible, rank, blockedBy, pointsMilli, maxPoints }: RecordedCandidate): string {
  const points = `${pointsText(pointsMilli)} of ${maxPoints} points`;
  if (isEligible) return `eligible, number ${rank ?? '?'}, ${points}`;
  const why = blockedBy.map((reason) => `${reasonText(reason).sentence.replace(/\.$/, '')} (${reason.code})`);
  return `not eligible, ${points}: ${why.join('; ')}`;
}

function decisionEvents(decision: RecordedDecision, before: RecordedDecision): readonly AfterwardsEvent[] {
  const { id, decidedAtMs, episode, outcome, winner, reason } = decision;
  const whom = winner === null ? '' : ` ${winner}`;
  const text = `decided anew: ${outcome.replaceAll('_', '-')}${whom}, ${reasonText(reason).title} (${reason.code})`;
  const own = { kind: 'decision', atMs: decidedAtMs, decisionId: id, text } as const;
  if (episode === before.episode) return [own];
  const opened = { kind: 'episode', atMs: decidedAtMs, decisionId: null } as const;
  return [{ ...opened, text: `the work order is open again: episode ${episode}` }, own];
}
