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

/** What the labour comes to for the minutes worked; more hours than agreed are not paid. */
export function earnedCents(pay: Pay, minutes: number): number {
  const hours = minutes / 60;
  switch (pay.type) {
    case 'fixed':
    case 'device':
      return maxPayCents(pay);
    case 'hourly':
      // The first hour is always paid in full.
      return Math.round(pay.base.cents * Math.min(pay.base.units, Math.max(1, hours)));
    case 'blended':
      return (
        pay.base.cents +
        Math.round(pay.additional.cents * Math.min(pay.additional.units, Math.max(0, hours - pay.base.units)))
      );
  }
}
