import { z } from 'zod';
import { centsFromUsd } from '../../domain/money.ts';
import type { Pay } from '../../domain/work-order.ts';
import { optionalNumber, optionalObject } from './scalars.ts';

const part = optionalObject(z.object({ amount: optionalNumber, units: optionalNumber }));

const payShape = z.object({
  type: z.enum(['fixed', 'hourly', 'device', 'blended']).or(z.literal('')).nullish(),
  base: part,
  additional: part,
});

export type PayParts = z.infer<typeof payShape>;

/** Pay as the most that the labour can cost. A type whose maximum cannot be told is an issue: money is never guessed. */
export const wirePay = optionalObject(payShape).transform((pay, ctx): Pay => {
  const read = pay === null ? NO_PAY : toPay(pay);
  if (typeof read !== 'string') return read;
  ctx.addIssue({ code: 'custom', message: read });
  return z.NEVER;
});

const NO_PAY: Pay = { kind: 'none', maxCents: 0 };

/** Or in words why its maximum cannot be told. */
export function toPay(pay: PayParts): Pay | string {
  if (pay.type === '' || pay.type === null || pay.type === undefined) return NO_PAY;
  const usd = maxUsd(pay);
  return typeof usd === 'string' ? usd : { kind: pay.type, maxCents: centsFromUsd(usd) };
}

function maxUsd(pay: PayParts): number | string {
  const amount = pay.base?.amount ?? null;
  const units = pay.base?.units ?? null;
  if (amount === null || amount < 0) return `${pay.type} pay without an amount`;
  switch (pay.type) {
    case 'fixed':
      return amount;
    case 'hourly':
    case 'device':
      if (units === null || units < 0 || (units === 0 && amount > 0))
        return `${pay.type} pay without a number of units`;
      return amount * units;
    case 'blended': {
      // The base amount is the total of the first hours, the additional amount a rate for each hour after them.
      const rate = pay.additional?.amount ?? null;
      const more = pay.additional?.units ?? null;
      if (rate === null || more === null || rate < 0 || more < 0 || (more === 0 && rate > 0))
        return 'blended pay without additional hours';
      return amount + rate * more;
    }
    default:
      return 'pay without a type';
  }
}
