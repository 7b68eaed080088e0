import type { Pay } from '../world/nouns.ts';

/** The most the labour can cost, in cents. */
export function maxPayCents(pay: Pay): number {
  switch (pay.type) {
    case 'fixed':
      return pay.base.cents;
    case 'hourly':
    case 'device':
      return pay.base.cents * pay.base.units;
    case 'blended':
      return pay.base.cents + pay.additional.cents * pay.additional.units;
  }
}

/** The same terms at another price; amounts are whole dollars, as people write them. */
export function scalePay(pay: Pay, percent: number): Pay {
  const scale = (cents: number): number => Math.round((cents * percent) / 10_000) * 100;
  return {
    type: pay.type,
    base: { cents: scale(pay.base.cents), units: pay.base.units },
    additional: { cents: scale(pay.additional.cents), units: pay.additional.units },
  };
}
