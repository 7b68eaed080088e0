import { earnedCents, maxPayCents } from '../market/pay.ts';
import type { Pay, WorkOrder } from '../world/nouns.ts';
import { minutesWorked } from '../world/work-report.ts';
import { toWireHours } from './finished-work.ts';
import { embeddedList } from './list-envelope.ts';

/** Pay of a request. A plain request carries no pay of its own: empty type and zeros. */
export function toWireRequestPay(pay: Pay | null) {
  const max = pay === null ? 0 : maxPayCents(pay) / 100;
  return {
    type: pay?.type ?? '',
    term: { id: 0, explanation: '' },
    base: toWireRate(pay?.base),
    additional: toWireRate(pay?.additional),
    labor_sum: max,
    max_pay: max,
  };
}

/** Once somebody is assigned, the pay is the one agreed, which differs after a counter-offer; the total follows the hours reported. */
export function toWirePay(workOrder: WorkOrder) {
  const pay = workOrder.assignment?.pay ?? workOrder.pay;
  const max = maxPayCents(pay) / 100;
  const sums = { ...embeddedList([]), sum: { all: 0, charged: 0, uncharged: 0 } };
  const minutes = minutesWorked(workOrder.report);
  const spent = (workOrder.report?.expenseCents ?? 0) / 100;
  const isDone = workOrder.phase === 'work_done' || workOrder.phase === 'approved';
  const total = isDone ? earnedCents(pay, minutes) / 100 + spent : max;
  return {
    work_order_id: workOrder.id,
    type: pay.type,
    base: toWireRate(pay.base, 'units first'),
    additional: toWireRate(pay.additional, 'units first'),
    hold: { id: 0, amount: 0, charged: false },
    fees: [],
    finance: { id: 1, terms: 'Net 30', description: '', limit: 100_000 },
    reported_hours: toWireHours(minutes),
    number_of_devices: pay.type === 'device' ? pay.base.units : 0,
    minimum_payment: 20,
    range: { min: max, max },
    actions: ['edit'],
    labor_sum: max,
    fees_cancellation_pending: false,
    fee_cancellation_queued: '0',
    fee_cancellation_charged: '0',
    bonuses: sums,
    penalties: sums,
    discounts: sums,
    expenses: spent === 0 ? sums : toWireExpenses(spent),
    increases: sums,
    total,
    max_pay: max,
    calculated_total: { total: { min: max, max } },
    can_view: true,
  };
}

function toWireExpenses(spent: number) {
  const expense = {
    id: 1,
    description: 'Parts bought on site',
    amount: spent,
    status: 'pending',
    actions: ['approve', 'deny'],
  };
  return { ...embeddedList([expense]), sum: { all: spent, charged: 0, uncharged: spent } };
}

/** The work order has units before amount, requests the other way round, as in the recorded answers. */
function toWireRate(rate: Pay['base'] | undefined, order?: 'units first') {
  const amount = (rate?.cents ?? 0) / 100;
  const units = rate?.units ?? 0;
  return order === undefined ? { amount, units } : { units, amount };
}
