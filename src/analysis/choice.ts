import { distance } from '../criteria/distance.ts';
import type { Outcome, PlannedDecision } from '../domain/decision.ts';
import { factRef } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import { type JsonValue, toCanonicalJson } from '../domain/json.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { Slate } from '../domain/scored-slate.ts';
import { boundProviders, type WriteCall } from '../domain/write-call.ts';
import { planReading } from '../facts/plan-reading.ts';
import { completeSlate, type ReadRow } from './complete-facts.ts';

/** What was decided for one work order, as far as two decisions on one slate are compared. */
export type Choice = {
  readonly ruleFileId: string | null;
  readonly stage: number | null;
  readonly outcome: Outcome;
  readonly reason: { readonly code: string; readonly detail: { readonly [name: string]: string | number } };
  /** Of assign and route. */
  readonly winner: ProviderId | null;
  /** Whom a mass-route invites, or would if a person approves, ascending; null: none, or nobody says whom. */
  readonly invited: readonly ProviderId[] | null;
  /** Whole talent pools it invites, or would; null as above. */
  readonly pools: readonly number[] | null;
  /** What the platform is told besides: inline rules, settings of its dispatch, pay terms; null: it is not said. */
  readonly told: string | null;
  readonly costCents: number | null;
  /** The winner's. */
  readonly pointsMilli: number | null;
  readonly maxPoints: number | null;
  /** From the winner's place to the work address; null: no winner, or not known. */
  readonly distanceMetres: number | null;
};

export type OfSlate = { readonly slate: Slate; readonly readRow: ReadRow };

export function plannedChoice(planned: PlannedDecision, of: OfSlate): Choice {
  const winner = planned.candidates.find(({ scored }) => scored.candidate.providerId === planned.winner);
  return {
    ...saidOf(planned),
    ...askedBy(planned),
    pointsMilli: winner?.scored.pointsMilli ?? null,
    maxPoints: winner?.scored.maxPoints ?? null,
    distanceMetres: distanceOf(planned.winner, of),
  };
}

/** `recorded` has its winner among its candidates. */
export function recordedChoice(recorded: RecordedDecision, of: OfSlate): Choice {
  const winner = recorded.candidates.find(({ providerId }) => providerId === recorded.winner);
  return {
    ...saidOf(recorded),
    ...askedBy(recorded),
    pointsMilli: winner?.pointsMilli ?? null,
    maxPoints: winner?.maxPoints ?? null,
    distanceMetres: distanceOf(recorded.winner, of),
  };
}

/** Whether both do the same to the platform; why, and by which file, may differ. */
export function isSameChoice(a: Choice, b: Choice): boolean {
  if (a.outcome !== b.outcome || a.winner !== b.winner) return false;
  return mayBeSame(asked(a), asked(b)) && mayBeSame(a.told, b.told);
}

/** Where one side does not say it, nothing says that they differ. */
function mayBeSame(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}

/** Null: nobody says whom. */
function asked({ invited, pools }: Choice): string | null {
  return invited === null && pools === null ? null : `${invited?.join() ?? ''} ${pools?.join() ?? ''}`;
}

/** Gives the work order to somebody, or asks somebody. */
export function fills({ outcome }: Pick<Choice, 'outcome'>): boolean {
  return outcome === 'assign' || outcome === 'route' || outcome === 'mass_route';
}

function saidOf({ ruleFileId, stage, outcome, reason, winner, costCents }: PlannedDecision | RecordedDecision) {
  return { ruleFileId, stage, outcome, reason, winner, costCents };
}

function askedBy({
  intents,
  recommends,
}: PlannedDecision | RecordedDecision): Pick<Choice, 'invited' | 'pools' | 'told'> {
  const calls = [...intents.map(({ call }) => call), ...(recommends?.unnamed ?? [])];
  const named = calls.filter((call) => call.kind === 'mass_route').flatMap(boundProviders);
  const proposed = recommends?.outcome === 'mass_route' ? recommends.providers : [];
  const pools = calls.flatMap((call) => (call.kind === 'mass_route_pool' ? [call.talentPoolId] : []));
  const invited = [...named, ...proposed].sort((a, b) => a - b);
  const told = calls.flatMap(toldBy);
  return {
    invited: invited.length === 0 ? null : invited,
    pools: pools.length === 0 ? null : pools,
    told: told.length === 0 ? null : toCanonicalJson(told),
  };
}

function toldBy(call: WriteCall): readonly JsonValue[] {
  switch (call.kind) {
    case 'route':
    case 'mass_route':
    case 'mass_route_pool':
      return [{ rule: call.selectionRule ?? null }];
    case 'auto_dispatch':
      return [call.dispatch];
    case 'assign':
      return [{ acceptsPayTerms: call.clientPayTermsAccepted }];
    default:
      return [];
  }
}

const DISTANCE = factRef(distance.fact.name, null);
const DISTANCE_PLAN = planReading([DISTANCE]);

/** Whether or not a rule file asked for it. */
function distanceOf(winner: ProviderId | null, { slate, readRow }: OfSlate): number | null {
  const candidate = slate.candidates.find(({ providerId }) => providerId === winner);
  if (candidate === undefined) return null;
  const alone = { ...slate, candidates: [candidate] };
  const whole = completeSlate(alone, { plan: DISTANCE_PLAN, commitments: new Map(), readRow }).slate;
  const fact = whole.candidates[0]?.facts[DISTANCE.key];
  return fact?.kind === 'known' && typeof fact.value === 'number' ? fact.value : null;
}
