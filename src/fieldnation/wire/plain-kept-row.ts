import type { JsonValue } from '../../domain/json.ts';
import { keptText } from '../keep-only.ts';
import { keptCriterion } from './kept.ts';
import { flag, ifPlain, list, type Members, membersOf, NOT_PLAIN, number } from './plain-parts.ts';
import { isWord } from './scalars.ts';

/*
 * What may be kept of a row in the very shape that is documented, without going through `KEPT_PENDING_ROW` key by key, which took longer than
 * parsing the row. Where there is an answer it is the same, in the same order of keys; there is none for whatever is the least
 * bit different.
 */

type Kept = { [key: string]: JsonValue };

/** Null: `keepOnly` has to say. */
export function plainKeptRow(raw: unknown): JsonValue | null {
  return ifPlain(raw, keepRow);
}

function keepRow(raw: unknown): JsonValue {
  const row = membersOf(raw);
  const kept: Kept = {
    actions: list(row['actions']).map(word),
    can_request: flag(row['can_request']),
    category: { id: word(membersOf(row['category'])['id']) },
    has_request: flag(row['has_request']),
    id: number(row['id']),
    managed: flag(row['managed']),
    marketplace: flag(row['marketplace']),
    provider_scoring: keepScoring(membersOf(row['provider_scoring'])),
  };
  if (row['request'] !== undefined) kept['request'] = keepRequest(membersOf(row['request']));
  kept['routable'] = flag(row['routable']);
  if (row['route'] !== undefined) kept['route'] = keepRoute(membersOf(row['route']));
  kept['selection_rule'] = keepRule(membersOf(row['selection_rule']));
  kept['w2'] = flag(row['w2']);
  kept['worked_with'] = flag(row['worked_with']);
  return kept;
}

function keepScoring(scoring: Members): JsonValue {
  return {
    is_new_connection: flag(scoring['is_new_connection']),
    is_recommended: flag(scoring['is_recommended']),
    provider_score: number(scoring['provider_score']),
  };
}

function keepRequest(request: Members): JsonValue {
  return {
    active: flag(request['active']),
    arrival: keepMoment(request['arrival']),
    counter: flag(request['counter']),
    created: keepMoment(request['created']),
    expenses: keepExpenses(membersOf(request['expenses'])),
    expired: flag(request['expired']),
    expires: keepMoment(request['expires']),
    hour_estimate: number(request['hour_estimate']),
    id: number(request['id']),
    pay: keepPay(membersOf(request['pay'])),
    type: number(request['type']),
    user: keepId(request['user']),
    work_order: keepId(request['work_order']),
  };
}

function keepRoute(route: Members): JsonValue {
  return {
    author: keepId(route['author']),
    created: keepMoment(route['created']),
    id: number(route['id']),
    type: number(route['type']),
  };
}

function keepRule(rule: Members): JsonValue {
  const id = rule['id'];
  return {
    criterion: list(rule['criterion']).map(keepCriterion),
    id: typeof id === 'boolean' ? id : number(id),
    is_default: flag(rule['is_default']),
    is_match: flag(rule['is_match']),
    max_points: number(rule['max_points']),
    points: number(rule['points']),
  };
}

function keepCriterion(criterion: unknown): JsonValue {
  const kept = keptCriterion(criterion as JsonValue);
  if (kept === undefined) throw NOT_PLAIN;
  return kept;
}

function keepPay(pay: Members): JsonValue {
  const { type } = pay;
  // Of pay that was worked, which no request has yet.
  if (!(pay['reported_hours'] === undefined && pay['number_of_devices'] === undefined && pay['total'] === undefined))
    throw NOT_PLAIN;
  const kept: Kept = {
    additional: keepRate(membersOf(pay['additional'])),
    base: keepRate(membersOf(pay['base'])),
  };
  if (pay['labor_sum'] !== undefined) kept['labor_sum'] = number(pay['labor_sum']);
  kept['max_pay'] = number(pay['max_pay']);
  kept['type'] = type === '' ? type : word(type);
  return kept;
}

function keepRate(rate: Members): JsonValue {
  return { amount: number(rate['amount']), units: number(rate['units']) };
}

/** With a total and none listed. */
function keepExpenses(expenses: Members): JsonValue {
  if (list(expenses['results']).length > 0) throw NOT_PLAIN;
  return { pending: number(expenses['pending']), results: [], total: number(expenses['total']) };
}

function keepMoment(value: unknown): JsonValue {
  const moment = membersOf(value);
  const local = membersOf(moment['local']);
  return {
    local: { date: text('date', local['date']), time: text('time', local['time']) },
    utc: text('date', moment['utc']),
  };
}

function keepId(value: unknown): JsonValue {
  return { id: number(membersOf(value)['id']) };
}

function word(value: unknown): string {
  if (isWord(value)) return value;
  throw NOT_PLAIN;
}

function text(kind: 'date' | 'time', value: unknown): string {
  if (typeof value === 'string' && keptText(kind, value)) return value;
  throw NOT_PLAIN;
}
