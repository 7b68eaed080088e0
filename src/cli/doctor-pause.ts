import type { Config } from '../config.ts';
import { directivesInForce } from '../domain/directive.ts';
import { LedgerFailure } from '../engine/ports.ts';
import { readOutsidePause } from '../outside-pause.ts';
import { counted } from '../report/counted.ts';
import { readBook } from './directives.ts';
import { type Check, ok, warn } from './doctor-check.ts';
import { pausedText } from './pause.ts';

const ACTING = { name: 'acting', about: 'setup' } as const;

/** Whether a person has stopped acting, and what else they have told the engine to keep to. */
export async function checkPause(config: Config, nowMs: number): Promise<readonly Check[]> {
  const all = await readBook(config).catch((error: unknown) => {
    // The check of the ledger says what is wrong with it.
    if (error instanceof LedgerFailure) return null;
    throw error;
  });
  const outside = readOutsidePause(config.pause);
  const { pause, exclusions, pins } = directivesInForce(all ?? [], outside, nowMs);
  const todo =
    pause?.source === 'ledger'
      ? 'Let it act again with fieldmarshal resume --because TEXT.'
      : 'Remove the file or the setting to let it act again; resume cannot lift them.';
  const standing = `${counted(exclusions.length, 'exclusion')} and ${counted(pins.length, 'pin')} hold`;
  if (pause !== null) return [warn(ACTING, `${pausedText(pause)}; nothing is sent; ${standing}`, todo)];
  return all === null ? [] : [ok(ACTING, `not paused; ${standing}`)];
}
