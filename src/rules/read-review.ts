import { hashText } from '../domain/json.ts';
import { centsFromUsd } from '../domain/money.ts';
import { MAX_CRITERIA, type ReviewCriterion, type ReviewFile, type ReviewOtherwise } from '../domain/rule-file.ts';
import { type FileReading, quoted, refuse } from './file-reading.ts';
import { type JsonNode, type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import type { NamedConditions } from './named-conditions.ts';
import { nearestName } from './nearest-name.ts';
import { readAppliesTo, workOrderScope } from './read-applies-to.ts';
import { readEach, readInnerPart, readPart } from './read-part.ts';
import { readQuietHours } from './read-quiet-hours.ts';
import { readReviewCriterion } from './read-review-criterion.ts';
import { refuseRepeatedKeys } from './read-selection-rule.ts';
import { readTests } from './read-tests.ts';
import {
  INCOMPLETE_SHAPE,
  REVIEW_DECISION_SHAPE,
  REVIEW_FILE_SHAPE,
  REVIEW_GUARDRAILS_SHAPE,
} from './review-shapes.ts';
import type { RuleTest } from './rule-test.ts';

/** A file of kind `review`; null when anything in it is wrong, and then all of it is reported. */
export function readReview(
  reading: FileReading,
  { path, text, named }: { readonly path: string; readonly text: string; readonly named: NamedConditions },
): { readonly review: ReviewFile; readonly tests: readonly RuleTest[] } | null {
  const shape = readPart(reading, [], REVIEW_FILE_SHAPE);
  const appliesTo = readAppliesTo(reading, named, 'review');
  const criteria = readCriteria(reading, named);
  const otherwise = readDecision(reading, ['decision']);
  const guardrails = readGuardrails(reading, ['guardrails']);
  const tests = readTests(reading, ['tests'], { kind: 'review', criteria, stages: null });
  if (shape === null || appliesTo === null || criteria === null || otherwise === null) return null;
  if (guardrails === null || tests === null) return null;
  const review: ReviewFile = {
    id: shape.id,
    name: shape.name,
    owner: shape.owner ?? null,
    because: shape.because ?? null,
    mode: shape.mode,
    canaryPercent: shape.canary_percent ?? 0,
    priority: shape.priority ?? 0,
    appliesTo: appliesTo.given,
    criteria,
    otherwise,
    guardrails,
    path,
    text,
    hash: hashText(text),
  };
  return { review, tests };
}

function readCriteria(reading: FileReading, named: NamedConditions): readonly ReviewCriterion[] | null {
  const list = nodeAt(reading.document.root, ['criteria']);
  const places = list?.kind === 'array' ? list.items.map((_, place) => place) : [];
  const scope = workOrderScope(reading, named, 'review');
  const read = places.map((place) => readReviewCriterion(reading, ['criteria', place], { position: place + 1, scope }));
  const criteria = read.filter((criterion) => criterion !== null);
  refuseRepeatedKeys(reading, ['criteria'], criteria);
  if (criteria.length === 0 || criteria.length < read.length) return null;
  if (criteria.length > MAX_CRITERIA) {
    const what = `The file has ${criteria.length} criteria, more than ${MAX_CRITERIA}`;
    const fix = 'Join criteria that belong together with "any" or "all".';
    refuse(reading, ['criteria', MAX_CRITERIA], { code: 'FM-R407', what, fix });
  }
  if (!criteria.some(({ isRequired }) => isRequired)) {
    const what = 'No criterion is required, so everything would be approved';
    refuse(reading, ['criteria'], { code: 'FM-R231', what, fix: 'Set "is_required": true on at least one.' });
  }
  return criteria;
}

function readDecision(reading: FileReading, path: JsonPath): ReviewOtherwise | null {
  const node = nodeAt(reading.document.root, path);
  // Missing altogether: reported with the file's own shape.
  if (node === null) return null;
  const shape = readInnerPart(reading, path, REVIEW_DECISION_SHAPE);
  const otherwise = readOtherwise(reading, [...path, 'otherwise']);
  return shape === null ? null : otherwise;
}

function readOtherwise(reading: FileReading, path: JsonPath): ReviewOtherwise | null {
  const node = nodeAt(reading.document.root, path);
  if (node === null) return null;
  if (node.kind === 'scalar' && node.value === 'hold') return { kind: 'hold' };
  const inner = nodeAt(reading.document.root, [...path, 'incomplete']);
  if (node.kind === 'object' && node.members.size === 1 && inner?.kind === 'object') {
    const shape = readPart(reading, [...path, 'incomplete'], INCOMPLETE_SHAPE);
    return shape === null ? null : { kind: 'incomplete', reasonId: shape.reason_id, reason: shape.reason };
  }
  const what = `otherwise is ${quoted(toJsonValue(node))}`;
  const nearest = nameMeant(node);
  const choice = 'Write "hold", or {"incomplete": {"reason_id": 4, "reason": "what is missing"}}.';
  const fix = nearest === null ? choice : `Did you mean "${nearest}"? ${choice}`;
  refuse(reading, path, { code: node.kind === 'scalar' ? 'FM-R206' : 'FM-R203', what, fix });
  return null;
}

/** Of a misspelt `hold` or `incomplete`; null: it is like neither. */
function nameMeant(node: JsonNode): string | null {
  if (node.kind === 'scalar' && typeof node.value === 'string') return nearestName(node.value, ['hold', 'incomplete']);
  const [key, ...others] = node.kind === 'object' ? [...node.members.keys()] : [];
  return key === undefined || others.length > 0 || key === 'incomplete' ? null : nearestName(key, ['incomplete']);
}

function readGuardrails(reading: FileReading, path: JsonPath): ReviewFile['guardrails'] | null {
  const shape = readInnerPart(reading, path, REVIEW_GUARDRAILS_SHAPE);
  const quietHours = readEach(reading, [...path, 'quiet_hours'], readQuietHours);
  if (shape === null || quietHours === null) return null;
  const usd = shape.max_daily_approved_usd;
  return {
    maxActionsPerRun: shape.max_actions_per_run ?? null,
    maxDailyApprovedCents: usd === undefined ? null : centsFromUsd(usd),
    quietHours,
    stopAfterErrors: shape.stop_after_errors ?? null,
  };
}
