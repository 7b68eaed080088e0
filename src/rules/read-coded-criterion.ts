import { findCriterion, UNSUPPORTED_CODES } from '../criteria/catalog.ts';
import type { CriterionDefinition } from '../criteria/definition.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { ToldWithLosses } from './imported-rule-file.ts';
import { flagIn, othersIn, textIn, wholeNumberIn } from './json-parts.ts';
import { leftMembers } from './not-expressed.ts';
import { GROUP_CODE } from './platform-codes.ts';

/** Source: Field Nation SDK, `SelectionRuleCriteria`; `status` and `sum` are about one provider. */
const READ = ['id', 'name', 'required', 'weight', 'operation', 'value', 'order', 'status', 'service', 'description'];
/** Sent empty where there is nothing. */
const OFTEN_EMPTY = ['custom_field', 'extra'];

const SIGNS: { readonly [operation: string]: { readonly plain: string; readonly list: string | null } } = {
  greater_than: { plain: '>', list: null },
  less_than: { plain: '<', list: null },
  equal_to: { plain: '=', list: 'has' },
  not_equal_to: { plain: '!=', list: 'lacks' },
};

/** `{name: "SC_STAR_BASED_RATING", required, weight, operation: "greater_than", value: "4"}`, the value a text whatever it is. */
export function readCodedCriterion(coded: JsonObject, place: number): ToldWithLosses {
  const code = textIn(coded['name']) ?? `criterion ${place + 1}`;
  const asked = readAsked(code, coded);
  const criterion = {
    key: null,
    label: asked.label,
    asks: asked.asks,
    weight: wholeNumberIn(coded['weight']),
    isRequired: flagIn(coded['required']),
    canRemote: null,
    because: asked.refusal,
  };
  const left = othersIn(coded, READ).filter((key) => !OFTEN_EMPTY.includes(key) || !isEmpty(coded[key]));
  return { criterion, notExpressed: leftMembers(`criterion "${code}"`, left) };
}

type Asked = { readonly label: string; readonly asks: JsonObject | null; readonly refusal: string | null };

function readAsked(code: string, coded: JsonObject): Asked {
  const definition = findCriterion(code)?.definition ?? null;
  const because = Object.hasOwn(UNSUPPORTED_CODES, code) ? UNSUPPORTED_CODES[code] : undefined;
  if (definition === null) return { label: code, asks: null, refusal: because ?? `${code} is no code we know.` };
  const { label } = definition;
  const sign = SIGNS[textIn(coded['operation']) ?? ''] ?? null;
  const refuse = (refusal: string): Asked => ({ label, asks: null, refusal: `${code}: ${refusal}` });
  if (sign === null) return refuse('its operation is not one we know.');
  if (UNCLEAR[code] !== undefined && (code !== WORK_ORDERS_OWN || sign.list !== null)) return refuse(UNCLEAR[code]);
  if (code === GROUP_CODE) {
    const when = { fact: 'provider.groups', operator: sign.list ?? sign.plain, value: wholeNumberIn(coded['value']) };
    return { label, asks: { when }, refusal: null };
  }
  const isList = definition.fact.type.kind === 'numbers';
  const asks = {
    operator: (isList ? sign.list : sign.plain) ?? sign.plain,
    value: toValue(coded['value'], definition),
  };
  return { label, asks, refusal: null };
}

const WORK_ORDERS_OWN = 'SC_SERVICE_CATEGORY_OF_WORKORDER';

/** Codes whose value means something else than a comparison of our fact, or may. */
const UNCLEAR: { readonly [code: string]: string } = {
  SC_TYPE_OF_WORK: 'its value is a kind of work and a count, in a form that is not documented.',
  [WORK_ORDERS_OWN]: 'whether it compares a count or asks for yes is not documented.',
};

/** What does not fit is left as it is: the parser of rule files says so. */
function toValue(value: JsonValue | undefined, { fact }: CriterionDefinition): JsonValue {
  const text = String(value ?? '').trim();
  if (fact.type.kind !== 'boolean') return text === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (['1', 'true', 'yes', ''].includes(text.toLowerCase())) return true;
  return ['0', 'false', 'no'].includes(text.toLowerCase()) ? false : text;
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === null || value === '' || JSON.stringify(value) === '{}';
}
