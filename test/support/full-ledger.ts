import { providerId, workOrderId } from '../../src/domain/ids.ts';
import { hashJson } from '../../src/domain/json.ts';
import { openLedger } from '../../src/store/sqlite/open-ledger.ts';
import {
  aDecision,
  aDemotion,
  aFullSlate,
  anEffect,
  aRefusal,
  aRun,
  aRunEnd,
  assign,
  aTakenSet,
  begin,
  route,
  unroute,
} from '../contract/ledger-rows.ts';
import { HOUR_MS, NOW_MS } from './builders.ts';

/** A ledger with rows in every table, written as runs and people write them: three runs, one of them tripped, one open. */
export async function writeFullLedger(path: string, migrationsFolder: string): Promise<void> {
  const store = openLedger({ path, migrationsFolder });
  await store.bindIdentity({ environment: 'sandbox', companyId: 7 });
  await begin(store);
  await store.recordRuleEvent(aTakenSet());
  const first = aDecision({ calls: [unroute(), assign()] });
  await store.recordDecision(first);
  await store.recordDecision(aDecision({ seq: 2, mode: 'shadow', ruleFileId: 'shadowed', calls: [] }));
  await store.claimIntent(first.id, 1, NOW_MS);
  await store.recordEffect(anEffect(first.id, { kind: 'unknown' }));
  await store.recordEffect(anEffect(first.id, { n: 2 }));
  await store.claimIntent(first.id, 2, NOW_MS + 1);
  await store.recordEffect(anEffect(first.id, { intentN: 2 }));
  await store.closeRun(aRunEnd());
  await store.openRun(aRun({ id: 'run-2', startedAtMs: NOW_MS + HOUR_MS }));
  const routed = aDecision({
    orderId: 4048,
    runId: 'run-2',
    outcome: 'route',
    calls: [route(4048)],
    given: laterSlate(4048),
  });
  await store.recordDecision(routed);
  await store.claimIntent(routed.id, 1, NOW_MS + HOUR_MS);
  await store.recordEffect(anEffect(routed.id, { runId: 'run-2' }));
  await store.recordObservation({
    kind: 'route_accepted',
    workOrderId: workOrderId(4048),
    episode: 1,
    decisionId: routed.id,
    providerId: providerId(733),
    atMs: NOW_MS + 2 * HOUR_MS,
    detail: { seen: 'assigned' },
  });
  const wish = aDecision({ orderId: 4049, runId: 'run-2', mode: 'recommend', calls: [] });
  await store.recordDecision(wish);
  await store.recordAnswers([
    {
      decisionId: wish.id,
      verdict: 'rejected',
      actor: 'ana',
      because: 'knows the site',
      atMs: NOW_MS + HOUR_MS,
      outcome: 'assign',
      winner: providerId(557),
    },
  ]);
  await store.recordApproval({ runId: 'run-2', verdict: 'approved', actor: 'bob', because: 'backlog', atMs: NOW_MS });
  await store.recordDirective({ kind: 'pause', atMs: NOW_MS, actor: 'ana', because: 'storm', untilMs: null });
  await store.endDirectives([1], { atMs: NOW_MS + 1, actor: 'bob', because: 'over' });
  const exclusion = { providerId: providerId(601), actor: 'ana', because: 'site ban', untilMs: NOW_MS + 90 * HOUR_MS };
  await store.recordDirective({ kind: 'exclusion', atMs: NOW_MS, ...exclusion });
  await store.recordRuleEvent(aRefusal());
  await store.recordRuleEvent(aDemotion());
  await store.eraseBodies({ hashes: [hashJson(first.batch)], actor: 'lead', because: 'too old', atMs: NOW_MS });
  await store.closeRun(aRunEnd({ runId: 'run-2', result: 'tripped' }));
  await store.openRun(aRun({ id: 'run-3', startedAtMs: NOW_MS + 2 * HOUR_MS }));
  // Claimed and not settled, and never claimed.
  const open = aDecision({ orderId: 4050, runId: 'run-3', calls: [assign(4050)] });
  await store.recordDecision(open);
  await store.claimIntent(open.id, 1, NOW_MS + 2 * HOUR_MS);
  await store.recordDecision(aDecision({ orderId: 4051, runId: 'run-3', calls: [assign(4051, 601)] }));
  await store.close();
}

function laterSlate(orderId: number) {
  const slate = aFullSlate(orderId, NOW_MS + HOUR_MS);
  return { ...slate, candidates: slate.candidates.filter(({ kind }) => kind !== 'bench') };
}
