import type { RecordedDecision, RecordedIntent } from '../domain/recorded-decision.ts';

/** `confirmed`, or what each of several writes came to; null when nothing was meant to be sent. */
export function effectsText(decision: Pick<RecordedDecision, 'intents'>): string | null {
  return kindsText(decision.intents.map(({ effects }) => effects.at(-1)?.kind ?? 'open'));
}

/** The same of kinds that are known already. */
export function kindsText(kinds: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (counts.size === 0) return null;
  const [only] = counts.keys();
  if (counts.size === 1 && only !== undefined) return only;
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

/** True: claimed for sending more than once, so the platform may have got it twice. */
export function wasSentAgain({ claimedAtMs }: RecordedIntent): boolean {
  return claimedAtMs.length > 1;
}
