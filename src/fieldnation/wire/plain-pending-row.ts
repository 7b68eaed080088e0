import { onceForShared } from '../shared-parts.ts';
import { readDate } from './date.ts';
import { type PayParts, toPay } from './pay.ts';
import type { WireEvaluation, WirePendingRow, WireRequest } from './pending-row.ts';
import { flag, ifPlain, list, type Members, membersOf, NOT_PLAIN, number } from './plain-parts.ts';
import { isWord } from './scalars.ts';

/*
 * A row in the very shape that is documented, without the small print, read by hand: zod takes five times as long, which
 * was most of what a page cost. Whatever is the least bit different is left to the schema, whose answer this one equals
 * wherever it has one.
 */

/** Null: the schema has to say. */
export function plainPendingRow(raw: unknown): WirePendingRow | null {
  return ifPlain(raw, toRow);
}

function toRow(raw: unknown): WirePendingRow {
  const row = membersOf(raw);
  return {
    id: id(row['id']),
    w2: flag(row['w2']),
    routable: flag(row['routable']),
    marketplace: flag(row['marketplace']),
    worked_with: flag(row['worked_with']),
    has_request: flag(row['has_request']),
    managed: flag(row['managed']),
    request: optional(row['request'], toRequest),
    route: optional(row['route'], toRoute),
    selection_rule: optional(row['selection_rule'], toEvaluation),
    provider_scoring: optional(row['provider_scoring'], toScoring),
    category: optional(row['category'], toCategory),
    actions: list(row['actions']).filter(isWord),
  };
}

function toRoute(route: Members): WirePendingRow['route'] {
  return { id: id(route['id']), created: date(route['created']) };
}

function toScoring(scoring: Members): WirePendingRow['provider_scoring'] {
  return {
    is_recommended: flag(scoring['is_recommended']),
    is_new_connection: flag(scoring['is_new_connection']),
    provider_score: number(scoring['provider_score']),
  };
}

function toCategory(category: Members): WirePendingRow['category'] {
  return { id: kind(category['id']) };
}

function toRequest(request: Members): WireRequest {
  return {
    id: id(request['id']),
    counter: flag(request['counter']),
    active: flag(request['active']),
    expired: flag(request['expired']),
    created: date(request['created']),
    expires: date(request['expires']),
    pay: pay(request['pay']),
    expenses: expenses(request['expenses']),
    user: optional(request['user'], toId),
    work_order: optional(request['work_order'], toId),
  };
}

function toEvaluation(rule: Members): WireEvaluation {
  const ruleId = rule['id'];
  return {
    id: ruleId === false || ruleId === 0 ? null : id(ruleId),
    is_match: flag(rule['is_match']),
    points: number(rule['points']),
    max_points: number(rule['max_points']),
    criterion: list(rule['criterion']).map(toCriterion),
  };
}

const toCriterion = onceForShared((item: unknown): WireEvaluation['criterion'][number] => {
  const criterion = membersOf(item);
  const status = criterion['status'];
  const isMatch = flag(criterion['is_match']);
  if (status !== 'match' && status !== 'no_match_required' && status !== 'no_match_preferred') throw NOT_PLAIN;
  if ((status === 'match') !== isMatch) throw NOT_PLAIN;
  return {
    name: text(criterion['name']),
    weight: number(criterion['weight']),
    is_required: flag(criterion['is_required']),
    is_match: isMatch,
    points: number(criterion['points']),
    status,
  };
});

function pay(value: unknown): WireRequest['pay'] {
  const parts = membersOf(value);
  const type = parts['type'];
  const base = optional(parts['base'], toPart);
  const additional = optional(parts['additional'], toPart);
  if (type !== '' && type !== 'fixed' && type !== 'hourly' && type !== 'device' && type !== 'blended') throw NOT_PLAIN;
  const made = toPay({ type, base, additional });
  if (typeof made === 'string') throw NOT_PLAIN;
  return made;
}

function toPart(part: Members): PayParts['base'] {
  return { amount: number(part['amount']), units: number(part['units']) };
}

/** With a total and none listed. */
function expenses(value: unknown): number {
  const { results, total } = membersOf(value);
  const sum = number(total);
  if (list(results).length > 0 || sum < 0) throw NOT_PLAIN;
  return sum;
}

function toId(object: Members): { readonly id: number } {
  return { id: id(object['id']) };
}

function kind(value: unknown): 'request' | 'routed' {
  if (value === 'request' || value === 'routed') return value;
  throw NOT_PLAIN;
}

function optional<Read>(value: unknown, read: (members: Members) => Read): Read | null {
  return value === undefined ? null : read(membersOf(value));
}

function id(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw NOT_PLAIN;
}

function text(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw NOT_PLAIN;
}

function date(value: unknown): number | null {
  const ms = readDate(value);
  if (ms === 'broken') throw NOT_PLAIN;
  return ms;
}
