import type { Reason } from '../domain/decision.ts';
import { formatCents } from '../domain/money.ts';
import { CONSTRAINT_FACTS, type Guardrails } from '../domain/rule-file.ts';
import type { Candidate } from '../domain/scored-slate.ts';
import type { WorkOrder } from '../domain/work-order.ts';

/**
 * Every pay limit that a candidate breaks, on total cost: a counter-offer is accepted at the provider's price, expenses
 * included. A cost that nobody knows cannot be shown to hold any limit, so nobody is bound at it.
 */
export function payBlocks(candidate: Candidate, workOrder: WorkOrder, pay: Guardrails['pay']): readonly Reason[] {
  const isCounter = candidate.request?.isCounter === true;
  const { costCents } = candidate;
  if (costCents === null) return worksUnpaid(candidate, workOrder) ? [] : [{ code: 'FM-5016', detail: {} }];
  const blocks: Reason[] = [];
  if (isCounter && !pay.acceptCounters) blocks.push({ code: 'FM-5006', detail: { cost: formatCents(costCents) } });
  if (isCounter) blocks.push(...counterBlocks(costCents, workOrder.pay.maxCents, pay.maxCounterOverBasePercent));
  if (pay.maxTotalCents !== null && costCents > pay.maxTotalCents)
    blocks.push({ code: 'FM-5008', detail: { cost: formatCents(costCents), limit: formatCents(pay.maxTotalCents) } });
  return blocks;
}

/** An employee on a work order without pay costs the company nothing through the platform; a counter-offer asks for money. */
function worksUnpaid(candidate: Candidate, workOrder: WorkOrder): boolean {
  const isW2 = candidate.facts[CONSTRAINT_FACTS.isW2];
  const isEmployee = isW2?.kind === 'known' && isW2.value === true;
  return isEmployee && workOrder.pay.kind === 'none' && candidate.request?.isCounter !== true;
}

/** Base is the most that the work order itself pays; over a base of nothing every counter-offer is too high. */
function counterBlocks(costCents: number, baseCents: number, limitPercent: number | null): readonly Reason[] {
  if (limitPercent === null || costCents * 100 <= baseCents * (100 + limitPercent)) return [];
  const overPercent = baseCents === 0 ? '∞' : writtenPercent(costCents - baseCents, baseCents);
  const detail = { cost: formatCents(costCents), over_percent: overPercent, limit_percent: limitPercent };
  return [{ code: 'FM-5007', detail }];
}

/** One decimal, never rounded up: it must not say more than is asked. */
function writtenPercent(part: number, whole: number): string {
  const tenths = Math.floor((part * 1000) / whole);
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}
