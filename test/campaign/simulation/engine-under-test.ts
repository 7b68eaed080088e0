import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { actByHand } from '../../../src/engine/act-by-hand.ts';
import type { PlatformUnavailable } from '../../../src/engine/ports.ts';
import type { runOnce } from '../../../src/engine/run-once.ts';

/** What the simulation uses of the engine: the one in `src`, or a copy with a flaw patched in. */
export type EngineUnderTest = {
  readonly runOnce: typeof runOnce;
  readonly actByHand: typeof actByHand;
  /** The copy's own: it recognises no other. */
  readonly PlatformUnavailable: typeof PlatformUnavailable;
};

export async function loadEngine(sources: string): Promise<EngineUnderTest> {
  const load = (file: string) => import(pathToFileURL(join(sources, 'engine', file)).href);
  const [run, hand, ports] = await Promise.all(['run-once.ts', 'act-by-hand.ts', 'ports.ts'].map(load));
  return { runOnce: run.runOnce, actByHand: hand.actByHand, PlatformUnavailable: ports.PlatformUnavailable };
}
