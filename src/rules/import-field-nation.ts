import { findCriterion } from '../criteria/catalog.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { type FoundSelectionRule, findSelectionRule } from './find-selection-rule.ts';
import type { ToldCriterion, ToldRules, ToldWithLosses } from './imported-rule-file.ts';
import { flagIn, objectIn, othersIn, textIn, wholeNumberIn } from './json-parts.ts';
import { leftMembers, type NotExpressed } from './not-expressed.ts';
import { readCodedCriterion } from './read-coded-criterion.ts';
import { usualThreshold } from './usual-thresholds.ts';

/** What is about one provider and not about the rule, in the pending list. */
const OF_PROVIDER = ['points', 'is_match', 'status', 'order'];
const SHOWN = ['id', 'weight', 'name', 'is_required', 'can_remote', 'width', ...OF_PROVIDER];
const INLINE = ['name', 'operator', 'value'];

/** A selection rule in any shape of Field Nation's. Null: there is none in the document. */
export function readFieldNation(document: JsonValue): ToldRules | null {
  const found = findSelectionRule(document);
  if (found === null) return null;
  const read = found.criteria.map((each, place) => readCriterion(found, objectIn(each) ?? {}, place));
  const manifest = objectIn(objectIn(document)?.['manifest']);
  return {
    criteria: read.map(({ criterion }) => criterion),
    appliesTo: null,
    selectionRuleId: Math.max(0, wholeNumberIn(found.rule['id']) ?? 0),
    id: textIn(manifest?.['rule_file']),
    name: textIn(manifest?.['name']) ?? textIn(found.rule['name']),
    notExpressed: [...read.flatMap((one) => one.notExpressed), ...leftOfShape(found)],
  };
}

function readCriterion(found: FoundSelectionRule, criterion: JsonObject, place: number): ToldWithLosses {
  switch (found.kind) {
    case 'shown':
      return readShown(criterion, place, thresholdOf(found.thresholds, criterion));
    case 'coded':
      return readCodedCriterion(criterion, place);
    case 'inline':
      return readInline(criterion, place);
  }
}

function thresholdOf(thresholds: readonly JsonValue[], criterion: JsonObject): JsonObject | null {
  const id = criterion['id'];
  return thresholds.map(objectIn).find((one) => one !== null && one['id'] === id) ?? null;
}

function readShown(shown: JsonObject, place: number, threshold: JsonObject | null): ToldWithLosses {
  const label = textIn(shown['name']) ?? `criterion ${place + 1}`;
  const told = {
    key: textIn(threshold?.['key']),
    label,
    weight: wholeNumberIn(shown['weight']),
    isRequired: flagIn(shown['is_required']),
    canRemote: flagIn(shown['can_remote']),
  };
  const left = leftMembers(`criterion "${label}"`, othersIn(shown, SHOWN));
  if (threshold === null) {
    const { criterion, notExpressed } = withUsualThreshold(told);
    return { criterion, notExpressed: [...notExpressed, ...left] };
  }
  const params = objectIn(threshold['params']);
  const compared = { operator: threshold['operator'] ?? null, value: threshold['value'] ?? null };
  const asks = params === null ? compared : { ...compared, params };
  return { criterion: { ...told, asks, because: null }, notExpressed: left };
}

/** The platform shows that it asks, never what for. */
function withUsualThreshold(told: Omit<ToldCriterion, 'asks' | 'because'>): ToldWithLosses {
  const definition = findCriterion(told.label)?.definition ?? null;
  const usual = definition === null ? null : usualThreshold(definition);
  if (usual === null) return followPlatform(told);
  if (usual.from === 'only') return { criterion: { ...told, asks: usual.asks, because: null }, notExpressed: [] };
  const source = usual.from === 'shipped' ? 'of the rule files that ship' : 'from the example of rules docs';
  const { operator, value } = usual.asks;
  const because = `The platform asks for it and does not publish its threshold. This one is ours, ${source}; where the fact is unknown the platform's own verdict stands in.`;
  return {
    criterion: { ...told, asks: { ...usual.asks, on_missing: 'platform' }, because },
    notExpressed: [
      {
        code: 'FM-R952',
        at: `criterion "${told.label}"`,
        what: `The platform does not publish its threshold; ${operator} ${value} stands in, ${source}`,
        fix: 'Write the threshold you mean.',
        value: null,
      },
    ],
  };
}

/** A criterion of the company's own: what it compares is not known, what comes of it is. */
function followPlatform(told: Omit<ToldCriterion, 'asks' | 'because'>): ToldWithLosses {
  const when = { fact: 'fn.criterion', params: { name: told.label }, operator: '=', value: 'match' };
  const because = "What it compares is not published: it follows the platform's own verdict.";
  const what = "What it compares is not known here; it follows the platform's own verdict";
  const fix = 'It is unknown for providers of the bench whom no pending list has shown.';
  return {
    criterion: { ...told, asks: { when }, because },
    notExpressed: [{ code: 'FM-R952', at: `criterion "${told.label}"`, what, fix, value: null }],
  };
}

function readInline(sent: JsonObject, place: number): ToldWithLosses {
  const name = textIn(sent['name']) ?? `criterion ${place + 1}`;
  const isWhole = sent['operator'] !== undefined && sent['value'] !== undefined;
  const asks = isWhole ? { operator: sent['operator'] ?? null, value: sent['value'] ?? null } : null;
  const because = isWhole ? null : 'it has no operator and value';
  const criterion = { key: null, label: name, asks, weight: null, isRequired: true, canRemote: null, because };
  return { criterion, notExpressed: leftMembers(`criterion "${name}"`, othersIn(sent, INLINE)) };
}

/** Around the criteria, by shape; what counts matches or says what may be done is about whoever looks. */
const AROUND: { readonly [kind in FoundSelectionRule['kind']]: readonly string[] } = {
  shown: ['id', 'name', 'is_default', 'criterion', 'max_points', ...OF_PROVIDER],
  coded: ['id', 'name', 'weight', 'metadata', 'sum', 'status', 'actions', 'results'],
  inline: ['id', 'rules'],
};

/** The pending list judges somebody by the rule. */
function leftOfShape({ kind, rule, criteria }: FoundSelectionRule): readonly NotExpressed[] {
  const left = leftMembers('selection_rule', othersIn(rule, AROUND[kind]));
  if (kind !== 'shown') return left;
  const isJudged = [rule, ...criteria.map(objectIn)].some((one) =>
    OF_PROVIDER.some((key) => one !== null && one[key] !== undefined),
  );
  return isJudged ? [VERDICTS, ...left] : left;
}

const VERDICTS: NotExpressed = {
  code: 'FM-R957',
  at: 'selection_rule',
  what: 'Points, status, order and is_match are about one provider and not about the rule',
  fix: 'They come again with the next decision.',
  value: null,
};
