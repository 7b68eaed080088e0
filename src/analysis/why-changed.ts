import type { PlannedDecision } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { type Choice, isSameChoice } from './choice.ts';

/** How one side looked at a provider. */
export type Standing = Pick<RecordedCandidate, 'isEligible' | 'pointsMilli' | 'maxPoints' | 'blockedBy'> & {
  readonly criteria: readonly { readonly key: string; readonly pointsMilli: number }[];
};

/** The least points that a stage takes. */
export type Threshold = { readonly stage: number; readonly minPoints: number };

/** What a side chose, how it looked at each candidate (null: it did not, or that was not kept), and what its due stages ask for. */
export type Side = {
  readonly choice: Choice;
  readonly standing: (id: ProviderId) => Standing | null;
  readonly thresholds: readonly Threshold[];
};

/** What the new rules made of the old winner; where there was none, what the old ones had made of the new. */
export type Why =
  /** The old winner may not be chosen any more, or the new one could not be chosen before: each reason for it. */
  | { readonly kind: 'ineligible' | 'now_eligible'; readonly provider: ProviderId; readonly blockedBy: BlockedBy }
  /** Eligible, and the new winner has more points: by these criteria, the largest lead first. */
  | {
      readonly kind: 'fewer_points';
      readonly provider: ProviderId;
      readonly pointsMilli: number;
      readonly winner: ProviderId;
      readonly winnerMilli: number;
      readonly leads: readonly { readonly key: string; readonly pointsMilli: number; readonly winnerMilli: number }[];
    }
  /** Eligible with as many points or more: the tie-break, or the batch, puts the new winner first. */
  | ({ readonly kind: 'ranked_lower'; readonly provider: ProviderId } & Points)
  /** Eligible on both sides, and one of them chooses nobody: its stages, thresholds or limits say so. */
  | ({
      readonly kind: 'not_taken' | 'now_taken';
      readonly provider: ProviderId;
      /** Of the due stages of the side that does not take the provider, those that ask for more points. */
      readonly tooFewFor: readonly Threshold[];
    } & Points)
  /** Of those whom the old side invited and the new does not, or whom only the new one invites: why the other side does not. */
  | {
      readonly kind: 'uninvited' | 'now_invited';
      readonly providers: number;
      /** By the first reason for which they are not eligible there, most first; the rest are. */
      readonly blocked: readonly Blocked[];
    }
  /** Nobody is named by whom it could be told: the new reason says it. */
  | { readonly kind: 'otherwise' };

/** `first`: one of them, with every reason. */
export type Blocked = {
  readonly code: string;
  readonly providers: number;
  readonly first: { readonly provider: ProviderId; readonly blockedBy: BlockedBy };
};

export type BlockedBy = RecordedCandidate['blockedBy'];
export type Points = Pick<Standing, 'pointsMilli' | 'maxPoints'>;

/** A cause as changes are counted by it; `code`: the reason code that belongs to it, null where there is none. */
export type ChangeCause = { readonly kind: Why['kind']; readonly code: string | null };

/** Null: both sides do the same. */
export function whyChanged(old: Side, now: Side): Why | null {
  if (isSameChoice(old.choice, now.choice)) return null;
  const [loser, winner] = [old.choice.winner, now.choice.winner];
  if (loser !== null && loser !== winner) return whyLost(loser, now);
  if (winner === null || winner === loser) return whyInvited(old, now);
  const before = old.standing(winner);
  if (before === null) return { kind: 'otherwise' };
  return before.isEligible
    ? { kind: 'now_taken', provider: winner, tooFewFor: tooFewFor(before, old), ...pointsOf(before) }
    : { kind: 'now_eligible', provider: winner, blockedBy: before.blockedBy };
}

function whyInvited(old: Side, now: Side): Why {
  const lost = missingFrom(old.choice, now.choice);
  if (lost.length > 0) return { kind: 'uninvited', providers: lost.length, blocked: blockedOf(lost, now) };
  const gained = missingFrom(now.choice, old.choice);
  if (gained.length === 0) return { kind: 'otherwise' };
  return { kind: 'now_invited', providers: gained.length, blocked: blockedOf(gained, old) };
}

function missingFrom({ invited }: Choice, other: Choice): readonly ProviderId[] {
  return (invited ?? []).filter((id) => other.winner !== id && other.invited?.includes(id) !== true);
}

