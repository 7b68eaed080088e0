import type { Attempt, Commitment } from '../domain/decision.ts';
import { decisionId, type ProviderId, requestId, workOrderId } from '../domain/ids.ts';
import type { ReasonCode } from '../domain/reason-codes.ts';
import type { RuleFile, Stage } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { WriteCall } from '../domain/write-call.ts';
import type { DispatchGiven, EarlierAttempt, StatedCommitment } from '../rules/rule-test.ts';
import { dateOf } from './stated-work-order.ts';

/** Far from the ids that tests give. */
const FIRST_OTHER = 4_000_000_000;

/** What the providers of a test are bound to besides its work order. */
export function statedCommitments(said: readonly StatedCommitment[], atMs: number): readonly Commitment[] {
  return said.map(({ provider, kind, startsInMinutes, minutes }, place) => {
    const startMs = atMs + startsInMinutes * 60_000;
    return {
      kind,
      workOrderId: workOrderId(FIRST_OTHER + place),
      providerId: provider,
      startMs,
      endMs: startMs + minutes * 60_000,
      localDate: dateOf(startMs),
    };
  });
}

/** What stages of the file have tried with the work order before, one decision each. */
export function statedAttempts(
  { earlier, workOrder: { atMs }, candidates }: DispatchGiven,
  workOrder: WorkOrder,
  file: RuleFile,
): readonly Attempt[] {
  return earlier.flatMap((one, place) => {
    const stage = file.stages[one.stage - 1];
    const counter = candidates.find(({ id }) => id === one.to[0])?.counterCents ?? null;
    const call = stage === undefined ? null : callOf(stage, { to: one.to, workOrder, counterCents: counter });
    if (call === null) return [];
    return [
      {
        decisionId: decisionId(workOrder.id, 1, place + 1),
        ruleFileId: file.id,
        stage: one.stage,
        intentN: 1,
        call,
        effect: {
          kind: one.ended,
          reason: one.reason ?? USUAL_REASONS[one.ended],
          atMs: atMs - one.minutesAgo * 60_000,
        },
      },
    ];
  });
}

const USUAL_REASONS: { readonly [ended in EarlierAttempt['ended']]: ReasonCode } = {
  confirmed: 'FM-6001',
  refused: 'FM-6002',
  lost_race: 'FM-6003',
  unknown: 'FM-6010',
};

type Aim = { readonly to: readonly ProviderId[]; readonly workOrder: WorkOrder; readonly counterCents: number | null };

/** Null: the stage writes nothing, or names nobody to whom it could have. */
function callOf(stage: Stage, { to, workOrder, counterCents }: Aim): WriteCall | null {
  const target = { workOrderId: workOrder.id };
  const [providerId] = to;
  switch (stage.do) {
    case 'assign':
      if (providerId === undefined) return null;
      return counterCents === null
        ? { kind: 'assign', ...target, providerId, clientPayTermsAccepted: false }
        : { kind: 'accept_counter', ...target, providerId, requestId: requestId(providerId), payCents: counterCents };
    case 'route':
      return providerId === undefined ? null : { kind: 'route', ...target, providerId };
    case 'mass_route':
      return { kind: 'mass_route', ...target, providerIds: [...to].sort((a, b) => a - b) };
    case 'mass_route_pool':
      return { kind: 'mass_route_pool', ...target, talentPoolId: stage.talentPoolId };
    case 'publish':
    case 'unpublish':
      return { kind: stage.do, ...target };
    case 'auto_dispatch':
      return { kind: 'auto_dispatch', ...target, dispatch: stage.dispatch };
    case 'hold':
      return null;
  }
}
