import type { Fill } from '../domain/fill.ts';

/**
 * What a person would have needed: a rule of thumb of this project, not measured. Opening a work order, choosing and assigning
 * takes two minutes, reading one provider's profile half a minute; a page says it beside every sum.
 */
export const MINUTES_BY_HAND = { perWorkOrder: 2, perTwoProviders: 1 } as const;

/** `times`: a work order that came back and was filled again counts again. */
export type MinutesSaved = { readonly times: number; readonly providers: number; readonly minutes: number };

/** Rounded down. Of fills by rule files alone: what a person did by hand saved nobody anything. */
export function minutesSaved(fills: readonly Fill[]): MinutesSaved {
  const own = fills.filter(({ ruleFileId }) => ruleFileId !== null);
  const providers = own.reduce((sum, { candidates }) => sum + candidates, 0);
  const reading = Math.floor((providers * MINUTES_BY_HAND.perTwoProviders) / 2);
  return { times: own.length, providers, minutes: own.length * MINUTES_BY_HAND.perWorkOrder + reading };
}