function blockedOf(ids: readonly ProviderId[], { standing }: Side): readonly Blocked[] {
  const byCode = new Map<string, Blocked>();
  for (const provider of ids) {
    const { blockedBy = [] } = standing(provider) ?? {};
    const [reason] = blockedBy;
    if (reason === undefined) continue;
    const { code } = reason;
    const { providers, first } = byCode.get(code) ?? { providers: 0, first: { provider, blockedBy } };
    byCode.set(code, { code, providers: providers + 1, first });
  }
  return [...byCode.values()].sort((a, b) => b.providers - a.providers || (a.code < b.code ? -1 : 1));
}

function whyLost(provider: ProviderId, now: Side): Why {
  const { choice, standing } = now;
  const { winner } = choice;
  const own = standing(provider);
  if (own === null) return { kind: 'otherwise' };
  if (!own.isEligible) return { kind: 'ineligible', provider, blockedBy: own.blockedBy };
  const other = winner === null ? null : standing(winner);
  if (winner === null || other === null)
    return { kind: 'not_taken', provider, tooFewFor: tooFewFor(own, now), ...pointsOf(own) };
  const { pointsMilli } = own;
  if (other.pointsMilli <= pointsMilli) return { kind: 'ranked_lower', provider, ...pointsOf(own) };
  const leads = leadsOf(own, other);
  return { kind: 'fewer_points', provider, pointsMilli, winner, winnerMilli: other.pointsMilli, leads };
}

function tooFewFor({ pointsMilli }: Standing, { thresholds }: Side): readonly Threshold[] {
  return thresholds.filter(({ minPoints }) => minPoints * 1000 > pointsMilli);
}

function pointsOf({ pointsMilli, maxPoints }: Standing): Points {
  return { pointsMilli, maxPoints };
}

function leadsOf(own: Standing, other: Standing): Extract<Why, { kind: 'fewer_points' }>['leads'] {
  return other.criteria
    .flatMap(({ key, pointsMilli: winnerMilli }) => {
      const pointsMilli = own.criteria.find((one) => one.key === key)?.pointsMilli ?? 0;
      return winnerMilli > pointsMilli ? [{ key, pointsMilli, winnerMilli }] : [];
    })
    .sort((a, b) => b.winnerMilli - b.pointsMilli - (a.winnerMilli - a.pointsMilli) || (a.key < b.key ? -1 : 1));
}

export function changeCause(why: Why, now: Choice): ChangeCause {
  switch (why.kind) {
    case 'ineligible':
    case 'now_eligible':
      return { kind: why.kind, code: why.blockedBy[0]?.code ?? null };
    case 'fewer_points':
    case 'ranked_lower':
      return { kind: why.kind, code: null };
    case 'uninvited':
    case 'now_invited': {
      const [most] = why.blocked;
      if (most !== undefined) return { kind: why.kind, code: most.code };
      return { kind: 'otherwise', code: now.reason.code };
    }
    case 'not_taken':
    case 'now_taken':
    case 'otherwise':
      return { kind: why.kind, code: now.reason.code };
  }
}

/** What the due stages of the file that decided ask for. */
export function thresholdsOf(
  { ruleFileId, dueStages }: PlannedDecision,
  files: readonly { readonly file: RuleFile }[],
): readonly Threshold[] {
  const decided = files.find(({ file }) => file.id === ruleFileId);
  return (decided?.file.stages ?? []).flatMap((stage) =>
    dueStages.includes(stage.n) && 'minPoints' in stage && stage.minPoints > 0
      ? [{ stage: stage.n, minPoints: stage.minPoints }]
      : [],
  );
}

export function plannedStanding({ candidates }: PlannedDecision): Side['standing'] {
  return (id) => {
    const found = candidates.find(({ scored }) => scored.candidate.providerId === id);
    if (found === undefined) return null;
    const { isEligible, blockedBy, scored } = found;
    return {
      isEligible,
      blockedBy,
      pointsMilli: scored.pointsMilli,
      maxPoints: scored.maxPoints,
      criteria: scored.criteria,
    };
  };
}

export function recordedStanding({ candidates }: RecordedDecision): Side['standing'] {
  return (id) => candidates.find(({ providerId }) => providerId === id) ?? null;
}
