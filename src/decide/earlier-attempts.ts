import type { Attempt, Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { ReasonCode } from '../domain/reason-codes.ts';
import { boundProviders, type WriteKind } from '../domain/write-call.ts';

/** Calls that bind a provider at once. */
export const ASSIGNING: readonly WriteKind[] = ['assign', 'accept_counter'];
/** Calls after which the invited may bind themselves, or somebody whom the platform chooses may be bound. */
export const INVITING: readonly WriteKind[] = ['route', 'mass_route', 'mass_route_pool', 'auto_dispatch'];

/** What our own guard, or the platform in its place, finds changed right before the call, as opposed to the work order or the run. */
const GUARD_CODES: readonly ReasonCode[] = [
  'FM-6005',
  'FM-6006',
  'FM-6007',
  'FM-6008',
  'FM-6024',
  'FM-6025',
  'FM-6040',
];

/** Once the world may have changed between read and write; twice the same, and the two reads will not agree any more. */
const MAX_GUARD_REFUSALS = 2;

/** Why a provider who asked is not assigned in this episode any more: the platform said no, or our guard twice. */
export function spentRequest(attempts: readonly Attempt[], provider: ProviderId): readonly Reason[] {
  return refusedBefore(attempts, provider, ASSIGNING);
}

/**
 * Why a provider of the bench is not invited once more in this episode: the platform said no, our guard did twice, or an
 * invitation of ours came to nothing. A mass-route that was refused does not say because of whom, so the next one asks others.
 */
export function spentInvitation(attempts: readonly Attempt[], provider: ProviderId): readonly Reason[] {
  const refused = refusedBefore(attempts, provider, INVITING);
  const wasInvited = attempts.filter(mayHaveHappened).some(({ call }) => {
    return INVITING.includes(call.kind) && boundProviders(call).includes(provider);
  });
  return wasInvited ? [...refused, { code: 'FM-5017', detail: {} }] : refused;
}

/** A stage that invites does so once an episode, and an invitation whose end is unknown may have happened. */
export function hasInvited(attempts: readonly Attempt[], ruleFileId: string, stage: number): boolean {
  return invitationsOf(attempts, ruleFileId, stage).some(mayHaveHappened);
}

function invitationsOf(attempts: readonly Attempt[], ruleFileId: string, stage: number): readonly Attempt[] {
  return attemptsOf(attempts, { ruleFileId, n: stage }).filter(({ call }) => INVITING.includes(call.kind));
}

/** What a stage of a rule file has tried to send. */
export function attemptsOf(attempts: readonly Attempt[], stage: StageOf): readonly Attempt[] {
  return attempts.filter((one) => one.ruleFileId === stage.ruleFileId && one.stage === stage.n);
}

/** Whether a stage has made such a call already, or may have. */
export function hasDone(attempts: readonly Attempt[], stage: StageOf, kind: WriteKind): boolean {
  return attemptsOf(attempts, stage).some((one) => one.call.kind === kind && mayHaveHappened(one));
}

export type StageOf = { readonly ruleFileId: string; readonly n: number };

/**
 * What it finds wrong with the work order itself, where the list that was decided on still shows something else: a list
 * may lag for long, and rows that cannot be read are seen by the guard alone. Or with a talent pool: that somebody in it is
 * excluded, or that its members cannot be read.
 */
const CALL_GUARD_CODES: readonly ReasonCode[] = [...GUARD_CODES, 'FM-6004', 'FM-6017', 'FM-3015', 'FM-6022', 'FM-3014'];

/**
 * Why a call that names no provider is not made once more in this episode: the platform said no, our guard did twice, or
 * it was absent twice; of a talent pool also that somebody in it is excluded. Without this it would be made, and refused, at every tick. Null: it may be made.
 */
export function spentCall(attempts: readonly Attempt[], kind: WriteKind): Reason | null {
  const refused = attempts.filter(({ call, effect }) => call.kind === kind && effect?.kind === 'refused');
  const said = (codes: readonly ReasonCode[]) =>
    refused.filter(({ effect }) => effect !== null && codes.includes(effect.reason)).sort(compareAttempts);
  const [guard, absent] = [said(CALL_GUARD_CODES), said(['FM-6020'])];
  const last =
    said(['FM-6002', 'FM-6013', 'FM-6047']).at(-1) ??
    (guard.length < MAX_GUARD_REFUSALS ? undefined : guard.at(-1)) ??
    (absent.length < MAX_ABSENCES ? undefined : absent.at(-1));
  if (last === undefined) return null;
  const detail = { action: kind.replace('_', '-'), decision: last.decisionId, work_order: last.call.workOrderId };
  return { code: 'FM-3013', detail };
}

/** What was believed lost may be sent once more, and no more than that. */
const MAX_ABSENCES = 2;

export function mayHaveHappened({ effect }: Attempt): boolean {
  return effect?.kind === 'confirmed' || effect?.kind === 'unknown';
}

function refusedBefore(
  attempts: readonly Attempt[],
  provider: ProviderId,
  kinds: readonly WriteKind[],
): readonly Reason[] {
  if (attempts.length === 0) return [];
  const refused = attempts.filter(({ call, effect }) => {
    return effect?.kind === 'refused' && kinds.includes(call.kind) && boundProviders(call).includes(provider);
  });
  return [...refusedByPlatform(refused), ...refusedByGuard(refused)];
}

/** One reason, the latest. */
function refusedByPlatform(refused: readonly Attempt[]): readonly Reason[] {
  const latest = refused
    .filter(({ effect }) => effect?.reason === 'FM-6002')
    .sort(compareAttempts)
    .at(-1);
  if (latest === undefined) return [];
  const message = `${latest.call.kind.replace('_', '-')}, decision ${latest.decisionId}`;
  return [{ code: 'FM-5015', detail: { message } }];
}

/** Without this the same provider would be chosen and refused at every tick, and the next best never have a turn. */
function refusedByGuard(refused: readonly Attempt[]): readonly Reason[] {
  return GUARD_CODES.filter(
    (code) => refused.filter(({ effect }) => effect?.reason === code).length >= MAX_GUARD_REFUSALS,
  ).map((code) => ({ code: 'FM-5018', detail: { code } }));
}

/** Earliest effect first, one without effect before all. */
export function compareAttempts(a: Attempt, b: Attempt): number {
  return (
    timeOf(a) - timeOf(b) ||
    (a.decisionId < b.decisionId ? -1 : a.decisionId > b.decisionId ? 1 : 0) ||
    a.intentN - b.intentN
  );
}

export function timeOf({ effect }: Attempt): number {
  return effect?.atMs ?? 0;
}
