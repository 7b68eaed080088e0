import type { NotChosen } from '../../../domain/choice-figures.ts';
import { decisionId, type Sha256, type WorkOrderId } from '../../../domain/ids.ts';
import { hexOf } from './hex-of.ts';

/** Of the decisions that a rule file took and that count: no shadow's, and none by hand. */
export const LIVE = "decision.rule_file_id IS NOT NULL AND decision.mode IS NOT NULL AND decision.mode <> 'shadow'";

/** What `choiceOf` reads, and no more: the rest of a decision's row is wide. */
export const CHOICE_COLUMNS = `
  decision.id, decision.work_order_id AS workOrderId, decision.episode, decision.seq, decision.title,
  decision.decided_at_ms AS decidedAtMs, decision.rule_file_id AS ruleFileId, ${hexOf('decision.rule_file_hash')} AS ruleFileHash,
  decision.mode, decision.outcome, decision.reason_code AS reasonCode, decision.reason_detail AS reasonDetail`;

export type ChoiceRow = {
  readonly id: number;
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly seq: number;
  readonly title: string;
  readonly decidedAtMs: number;
  readonly ruleFileId: string;
  readonly ruleFileHash: Sha256;
  readonly mode: string;
  readonly outcome: NotChosen['outcome'];
  readonly reasonCode: string;
  readonly reasonDetail: string;
};

export function choiceOf(row: ChoiceRow) {
  const { workOrderId, title, decidedAtMs, ruleFileId, ruleFileHash, mode, outcome } = row;
  return {
    decisionId: decisionId(workOrderId, row.episode, row.seq),
    ...{ workOrderId, title, decidedAtMs, ruleFileId, ruleFileHash, mode, outcome },
    reason: { code: row.reasonCode, detail: JSON.parse(row.reasonDetail) as NotChosen['reason']['detail'] },
  };
}
