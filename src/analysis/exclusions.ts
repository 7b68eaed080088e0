import type { Directive } from '../domain/directive.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { StoppedQuery } from '../engine/figures.ts';

/** An exclusion or a pin, of a person or of a rule file. */
export type Exclusion = {
  readonly kind: 'exclusion' | 'pin';
  readonly providerId: ProviderId;
  /** Of a pin. */
  readonly workOrderId: WorkOrderId | null;
  /** Of a rule file; null: under all. */
  readonly ruleFileId: string | null;
  /** Who said so; null: whoever wrote the rule file. */
  readonly actor: string | null;
  readonly because: string;
  /** Null: the file does not say. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly state: 'standing' | 'expires soon' | 'expired' | 'ended';
};

/** From so soon on an end is near. */
const SOON_MS = 7 * 86_400_000;

/** People's, oldest first, then those of the rule files given. */
export function listExclusions(
  directives: readonly Directive[],
  files: readonly RuleFile[],
  nowMs: number,
): readonly Exclusion[] {
  const said = directives.flatMap((one): readonly Exclusion[] => {
    if (one.kind === 'pause') return [];
    const { kind, providerId, actor, because, atMs: sinceMs, untilMs, ended } = one;
    const state = ended === null ? stateOf(untilMs, nowMs) : 'ended';
    const workOrderId = one.kind === 'pin' ? one.workOrderId : null;
    return [{ kind, providerId, workOrderId, ruleFileId: null, actor, because, sinceMs, untilMs, state }];
  });
  const written = files.flatMap((file) =>
    file.guardrails.excludeProviders.map(({ providerId, untilMs, because }): Exclusion => {
      const by = { ruleFileId: file.id, actor: null, because, sinceMs: null, untilMs };
      return { kind: 'exclusion', providerId, workOrderId: null, ...by, state: stateOf(untilMs, nowMs) };
    }),
  );
  return [...said, ...written];
}

function stateOf(untilMs: number | null, nowMs: number): Exclusion['state'] {
  if (untilMs === null || untilMs - nowMs > SOON_MS) return 'standing';
  return untilMs <= nowMs ? 'expired' : 'expires soon';
}

/** Whom it has stopped: an exclusion its provider, a pin everybody else on its work order. */
export function stoppedBy({ kind, providerId, workOrderId, ruleFileId, sinceMs }: Exclusion): StoppedQuery {
  const code = kind === 'pin' ? 'FM-5021' : ruleFileId === null ? 'FM-5020' : 'FM-5009';
  return { providerId, workOrderId, ruleFileId, code, sinceMs: sinceMs ?? 0 };
}
