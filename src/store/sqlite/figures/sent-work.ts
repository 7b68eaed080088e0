import type { EffectKind } from '../../../domain/decision.ts';
import type { WorkOrderId } from '../../../domain/ids.ts';
import type { SentIntent, SentWork } from '../../../domain/sent-work.ts';
import type { WriteCall } from '../../../domain/write-call.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { readObservations } from '../observations.ts';
import { prepared } from '../prepared.ts';
import { hexOf } from './hex-of.ts';

type IntentRow = Omit<SentIntent, 'call' | 'claimedAtMs' | 'effects'> & {
  readonly id: number;
  readonly call: string;
};
type ClaimRow = { readonly intent: number; readonly atMs: number };
type EffectRow = ClaimRow & { readonly kind: EffectKind };
type EpisodeRow = { readonly workOrderId: WorkOrderId; readonly episode: number; readonly atMs: number };
type LabelRow = Pick<SentWork, 'workOrderId' | 'clientId' | 'projectId'>;

/** Of every work order, of the client and project asked for, for which anything was ever to be sent; ascending. */
export function readSentWork(
  { db }: Connection,
  { clientId, projectId }: Pick<LedgerQuery, 'clientId' | 'projectId'>,
): readonly SentWork[] {
  const all = <Row>(sql: string): readonly Row[] => prepared<[], Row>(db, sql).all();
  const claims = Map.groupBy(all<ClaimRow>(CLAIMS), (row) => row.intent);
  const effects = Map.groupBy(all<EffectRow>(EFFECTS), (row) => row.intent);
  const ownOf = (id: number) => ({
    claimedAtMs: (claims.get(id) ?? []).map(({ atMs }) => atMs),
    effects: (effects.get(id) ?? []).map(({ kind, atMs }) => ({ kind, atMs })),
  });
  const intents = Map.groupBy(all<IntentRow>(INTENTS), (row) => row.workOrderId);
  const ids = JSON.stringify([...intents.keys()]);
  const observations = Map.groupBy(readObservations({ db }, ids), (row) => row.workOrderId);
  const reopened = Map.groupBy(all<EpisodeRow>(REOPENED), (row) => row.workOrderId);
  const labels = new Map(all<LabelRow>(LABELS).map((row) => [row.workOrderId, row] as const));
  const works = [...intents].map(([workOrderId, rows]) => ({
    workOrderId,
    clientId: labels.get(workOrderId)?.clientId ?? null,
    projectId: labels.get(workOrderId)?.projectId ?? null,
    intents: rows.map((row) => toIntent(row, ownOf(row.id))),
    observations: observations.get(workOrderId) ?? [],
    reopened: reopened.get(workOrderId) ?? [],
  }));
  return works.filter(
    (work) => (clientId === null || work.clientId === clientId) && (projectId === null || work.projectId === projectId),
  );
}

/** Field by field: a copy with fields left out costs several times as much, and there are very many. */
function toIntent(row: IntentRow, own: Pick<SentIntent, 'claimedAtMs' | 'effects'>): SentIntent {
  return {
    workOrderId: row.workOrderId,
    episode: row.episode,
    seq: row.seq,
    ruleFileId: row.ruleFileId,
    startMs: row.startMs,
    endMs: row.endMs,
    localDate: row.localDate,
    call: JSON.parse(row.call) as WriteCall,
    costCents: row.costCents,
    n: row.n,
    decisionRow: row.decisionRow,
    ruleFileHash: row.ruleFileHash,
    mode: row.mode,
    decidedAtMs: row.decidedAtMs,
    claimedAtMs: own.claimedAtMs,
    effects: own.effects,
  };
}

/** `+` and CROSS JOIN hold SQLite to one pass over the intents, which are few beside the decisions. */
const INTENTS = `
  SELECT intent.id, intent.n, intent.call, intent.cost_cents AS costCents, decision.id AS decisionRow,
    decision.work_order_id AS workOrderId, decision.episode, decision.seq, decision.rule_file_id AS ruleFileId,
    ${hexOf('decision.rule_file_hash')} AS ruleFileHash, decision.mode, decision.decided_at_ms AS decidedAtMs,
    decision.start_ms AS startMs, decision.end_ms AS endMs, decision.local_date AS localDate
  FROM intent CROSS JOIN decision ON decision.id = intent.decision
  ORDER BY decision.work_order_id, decision.id, intent.n`;

const CLAIMS = 'SELECT intent, at_ms AS atMs FROM claim ORDER BY intent, n';
const EFFECTS = 'SELECT intent, kind, at_ms AS atMs FROM effect ORDER BY intent, n';

const REOPENED = `
  SELECT work_order_id AS workOrderId, episode, min(decided_at_ms) AS atMs FROM decision WHERE episode > 1
  GROUP BY work_order_id, episode ORDER BY work_order_id, episode`;

const LABELS =
  'SELECT work_order_id AS workOrderId, client_id AS clientId, project_id AS projectId FROM work_order_label';
