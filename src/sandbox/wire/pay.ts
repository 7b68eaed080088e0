import { maxPayCents } from '../market/pay.ts';
import type { Pay } from '../world/nouns.ts';
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

export function toWirePay(workOrderId: number, pay: Pay) {
  const max = maxPayCents(pay) / 100;
  const sums = { ...embeddedList([]), sum: { all: 0, charged: 0, uncharged: 0 } };
  return {
    work_order_id: workOrderId,
    type: pay.type,
    base: toWireRate(pay.base, 'units first'),
    additional: toWireRate(pay.additional, 'units first'),
    hold: { id: 0, amount: 0, charged: false },
    fees: [],
    finance: { id: 1, terms: 'Net 30', description: '', limit: 100_000 },
    reported_hours: 0,
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
    expenses: sums,
    increases: sums,
    total: max,
    max_pay: max,
    calculated_total: { total: { min: max, max } },
    can_view: true,
  };
}

/** The work order has units before amount, requests the other way round, as in the recorded answers. */
function toWireRate(rate: Pay['base'] | undefined, order?: 'units first') {
  const amount = (rate?.cents ?? 0) / 100;
  const units = rate?.units ?? 0;
  return order === undefined ? { amount, units } : { units, amount };
}
