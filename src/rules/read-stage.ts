import type { Stage, StageTiming } from '../domain/rule-file.ts';
import type { AutoDispatch, SentCriterion } from '../domain/write-call.ts';
import { type FileReading, quoted, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { chooseFrom, nearestName } from './nearest-name.ts';
import { textAt } from './read-comparison.ts';
import { readPart } from './read-part.ts';
import { STAGE_SHAPES } from './shapes.ts';

type StageKind = keyof typeof STAGE_SHAPES;
const STAGE_KINDS = [
  'assign',
  'route',
  'mass_route',
  'publish',
  'unpublish',
  'auto_dispatch',
  'hold',
] as const satisfies readonly StageKind[];

/** Stages of later releases, and what to use until then. */
const LATER_STAGES: { readonly [kind: string]: string } = {
  unroute: 'Use "withdraw_routes": true on an assign stage.',
};

/** What stages take from the rest of the file. */
export type AroundStages = {
  /** The platform's id of the rule that the file mirrors. */
  readonly selectionRuleId: number;
  /** For stages that say so; null: it cannot be exported, which is reported. */
  readonly sends: readonly SentCriterion[] | null;
};

/** One stage at its 1-based place; null when anything in it is wrong, and then all of it is reported. */
export function readStage(
  reading: FileReading,
  path: JsonPath,
  { n, ...around }: AroundStages & { readonly n: number },
): Stage | null {
  const kind = readStageKind(reading, path);
  switch (kind) {
    case 'assign': {
      const shape = readPart(reading, path, STAGE_SHAPES.assign);
      if (shape === null) return null;
      const { min_points: minPoints = 0, min_margin: minMargin = 0, withdraw_routes: withdrawRoutes = false } = shape;
      return { ...timing(n, shape), do: kind, minPoints, minMargin, withdrawRoutes };
    }
    case 'route': {
      const shape = readPart(reading, path, STAGE_SHAPES.route);
      const rule = shape === null ? null : readSent(shape, around);
      if (shape === null || rule === null) return null;
      return { ...timing(n, shape), do: kind, minPoints: shape.min_points ?? 0, ...rule };
    }
    case 'mass_route':
      return readMassRoute(reading, path, { n, ...around });
    case 'unpublish': {
      const shape = readPart(reading, path, STAGE_SHAPES.unpublish);
      return shape && { ...timing(n, shape), do: kind, discardRequests: shape.discard_requests ?? false };
    }
    case 'auto_dispatch':
      return readAutoDispatch(reading, path, { n, ...around });
    case 'publish':
    case 'hold': {
      const shape = readPart(reading, path, STAGE_SHAPES[kind]);
      return shape && { ...timing(n, shape), do: kind };
    }
    case null:
      return null;
  }
}

function readMassRoute(
  reading: FileReading,
  path: JsonPath,
  { n, ...around }: AroundStages & { readonly n: number },
): Stage | null {
  const shape = readPart(reading, path, STAGE_SHAPES.mass_route);
  const rule = shape === null ? null : readSent(shape, around);
  if (shape === null || rule === null) return null;
  const { top = null, talent_pool_id: talentPoolId = null, unscored = false } = shape;
  if (top === null && talentPoolId === null) {
    const what = 'The stage does not say whom to invite';
    const fix = unscored
      ? 'Add "talent_pool_id" with the id of a pool: "unscored" invites all of it.'
      : 'Add "top" with a number, "talent_pool_id" with the id of a pool, or both.';
    refuse(reading, [...path, 'top'], { code: 'FM-R202', what, fix });
    return null;
  }
  if (!unscored)
    return { ...timing(n, shape), do: 'mass_route', top, talentPoolId, minPoints: shape.min_points ?? 0, ...rule };
  for (const key of ['top', 'min_points'] as const) {
    if (shape[key] === undefined) continue;
    const what = `Nobody is scored by this stage, so "${key}" can choose nobody`;
    refuseKey(reading, [...path, key], { code: 'FM-R221', what, fix: `Delete "${key}", or delete "unscored".` });
  }
  if (talentPoolId === null) {
    const what = 'Without scoring only a whole talent pool can be invited';
    refuse(reading, [...path, 'unscored'], {
      code: 'FM-R221',
      what,
      fix: 'Add "talent_pool_id", or delete "unscored".',
    });
    return null;
  }
  if (top !== null || shape.min_points !== undefined) return null;
  return { ...timing(n, shape), do: 'mass_route_pool', talentPoolId, ...rule };
}

function readAutoDispatch(
  reading: FileReading,
  path: JsonPath,
  { n, ...around }: AroundStages & { readonly n: number },
): Stage | null {
  const shape = readPart(reading, path, STAGE_SHAPES.auto_dispatch);
  const rule = shape === null ? null : readSent(shape, around);
  if (shape === null || rule === null) return null;
  const dispatch: Omit<AutoDispatch, 'selectionRule'> = {
    selectionRuleId: shape.selection_rule_id ?? around.selectionRuleId,
    shouldRoute: shape.should_route ?? false,
    delaySeconds: shape.delay_seconds,
    w2SkipPublish: shape.w2_skip_publish ?? null,
    w2FailSwitch: shape.w2_fail_switch ?? null,
    networkIds: shape.network_ids ?? null,
    tieredAutoDispatchId: shape.tiered_auto_dispatch_id ?? null,
    autoAssign: shape.auto_assign ?? null,
    alsoPublish: shape.also_publish ?? null,
  };
  return {
    ...timing(n, shape),
    do: 'auto_dispatch',
    discardRequests: shape.discard_requests ?? false,
    dispatch,
    ...rule,
  };
}

function timing(n: number, shape: { readonly after_minutes: number }): StageTiming {
  return { n, afterMinutes: shape.after_minutes };
}

/** Null: the rule is to be sent and cannot be, which has been reported with its criteria. */
function readSent(
  shape: { readonly send_selection_rule?: boolean | undefined },
  { sends }: AroundStages,
): { readonly sends?: readonly SentCriterion[] } | null {
  if (shape.send_selection_rule !== true) return {};
  return sends === null ? null : { sends };
}

/** What the stage does; null when that cannot be said, which is reported. */
function readStageKind(reading: FileReading, path: JsonPath): StageKind | null {
  const node = nodeAt(reading.document.root, path);
  const at = [...path, 'do'];
  const word = textAt(reading, at);
  const kind = STAGE_KINDS.find((each) => each === word);
  if (kind !== undefined) return kind;
  if (node?.kind !== 'object' || nodeAt(reading.document.root, at) === null) {
    const code = node?.kind === 'object' ? 'FM-R202' : 'FM-R203';
    const fix = `Add "do". ${chooseFrom(STAGE_KINDS)}`;
    refuse(reading, at, { code, what: 'The stage does not say what to do', fix });
    return null;
  }
  const later = word !== null && Object.hasOwn(LATER_STAGES, word) ? LATER_STAGES[word] : undefined;
  const value = nodeAt(reading.document.root, at);
  if (later !== undefined) {
    refuse(reading, at, { code: 'FM-R211', what: `The stage "${word}" is not in this release`, fix: later });
    return null;
  }
  const nearest = word === null ? null : nearestName(word, STAGE_KINDS);
  const fix = nearest === null ? chooseFrom(STAGE_KINDS) : `Did you mean "${nearest}"?`;
  const what = `There is no stage ${quoted(value === null ? null : toJsonValue(value))}`;
  refuse(reading, at, { code: word === null ? 'FM-R203' : 'FM-R206', what, fix });
  return null;
}
