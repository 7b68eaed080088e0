import type { RuleFile, Stage } from '../domain/rule-file.ts';
import { type FileReading, quoted, refuse, warn } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { chooseFrom, nearestName } from './nearest-name.ts';
import { textAt } from './read-comparison.ts';
import { readInnerPart, readPart } from './read-part.ts';
import { readTieBreak } from './read-tie-break.ts';
import { DECISION_SHAPE, STAGE_SHAPES } from './shapes.ts';

export type Decision = Pick<RuleFile, 'stages' | 'tieBreak' | 'maxVerdictAgeDays' | 'acceptClientPayTerms'>;

type StageKind = keyof typeof STAGE_SHAPES;
const STAGE_KINDS = ['assign', 'route', 'mass_route', 'publish', 'hold'] as const satisfies readonly StageKind[];

/** Stages of later releases, and what to use until then. */
const LATER_STAGES: { readonly [kind: string]: string } = {
  unpublish: 'Use "hold", and unpublish by hand.',
  unroute: 'Use "withdraw_routes": true on an assign stage.',
  auto_dispatch: 'Use "mass_route" with "top", or "hold" and start auto-dispatch by hand.',
};

/** Null: something in it is wrong, and all of it is reported. */
export function readDecision(reading: FileReading, path: JsonPath): Decision | null {
  const shape = readInnerPart(reading, path, DECISION_SHAPE);
  const stages = readStages(reading, [...path, 'stages']);
  const tieBreak = readTieBreak(reading, [...path, 'tie_break']);
  if (shape === null || stages === null || tieBreak === null) return null;
  return {
    stages,
    tieBreak,
    maxVerdictAgeDays: shape.max_verdict_age_days ?? 30,
    acceptClientPayTerms: shape.accept_client_pay_terms ?? false,
  };
}

function readStages(reading: FileReading, path: JsonPath): readonly Stage[] | null {
  const node = nodeAt(reading.document.root, path);
  if (node?.kind !== 'array') return null;
  const read = node.items.map((_, place) => readStage(reading, [...path, place], place + 1));
  const stages = read.filter((stage) => stage !== null);
  for (const [index, stage] of stages.entries()) {
    const before = stages[index - 1];
    if (before !== undefined) checkOrder(reading, [...path, stage.n - 1], { before, stage });
  }
  return stages.length < read.length ? null : stages;
}

function readStage(reading: FileReading, path: JsonPath, n: number): Stage | null {
  const kind = readStageKind(reading, path);
  switch (kind) {
    case 'assign': {
      const shape = readPart(reading, path, STAGE_SHAPES.assign);
      return shape === null
        ? null
        : {
            n,
            afterMinutes: shape.after_minutes,
            do: kind,
            minPoints: shape.min_points ?? 0,
            minMargin: shape.min_margin ?? 0,
            withdrawRoutes: shape.withdraw_routes ?? false,
          };
    }
    case 'route': {
      const shape = readPart(reading, path, STAGE_SHAPES.route);
      return shape === null
        ? null
        : { n, afterMinutes: shape.after_minutes, do: kind, minPoints: shape.min_points ?? 0 };
    }
    case 'mass_route':
      return readMassRoute(reading, path, n);
    case 'publish':
    case 'hold': {
      const shape = readPart(reading, path, STAGE_SHAPES[kind]);
      return shape === null ? null : { n, afterMinutes: shape.after_minutes, do: kind };
    }
    case null:
      return null;
  }
}

function readMassRoute(reading: FileReading, path: JsonPath, n: number): Stage | null {
  const shape = readPart(reading, path, STAGE_SHAPES.mass_route);
  if (shape === null) return null;
  const { after_minutes: afterMinutes, top = null, talent_pool_id: talentPoolId = null } = shape;
  if (top === null && talentPoolId === null) {
    const what = 'The stage does not say whom to invite';
    const fix = 'Add "top" with a number, "talent_pool_id" with the id of a pool, or both.';
    refuse(reading, [...path, 'top'], { code: 'FM-R202', what, fix });
    return null;
  }
  return { n, afterMinutes, do: 'mass_route', top, talentPoolId, minPoints: shape.min_points ?? 0 };
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
    refuse(reading, at, {
      code,
      what: 'The stage does not say what to do',
      fix: `Add "do". ${chooseFrom(STAGE_KINDS)}`,
    });
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

function checkOrder(
  reading: FileReading,
  path: JsonPath,
  { before, stage }: { readonly before: Stage; readonly stage: Stage },
): void {
  if (stage.afterMinutes < before.afterMinutes) {
    const what = `This stage comes after ${stage.afterMinutes} minutes, the one before it after ${before.afterMinutes}`;
    const fix = 'Put the stages in the order of after_minutes, earliest first.';
    refuse(reading, [...path, 'after_minutes'], { code: 'FM-R501', what, fix });
  } else if (before.do === 'hold') {
    const what = 'This stage comes after a hold, which leaves everything to a person';
    warn(reading, path, { code: 'FM-R805', what, fix: 'Delete it, or put the hold last.' });
  }
}
