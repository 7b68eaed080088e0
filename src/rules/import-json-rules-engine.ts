import { type FactUnit, UNITS } from '../domain/fact.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { CRITERION_EVENT } from './export-json-rules-engine.ts';
import type { ToldCriterion, ToldRules, ToldWithLosses } from './imported-rule-file.ts';
import { flagIn, listIn, objectIn, othersIn, textIn, wholeNumberIn } from './json-parts.ts';
import { leftMembers, type NotExpressed } from './not-expressed.ts';
import { type EngineReading, NotSayable, readEngineCondition } from './read-engine-condition.ts';

/** What our export has around its rules, besides what is read. */
const ENVELOPE = ['format', 'manifest', 'rules', 'conditions', 'applies_to', 'facts', 'notes', 'not_expressed'];

/** `facts` follow from the conditions. */
const PARAMS = ['key', 'label', 'weight', 'is_required', 'can_remote', 'because', 'facts'];

/** More than any rule file may have. */
const MOST_PARTS = 20_000;

/**
 * Rules as json-rules-engine takes them: a list, `{rules: […]}` with named `conditions`, or one rule. Ours come back as the
 * criteria they were; of a foreign one its conditions become a required criterion. Null: the document has no rules.
 */
export function readJsonRulesEngine(document: JsonValue): ToldRules | null {
  const rules = rulesIn(document);
  if (rules === null) return null;
  const envelope = objectIn(document);
  const around = envelope !== null && listIn(envelope['rules']) !== null ? envelope : {};
  const named = objectIn(around['conditions']) ?? {};
  const units = new Set<FactUnit>();
  const read = rules.map((rule, place) => readRule(objectIn(rule) ?? {}, place, { named, units }));
  const scope = readScope(around, { named, units });
  const manifest = objectIn(around['manifest']);
  const notExpressed = [
    ...read.flatMap((one) => one.notExpressed),
    ...scope.notExpressed,
    ...priorities(rules),
    ...unknownMembers('the document', othersIn(around, ENVELOPE)),
    ...namesPutInPlace(named),
    ...(listIn(around['facts']) === null ? unitsNotTold(units) : []),
  ];
  return {
    criteria: read.map(({ criterion }) => criterion),
    appliesTo: scope.appliesTo,
    selectionRuleId: Math.max(0, wholeNumberIn(manifest?.['selection_rule_id']) ?? 0),
    id: textIn(manifest?.['rule_file']),
    name: textIn(manifest?.['name']),
    notExpressed,
  };
}

function rulesIn(document: JsonValue): readonly JsonValue[] | null {
  const one = objectIn(document);
  const list = listIn(document) ?? (one === null ? null : (listIn(one['rules']) ?? [one]));
  return list !== null && list.length > 0 && list.every((rule) => objectIn(rule)?.['conditions'] !== undefined)
    ? list
    : null;
}

type Shared = { readonly named: JsonObject; readonly units: Set<FactUnit> };

function readRule(rule: JsonObject, place: number, shared: Shared): ToldWithLosses {
  const event = objectIn(rule['event']) ?? {};
  const own = event['type'] === CRITERION_EVENT ? objectIn(event['params']) : null;
  const title = textIn(rule['name']) ?? textIn(event['type']) ?? `rule ${place + 1}`;
  const key = textIn(own?.['key']);
  const at = `rule "${key ?? title}"`;
  const read = readTree(rule['conditions'], shared);
  const criterion: ToldCriterion = {
    key: key ?? title,
    label: textIn(own?.['label']) ?? title,
    asks: read.tree === null ? null : { when: read.tree },
    weight: wholeNumberIn(own?.['weight']),
    isRequired: flagIn(own?.['is_required']),
    canRemote: flagIn(own?.['can_remote']),
    because: read.refusal ?? textIn(own?.['because']),
  };
  const notExpressed = [
    ...unknownMembers(at, othersIn(rule, ['name', 'conditions', 'event', 'priority'])),
    ...unknownMembers(`${at}, conditions`, read.left),
    ...(own === null ? [foreignEvent(at, rule['event'] ?? null)] : leftMembers(`${at}, event`, othersIn(own, PARAMS))),
  ];
  return { criterion, notExpressed };
}

