import type { JsonObject, JsonValue } from '../domain/json.ts';
import { listIn, objectIn } from './json-parts.ts';

/** One of the shapes in which Field Nation writes a selection rule down, wherever in an answer of the platform it stands. */
export type FoundSelectionRule =
  /** As the pending list shows it, one provider judged; `thresholds` only in our own export. */
  | {
      readonly kind: 'shown';
      readonly rule: JsonObject;
      readonly criteria: readonly JsonValue[];
      readonly thresholds: readonly JsonValue[];
    }
  /** By `SC_` codes, as a work order's qualifications and a project carry it. */
  | { readonly kind: 'coded'; readonly rule: JsonObject; readonly criteria: readonly JsonValue[] }
  /** As it is sent when routing: name, operator, value. */
  | { readonly kind: 'inline'; readonly rule: JsonObject; readonly criteria: readonly JsonValue[] };

/**
 * Looks into the answer itself, its `selection_rule`, a work order's `qualifications` and the rows of a pending list, the first of
 * which is taken: all are judged by one rule. Null: none of the shapes.
 */
export function findSelectionRule(document: JsonValue): FoundSelectionRule | null {
  const whole = objectIn(document);
  if (whole === null) return null;
  const rows = listIn(whole['results']) ?? [];
  const places = [
    whole,
    objectIn(whole['selection_rule']),
    objectIn(objectIn(whole['qualifications'])?.['selection_rule']),
    ...rows.map((row) => objectIn(objectIn(row)?.['selection_rule'])),
  ];
  for (const place of places) {
    const found = place === null ? null : shapeOf(place, whole);
    if (found !== null) return found;
  }
  return null;
}

function shapeOf(rule: JsonObject, whole: JsonObject): FoundSelectionRule | null {
  const shown = listIn(rule['criterion']) ?? [];
  if (shown.length > 0) return { kind: 'shown', rule, criteria: shown, thresholds: listIn(whole['thresholds']) ?? [] };
  const coded = listIn(rule['results']) ?? [];
  if (coded.length > 0 && coded.every((one) => isCode(objectIn(one)?.['name'])))
    return { kind: 'coded', rule, criteria: coded };
  const inline = listIn(rule['rules']) ?? [];
  if (inline.length > 0 && inline.every(isSent)) return { kind: 'inline', rule, criteria: inline };
  return null;
}

function isCode(name: JsonValue | undefined): boolean {
  return typeof name === 'string' && name.startsWith('SC_');
}

/** Not so a rule of json-rules-engine, which has a name too. */
function isSent(one: JsonValue): boolean {
  const sent = objectIn(one);
  return sent?.['name'] !== undefined && sent['value'] !== undefined && sent['when'] === undefined;
}
