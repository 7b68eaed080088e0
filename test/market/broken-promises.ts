import type { RecordedDecision } from '../../src/domain/recorded-decision.ts';
import type { OpenIntent } from '../../src/engine/ports.ts';
import type { RunReport } from '../../src/engine/run-report.ts';
import { toWriteRequest } from '../../src/fieldnation/write-request.ts';
import type { LogEntry, World } from '../../src/sandbox/world/nouns.ts';
import type { ChainReport } from '../../src/store/sqlite/verify-chain.ts';

const API = '/api/rest/v2';

export type Evidence = {
  readonly world: Pick<World, 'log'>;
  readonly runs: readonly Pick<RunReport, 'run' | 'result' | 'summary'>[];
  readonly decisions: readonly Pick<RecordedDecision, 'intents'>[];
  readonly reader: {
    openIntents(): Promise<readonly OpenIntent[]>;
    verifyChain(): Promise<ChainReport>;
  };
};

/** What must never happen, looked for in the market's own log, the ledger and the runs' summaries: one sentence each. */
export async function findBrokenPromises({ world, runs, decisions, reader }: Evidence): Promise<readonly string[]> {
  const chain = await reader.verifyChain();
  const open = await reader.openIntents();
  return [
    ...findSecondAssignments(world.log),
    ...findUndecidedWrites(world.log, decisions),
    ...open.map(({ decisionId, intent }) => `the intent ${intent.n} of ${decisionId} is still open at the end`),
    ...runs.flatMap(({ run, summary }) => [
      ...summary.quarantined.map(({ what, id, reason }) => `run ${run.id} set aside ${what} ${id}: ${reason}`),
      ...summary.alarms.map(({ code, decisionId }) => `run ${run.id} raised ${code} about ${decisionId}`),
    ]),
    ...(chain.kind === 'intact' ? [] : [`the ledger is broken at ${chain.seq}: ${chain.what}`]),
  ];
}

/** By us, while an earlier assignment of ours still stood. */
export function findSecondAssignments(log: readonly LogEntry[]): readonly string[] {
  const ours = new Map<number, number | null>();
  const found: string[] = [];
  for (const { kind, work_order_id: id, provider_id: provider, detail, at } of log) {
    if (id === null) continue;
    if (ENDS_ASSIGNMENT.includes(kind)) ours.delete(id);
    if (kind !== 'work_order.assigned' || detail['by'] !== 'api') continue;
    const standing = ours.get(id);
    if (standing !== undefined) found.push(`${at}: ${id} was assigned to ${provider} while ${standing} had it from us`);
    ours.set(id, provider);
  }
  return found;
}

const ENDS_ASSIGNMENT = ['work_order.provider_cancelled', 'work_order.unassigned', 'work_order.missed'];

/** Each write the market received has a claim of an intent with exactly this request, and each claim counts once. */
export function findUndecidedWrites(
  log: readonly LogEntry[],
  decisions: readonly Pick<RecordedDecision, 'intents'>[],
): readonly string[] {
  const claims = new Map<string, number>();
  for (const { call, claimedAtMs } of decisions.flatMap(({ intents }) => intents)) {
    const { method, path, query, body } = toWriteRequest(call);
    const key = keyOf({ method, path: `${API}${path}`, query, body: body === null ? '' : JSON.stringify(body) });
    claims.set(key, (claims.get(key) ?? 0) + claimedAtMs.length);
  }
  return log.flatMap(({ kind, at, detail }) => {
    if (kind !== 'write') return [];
    const key = keyOf(detail);
    const left = claims.get(key) ?? 0;
    claims.set(key, left - 1);
    return left > 0 ? [] : [`${at}: ${detail['method']} ${detail['path']} was sent without a decision`];
  });
}

function keyOf({ method, path, query, body }: { readonly [detail: string]: unknown }): string {
  return JSON.stringify([method, path, query, body]);
}
