import type { Problem } from '../domain/problem.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import { type JsonPath, offsetAt, positionOf } from '../rules/json-document.ts';
import type { RuleProblemCode } from '../rules/problem-codes.ts';
import { readJson } from '../rules/read-json.ts';
import type { CriterionTally, DataTally, FileTally } from './data-lint.ts';

/** Slates, and work orders among them, below which nothing is said to be never or always so. */
export const LEAST_SLATES = 20;

/** From here on a required criterion that nobody knows about keeps nearly everybody out. */
const MOSTLY_UNKNOWN_PERCENT = 80;

type Finding = { readonly code: RuleProblemCode; readonly what: string; readonly fix: string };

/** What the counts make worth a look, each with the line of its criterion. Too few slates: nothing at all. */
export function dataWarnings(set: RuleSet, tally: DataTally): readonly Problem[] {
  return tally.files.flatMap((counted) => {
    const file = [...set.files, ...set.reviews].find(({ id }) => id === counted.ruleFileId);
    if (file === undefined) return [];
    const seen = counted.kind === 'dispatch' ? tally.slates : tally.finished;
    const unused =
      seen >= LEAST_SLATES && counted.slates === 0 ? [placed(file, ['id'], notReached(seen, counted))] : [];
    const isEnough = counted.slates >= LEAST_SLATES && counted.workOrders.size >= LEAST_SLATES / 2;
    const list: JsonPath = counted.kind === 'dispatch' ? ['selection_rule', 'rules'] : ['criteria'];
    const criteria = isEnough ? counted.criteria : [];
    return [
      ...unused,
      ...criteria.flatMap((criterion) => {
        const found = findingOn(criterion, counted);
        return found === null ? [] : [placed(file, [...list, criterion.position - 1], found)];
      }),
    ];
  });
}

function notReached(seen: number, { kind }: FileTally): Finding {
  const of = kind === 'dispatch' ? 'recorded slates' : 'recorded pieces of finished work';
  return {
    code: 'FM-R854',
    what: `Of ${seen} ${of} this file would have decided none, neither live nor in shadow`,
    fix: 'Look at one with which-rule --tree: its applies_to may be too narrow, or another file comes before it.',
  };
}

/** The gravest thing alone: who is never known is never met either. */
function findingOn(criterion: CriterionTally, file: FileTally): Finding | null {
  const { key, match, miss, unknown, isRequired } = criterion;
  const counted = match + miss + unknown;
  const n = `${counted} ${file.kind === 'dispatch' ? 'candidates' : 'work orders'} on ${slatesText(file)}`;
  if (counted < LEAST_SLATES) return null;
  if (unknown === counted)
    return {
      code: 'FM-R851',
      what: `"${key}" was unknown for all ${n}`,
      fix: 'Bring the fact in (providers import, or a fact the platform sends), or delete the criterion.',
    };
  if (isRequired && match === 0)
    return {
      code: 'FM-R850',
      what: `"${key}" is required, and none of ${n} met it`,
      fix: 'Lower what it asks, or make it preferred: as it stands at most who is unknown gets past it.',
    };
  if (isRequired && unknown * 100 >= counted * MOSTLY_UNKNOWN_PERCENT)
    return {
      code: 'FM-R853',
      what: `"${key}" is required, and unknown for ${unknown} of ${n}`,
      fix: 'Say with on_missing what unknown means, or bring the fact in; simulate --set shows what either changes.',
    };
  return deadWeight(criterion, file);
}

/** Of a required criterion the gate is the point, and its points are the same for all who pass. */
function deadWeight({ key, isRequired, pivotal, reorders, weight }: CriterionTally, file: FileTally): Finding | null {
  if (file.kind === 'review' || isRequired || weight === 0 || pivotal > 0 || reorders > 0) return null;
  return {
    code: 'FM-R852',
    what: `"${key}" (weight ${weight}) changed no order of candidates and no decision on ${slatesText(file)}`,
    fix: 'Ask more or less of it, so that it sets providers apart, or delete it.',
  };
}

function slatesText({ slates, workOrders }: FileTally): string {
  return `${slates} slates of ${workOrders.size} work orders`;
}

function placed(file: { readonly path: string; readonly text: string }, path: JsonPath, found: Finding): Problem {
  const { document } = readJson(file.text);
  const place = document === null ? null : positionOf(offsetAt(document.root, path, 'value'), document.lineStarts);
  return { where: file.path, line: place?.line ?? 1, column: place?.column ?? 1, ...found };
}
