import { counterOverBase } from '../criteria/counter-over-base.ts';
import { isCounter } from '../criteria/is-counter.ts';
import { payTotal } from '../criteria/pay-total.ts';
import { unknown } from '../criteria/reading.ts';
import { type Fact, type FactRef, factRef } from '../domain/fact.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { Candidate, Slate } from '../domain/scored-slate.ts';
import { type ValueEdit, type ValueTerms, valueNotches } from './fact-levers.ts';
import { changeSize, type Notch, WHOLE_CHANGE } from './flip-search.ts';
import type { FactUses } from './flip-uses.ts';

/** What a request asks in total, its own time, and until when it can be answered: facts that are more than facts. */
export const PAY = factRef(payTotal.fact.name, null);
export const OVER_BASE = factRef(counterOverBase.fact.name, null);
export const IS_COUNTER = factRef(isCounter.fact.name, null);
export const REQUESTED_AT = factRef('request.requested_at', null);
export const EXPIRY = factRef('request.minutes_until_expiry', null);

/** Facts that cannot be otherwise by themselves: how the provider stands to the work order. */
export const STANDING: readonly string[] = ['candidate.kind', 'request.exists'];

export type RequestTerms = {
  readonly file: RuleFile;
  readonly slate: Slate;
  readonly candidate: Candidate;
  readonly usesOf: (ref: FactRef) => FactUses;
  readonly aim: 1 | -1;
  readonly nowMs: number;
};

/** The plain pay of the work order; null: it carries none. */
export function baseCents({ workOrder }: Pick<Slate, 'workOrder'>): number | null {
  return workOrder.pay.kind === 'none' ? null : workOrder.pay.maxCents;
}

/**
 * What the request could have asked: less by counter-offer or expenses, or more where that is looked for. Never under the
 * work order's own pay unless it is a counter-offer, which may ask anything.
 */
export function payNotches(terms: RequestTerms): readonly Notch<ValueEdit>[] {
  const { candidate, slate, aim } = terms;
  const { request, costCents } = candidate;
  const base = baseCents(slate);
  if (request === null || (!request.isCounter && request.expensesCents === 0)) return [];
  if (costCents === null)
    return base === null ? [] : [{ length: 1, at: () => ({ edit: { from: null, to: base }, size: WHOLE_CHANGE }) }];
  const least = request.isCounter ? 0 : (base ?? 0);
  const domain = aim === 1 ? ([least, costCents - 1] as const) : ([costCents + 1, HIGHEST_CENTS] as const);
  return domain[0] > domain[1] ? [] : valueNotches({ ...payTerms(terms, base), domain });
}

const HIGHEST_CENTS = 100_000_000;

/** Tests and limits on money, all in cents of the total. */
function payTerms({ file, usesOf, candidate, aim }: RequestTerms, base: number | null): ValueTerms {
  const { maxTotalCents, maxCounterOverBasePercent } = file.guardrails.pay;
  const over = usesOf(OVER_BASE);
  const shares = [
    ...over.tests
      .flatMap(({ test }) => test.value)
      .flatMap((value) => (typeof value === 'number' ? [value - 1, value] : [])),
    ...over.credits.flatMap(({ fullAt, zeroAt }) => [fullAt, zeroAt]),
  ];
  const cuts = [
    ...(maxTotalCents === null ? [] : [maxTotalCents]),
    ...(base === null || maxCounterOverBasePercent === null
      ? []
      : [Math.floor((base * (100 + maxCounterOverBasePercent)) / 100)]),
    ...(base === null ? [] : shares.map((share) => base + Math.floor((base * share) / 10_000))),
  ];
  const fact: Fact =
    candidate.costCents === null
      ? unknown('It is not known.')
      : { kind: 'known', value: candidate.costCents, source: 'row', observedAtMs: 0 };
  const uses = usesOf(PAY);
  const gradesOver = over.credits.length > 0 && uses.ranks === 0 ? ({ ...uses, ranks: -1 } as const) : uses;
  return { uses: gradesOver, type: payTotal.fact.type, fact, aim, cuts: cuts.map((cut) => cut + 1), isWanted: true };
}

/** How much of a change it is to ask the work order's own pay instead of another; null: it asks that, or the order has none. */
export function plainRequestSize({ candidate, slate }: RequestTerms): number | null {
  const base = baseCents(slate);
  if (candidate.request?.isCounter !== true || base === null) return null;
  return candidate.costCents === null ? WHOLE_CHANGE : changeSize(candidate.costCents, base);
}

export function requestedAtNotches({ candidate, usesOf, aim, nowMs }: RequestTerms): readonly Notch<ValueEdit>[] {
  const { request } = candidate;
  if (request === null) return [];
  return valueNotches({
    uses: usesOf(REQUESTED_AT),
    type: { kind: 'number', unit: 'timestamp' },
    fact: momentOf(request.createdMs),
    aim,
    origin: nowMs,
    domain: [0, nowMs],
  });
}

function momentOf(ms: number | null): Fact {
  return ms === null ? unknown('It is not known.') : { kind: 'known', value: ms, source: 'row', observedAtMs: 0 };
}

/** Minutes that the request could still have been answered. */
export function expiryNotches({ candidate, usesOf, aim, nowMs }: RequestTerms): readonly Notch<ValueEdit>[] {
  const { request } = candidate;
  if (request === null || aim === -1) return [];
  const left = request.expiresMs === null ? null : Math.floor((request.expiresMs - nowMs) / 60_000);
  const isOver = request.isExpired || (request.expiresMs !== null && request.expiresMs <= nowMs);
  return valueNotches({
    uses: usesOf(EXPIRY),
    type: { kind: 'number', unit: 'minutes' },
    fact: isOver && (left ?? 0) > 0 ? momentOf(null) : momentOf(left),
    aim,
    domain: [1, 525_600],
    isWanted: isOver,
  });
}
