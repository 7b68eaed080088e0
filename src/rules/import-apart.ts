import { unitOfFact } from '../criteria/catalog.ts';
import type { FactUnit } from '../domain/fact.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { CREDIT, ON_MISSING } from './export-json-rules-engine.ts';
import type { ToldCriterion, ToldRules } from './imported-rule-file.ts';
import { listIn, objectIn, textIn } from './json-parts.ts';
import type { NotExpressed } from './not-expressed.ts';
import { writtenAs } from './written-number.ts';

/** What json-rules-engine's rules of ours carry along in their events, or beside them, and so lose nothing of. */
const CARRIED = [
  'selection_rule.rules',
  'selection_rule.rules.can_remote',
  'selection_rule.rules.name',
  'applies_to',
  'conditions',
];

/**
 * What an export of ours could not express stands in it apart, by criterion: of json-rules-engine it comes back. Whatever does
 * not is listed, each part by its name.
 */
export function bringBackApart(told: ToldRules, json: JsonValue, isByKey: boolean): ToldRules {
  const parts = (listIn(objectIn(json)?.['not_expressed']) ?? []).map(objectIn).filter((each) => each !== null);
  const criteria = isByKey ? told.criteria.map((criterion) => withApart(criterion, parts)) : told.criteria;
  const isBack = (at: string) =>
    isByKey && (CARRIED.includes(at) || isGivenBack(at, { criteria, value: valueAt(parts, at) }));
  const lost = parts.flatMap((part) => {
    const at = textIn(part['at']);
    return at === null || isBack(at) ? [] : [toldAsLost(at, part['value'] ?? null)];
  });
  return { ...told, criteria, notExpressed: [...lost, ...told.notExpressed] };
}

function toldAsLost(at: string, value: JsonValue): NotExpressed {
  const what = 'The export says that it leaves this out';
  return { code: 'FM-R959', at, what, fix: 'Take it from the rule file that was exported.', value };
}

function valueAt(parts: readonly JsonObject[], at: string): JsonObject {
  return objectIn(parts.find((part) => part['at'] === at)?.['value']) ?? {};
}

function withApart(criterion: ToldCriterion, parts: readonly JsonObject[]): ToldCriterion {
  const key = criterion.key ?? '';
  const onMissing = valueAt(parts, ON_MISSING.at)[key];
  const credit = writtenCredit(objectIn(valueAt(parts, CREDIT.at)[key]), criterion);
  return {
    ...criterion,
    apart: {
      ...(onMissing === undefined ? {} : { on_missing: onMissing }),
      ...(credit === null ? {} : { credit }),
    },
  };
}

/** True: each criterion that the part is about has it again. */
function isGivenBack(
  at: string,
  { criteria, value }: { readonly criteria: readonly ToldCriterion[]; readonly value: JsonObject },
): boolean {
  const member = at === ON_MISSING.at ? 'on_missing' : at === CREDIT.at ? 'credit' : null;
  const keys = Object.keys(value);
  if (member === null || keys.length === 0) return false;
  return keys.every((key) => criteria.some((one) => one.key === key && one.apart?.[member] !== undefined));
}

/** Both ends from the unit that the fact is kept in. Null: there is none, or nothing to tell its unit by. */
function writtenCredit(credit: JsonObject | null, { asks }: ToldCriterion): JsonObject | null {
  const [unit, ...others] = new Set(asks === null ? [] : unitsIn(asks));
  const [fullAt, zeroAt] = [credit?.['full_at'], credit?.['zero_at']];
  if (unit === undefined || others.length > 0 || typeof fullAt !== 'number' || typeof zeroAt !== 'number') return null;
  return { kind: credit?.['kind'] ?? null, full_at: writtenAs(fullAt, unit), zero_at: writtenAs(zeroAt, unit) };
}

function unitsIn(value: JsonValue): readonly FactUnit[] {
  const list = listIn(value);
  if (list !== null) return list.flatMap(unitsIn);
  const node = objectIn(value);
  if (node === null) return [];
  const own = typeof node['fact'] === 'string' ? unitOfFact(node['fact']) : null;
  return [...(own === null ? [] : [own]), ...Object.values(node).flatMap(unitsIn)];
}
