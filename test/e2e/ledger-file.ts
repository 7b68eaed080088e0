import { join } from 'node:path';
import type { RecordedDecision } from '../../src/domain/recorded-decision.ts';
import { packageRoot } from '../../src/package-root.ts';
import { openLedger, openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';

const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');

/** Every decision of a ledger file, oldest first, while others may be writing it; none when it is not there yet. */
export async function readDecisions(path: string): Promise<readonly RecordedDecision[]> {
  let reader: ReturnType<typeof openLedgerReader>;
  try {
    reader = openLedgerReader({ path, migrationsFolder });
  } catch {
    // Not made yet, or only just: whoever waits for a decision asks again.
    return [];
  }
  try {
    return await reader.decisions({ sinceMs: null, untilMs: null, workOrderId: null, withCandidates: false });
  } finally {
    await reader.close();
  }
}

/** What a ledger says of itself when nobody writes it: whether its chain holds, and how many intents are not settled. */
export async function examineLedger(path: string) {
  const reader = openLedgerReader({ path, migrationsFolder });
  const chain = await reader.verifyChain();
  const runs = await reader.runs({ sinceMs: null, untilMs: null });
  await reader.close();
  const store = openLedger({ path, migrationsFolder });
  const openIntents = await store.openIntents();
  await store.close();
  return { chain: chain.kind, openIntents, runs };
}

/** Each intent of these decisions with what came of it, oldest first: `assign confirmed FM-6001`, or `assign open`. */
export function intentEnds(decisions: readonly RecordedDecision[]): readonly string[] {
  return decisions.flatMap(({ intents }) =>
    intents.map(({ call, effects }) => {
      const last = effects.at(-1);
      return last === undefined ? `${call.kind} open` : `${call.kind} ${last.kind} ${last.reason.code}`;
    }),
  );
}
