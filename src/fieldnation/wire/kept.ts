import type { JsonValue } from '../../domain/json.ts';
import { figure, type Keep, keepOnly, label, moment, share, word, zoneName } from '../keep-only.ts';
import { onceForShared } from '../shared-parts.ts';
import { toStatus } from './status.ts';

/*
 * What of a row is handed on as received: what the schemas read, and flags and ids that an audit asks for. The ledger
 * keeps it for good, so names, streets, telephone numbers, e-mail addresses and what people wrote to each other are
 * not in it. The platform cannot be asked for less: it gives `location` and `assignee` whole or not at all.
 */

const id: Keep = { id: figure };
const rate: Keep = { amount: figure, units: figure };
const pay: Keep = {
  type: word,
  base: rate,
  additional: rate,
  labor_sum: figure,
  max_pay: figure,
  reported_hours: figure,
  number_of_devices: figure,
  total: figure,
};

/** One criterion of the platform's evaluation. */
export const KEPT_CRITERION: Keep = {
  id: figure,
  weight: figure,
  name: label,
  is_required: figure,
  can_remote: figure,
  points: figure,
  width: share,
  status: word,
  order: figure,
  is_match: figure,
};

export const keptCriterion = onceForShared((value: JsonValue) => keepOnly(value, KEPT_CRITERION));

/** The platform's evaluation, whole: parity is measured against it field for field. */
const selectionRule: Keep = {
  id: figure,
  is_match: figure,
  points: figure,
  is_default: figure,
  max_points: figure,
  criterion: [keptCriterion],
};

const expenseRows: Keep = [{ amount: figure }];
const expenseObject: Keep = { results: expenseRows, total: figure, pending: figure };

/** An object with a total, or (older) an array of expenses. */
const expenses: Keep = (value) => keepOnly(value, Array.isArray(value) ? expenseRows : expenseObject);

export const KEPT_PENDING_ROW: Keep = {
  id: figure,
  w2: figure,
  routable: figure,
  marketplace: figure,
  worked_with: figure,
  has_request: figure,
  managed: figure,
  can_request: figure,
  request: {
    id: figure,
    counter: figure,
    active: figure,
    expired: figure,
    type: figure,
    hour_estimate: figure,
    created: moment,
    expires: moment,
    arrival: moment,
    pay,
    expenses,
    user: id,
    work_order: id,
  },
  // Who routed, by id: it tells a colleague's invitation from ours.
  route: { id: figure, created: moment, type: figure, author: id },
  selection_rule: selectionRule,
  provider_scoring: { is_recommended: figure, is_new_connection: figure, provider_score: figure },
  category: { id: word },
  actions: [word],
};

/** Only a name that means something to us: anything could stand there. */
const statusName: Keep = (value) => (typeof value === 'string' && toStatus(value, null) !== null ? value : undefined);

const total: Keep = { total: figure };

/** What is counted of finished work, without what it says. */
const finishedWork = {
  time_logs: { metadata: total, hours: figure },
  problems: { metadata: total, results: [{ id: figure, type: id, resolved: figure }] },
  tasks: { metadata: total, results: [{ id: figure, type: id, status: word }] },
  attachments: { metadata: total, results: [{ id: figure, type: word, metadata: total, results: [id] }] },
} as const satisfies Keep;

const typeOfWork: Keep = { id: figure, name: label, isPrimary: figure, is_primary: figure };

export const KEPT_WORK_ORDER: Keep = {
  id: figure,
  title: label,
  status: {
    id: figure,
    name: statusName,
    code: word,
    sub_status: word,
    is_routed: figure,
    delay: figure,
    ncns: figure,
    confirmed: figure,
    problem_reported: figure,
  },
  actions: [word],
  types_of_work: [typeOfWork],
  type_of_work: typeOfWork,
  company: id,
  client: id,
  project: id,
  role: { company_id: figure, client_id: figure, project_id: figure, assigned_user_id: figure },
  location: { mode: word, coordinates: { latitude: figure, longitude: figure, exact: figure } },
  schedule: {
    service_window: { mode: word, start: moment, end: moment, est_labor_hours: figure },
    time_zone: { id: figure, name: zoneName },
    est_labor_hours: figure,
  },
  pay,
  bundle: { id: figure, results: [id] },
  assignee: { user: id },
  milestones: {
    created: moment,
    published: moment,
    routed: moment,
    assigned: moment,
    workdone: moment,
    approved: moment,
    paid: moment,
    canceled: moment,
  },
  publish_stats: {
    requests: figure,
    counter_offers: figure,
    routes: figure,
    declines: figure,
    all_requests: figure,
  },
  declines: { metadata: total, results: [{ id: figure, created: moment, user: id }] },
  ...finishedWork,
};

/** A work order's own selection rule by the platform's codes; `status` and `sum` would be about whoever looks. */
export const KEPT_QUALIFICATIONS: Keep = {
  selection_rule: {
    id: figure,
    name: label,
    results: [
      {
        id: figure,
        name: word,
        required: figure,
        weight: figure,
        operation: word,
        value: label,
        order: figure,
        service: label,
        description: label,
      },
    ],
  },
};