type ReadTree = { readonly tree: JsonObject | null; readonly refusal: string | null; readonly left: readonly string[] };

function readTree(conditions: JsonValue | undefined, { named, units }: Shared): ReadTree {
  const reading: EngineReading = { named, units, left: new Set(), budget: MOST_PARTS };
  try {
    const tree = withoutWrapper(readEngineCondition(conditions, reading));
    return { tree, refusal: null, left: [...reading.left] };
  } catch (error) {
    if (!(error instanceof NotSayable)) throw error;
    return { tree: null, refusal: error.message, left: [...reading.left] };
  }
}

/** The library wants all, any or not at the root, so that an "all" around one comparison is its and not ours. */
function withoutWrapper(tree: JsonObject): JsonObject {
  const [only, ...rest] = listIn(tree['all']) ?? [];
  const leaf = objectIn(only);
  return leaf !== null && rest.length === 0 && leaf['fact'] !== undefined ? leaf : tree;
}

function readScope(around: JsonObject, shared: Shared): Pick<ToldRules, 'appliesTo' | 'notExpressed'> {
  const asked = around['applies_to'] ?? null;
  if (asked === null) return { appliesTo: null, notExpressed: [] };
  const { tree, refusal, left } = readTree(asked, shared);
  const lost = unknownMembers('applies_to', left);
  if (tree !== null) return { appliesTo: tree, notExpressed: lost };
  const what = `Which work orders the rules are for cannot be said here: ${refusal}`;
  const fix = 'Write applies_to yourself; until then the file is for every work order.';
  return { appliesTo: null, notExpressed: [...lost, { code: 'FM-R951', at: 'applies_to', what, fix, value: asked }] };
}

/** Equal ones say nothing. */
function priorities(rules: readonly JsonValue[]): readonly NotExpressed[] {
  const given = rules.map((rule) => objectIn(rule)?.['priority'] ?? 1);
  if (new Set(given).size <= 1) return [];
  const what = 'The rules have priorities; here all criteria are asked, and the order of a file means nothing';
  return [{ code: 'FM-R953', at: 'rules', what, fix: 'Give what matters more the higher weight.', value: given }];
}

/** A priority apart: it is no mere member, and what it does is known. */
function unknownMembers(at: string, left: readonly string[]): readonly NotExpressed[] {
  const others = leftMembers(
    at,
    left.filter((key) => key !== 'priority'),
  );
  if (!left.includes('priority')) return others;
  const what = 'A condition has a priority, which changes no verdict and leaves later ones without a result';
  return [{ code: 'FM-R953', at, what, fix: 'Nothing is lost by leaving it out.', value: null }, ...others];
}

function foreignEvent(at: string, event: JsonValue): NotExpressed {
  const what = 'Its event is not one of a criterion: a rule file says what is done in its stages and guardrails';
  const fix = 'It was read as a required criterion without points; give it its weight, or is_required false.';
  return { code: 'FM-R954', at, what, fix, value: event };
}

function namesPutInPlace(named: JsonObject): readonly NotExpressed[] {
  const names = Object.keys(named);
  if (names.length === 0) return [];
  const what = 'Named conditions were put in place wherever they are used';
  return [{ code: 'FM-R959', at: 'conditions', what, fix: 'Name them again under "conditions".', value: names }];
}

function unitsNotTold(units: ReadonlySet<FactUnit>): readonly NotExpressed[] {
  if (units.size === 0) return [];
  const kept = [...units].map((unit) => UNITS[unit].keptAs);
  const what = `The source does not say its units; numbers were read as ${kept.join(', ')}`;
  return [{ code: 'FM-R958', at: 'facts', what, fix: 'Look whether the thresholds are the ones meant.', value: kept }];
}
