import type { DecisionLine } from '../../../domain/decision-line.ts';
import { decisionId, type WorkOrderId } from '../../../domain/ids.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';
import { hexOf } from './hex-of.ts';
import { narrowedSql, narrowingOf } from './narrowed.ts';

type LineRow = Omit<DecisionLine, 'id' | 'workOrderId' | 'reason' | 'effects'> & {
  readonly row: number;
  readonly workOrderId: WorkOrderId;
  readonly seq: number;
  readonly reasonCode: string;
  readonly reasonDetail: string;
};

/** Newest last. Of a provider: those that chose it. */
export function readDecisionLines({ db }: Connection, query: LedgerQuery): readonly DecisionLine[] {
  const given = { ...narrowingOf(query), provider: query.providerId };
  const effects = new Map<number, string[]>();
  for (const { row, kind } of prepared<[typeof given], EffectRow>(db, EFFECTS).iterate(given)) {
    const kinds = effects.get(row) ?? [];
    kinds.push(kind);
    effects.set(row, kinds);
  }
  const lines: DecisionLine[] = [];
  // One by one, so that no row is kept longer than it takes to make a line of it.
  for (const found of prepared<[typeof given], LineRow>(db, LINES).iterate(given))
    lines.push(toLine(found, effects.get(found.row) ?? NONE));
  return lines;
}

const NONE: readonly string[] = [];

const ASKED = `${narrowedSql('decision')} AND (:provider IS NULL OR decision.winner_id = :provider)`;

const LINES = `
  SELECT id AS row, run_id AS runId, work_order_id AS workOrderId, episode, seq, title, rule_file_id AS ruleFileId,
    ${hexOf('rule_file_hash')} AS ruleFileHash, ${hexOf('rule_set_hash')} AS ruleSetHash, mode, decided_at_ms AS decidedAtMs,
    engine_version AS engineVersion, opened_at_ms AS openedAtMs, stage, outcome, reason_code AS reasonCode,
    reason_detail AS reasonDetail, winner_id AS winner, runner_up_id AS runnerUp, margin_milli AS marginMilli,
    cost_cents AS costCents
  FROM decision WHERE ${ASKED} ORDER BY decided_at_ms, id`;

type EffectRow = { readonly row: number; readonly kind: string };

const EFFECTS = `
  SELECT intent.decision AS row,
    coalesce((SELECT kind FROM effect WHERE effect.intent = intent.id ORDER BY n DESC LIMIT 1), 'open') AS kind
  FROM intent CROSS JOIN decision ON decision.id = intent.decision WHERE ${ASKED} ORDER BY intent.decision, intent.n`;

/** Field by field: a copy with fields left out costs several times as much, and there are very many. */
function toLine(found: LineRow, effects: readonly string[]): DecisionLine {
  return {
    id: decisionId(found.workOrderId, found.episode, found.seq),
    runId: found.runId,
    workOrderId: found.workOrderId,
    episode: found.episode,
    title: found.title,
    ruleFileId: found.ruleFileId,
    ruleFileHash: found.ruleFileHash,
    ruleSetHash: found.ruleSetHash,
    mode: found.mode,
    decidedAtMs: found.decidedAtMs,
    engineVersion: found.engineVersion,
    openedAtMs: found.openedAtMs,
    stage: found.stage,
    outcome: found.outcome,
    reason: { code: found.reasonCode, detail: JSON.parse(found.reasonDetail) as DecisionLine['reason']['detail'] },
    winner: found.winner,
    runnerUp: found.runnerUp,
    marginMilli: found.marginMilli,
    costCents: found.costCents,
    effects,
  };
}
