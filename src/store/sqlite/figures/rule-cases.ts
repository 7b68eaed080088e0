import type { Outcome } from '../../../domain/decision.ts';
import type { WorkOrderId } from '../../../domain/ids.ts';
import type { RuleCase } from '../../../domain/rule-case.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import { loadBodyText } from '../body.ts';
import { hashFromBytes } from '../columns.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';
import { type Narrowing, narrowedSql, narrowingOf } from './narrowed.ts';

type Row = {
  readonly ruleFileId: string;
  readonly hash: Buffer;
  readonly mode: string | null;
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly decisions: number;
  readonly firstAtMs: number;
  readonly outcome: Outcome;
  readonly openedAtMs: number;
  readonly hasEligible: 0 | 1;
  readonly isActedOn: 0 | 1;
  readonly pointsMilli: number | null;
  readonly maxPoints: number | null;
  readonly marginMilli: number | null;
  readonly filledAtMs: number | null;
  readonly costCents: number | null;
  /** The body with the work order's own pay; null: it was assigned at that pay. */
  readonly counterBody: number | null;
  readonly isUndone: 0 | 1;
};

type Given = Narrowing & { readonly provider: number | null };

/** By rule file, text, work order and episode. Of a provider: those where the last decision chose it. */
export function readRuleCases(connection: Connection, query: LedgerQuery): readonly RuleCase[] {
  const given = { ...narrowingOf(query), provider: query.providerId };
  return prepared<[Given], Row>(connection.db, CASES)
    .all(given)
    .map((row) => toCase(connection, row));
}

function toCase(connection: Connection, row: Row): RuleCase {
  const {
    hash,
    hasEligible,
    isActedOn,
    pointsMilli,
    maxPoints,
    filledAtMs,
    costCents,
    counterBody,
    isUndone,
    ...rest
  } = row;
  return {
    ...rest,
    ruleFileHash: hashFromBytes(hash),
    hasEligible: hasEligible === 1,
    isActedOn: isActedOn === 1,
    winner: pointsMilli === null || maxPoints === null ? null : { pointsMilli, maxPoints },
    filled:
      filledAtMs === null || costCents === null
        ? null
        : { atMs: filledAtMs, costCents, overBaseCents: overBase(connection, row), isUndone: isUndone === 1 },
  };
}

function overBase(connection: Connection, { costCents, counterBody }: Row): number | null {
  if (counterBody === null || costCents === null) return 0;
  const text = loadBodyText(connection, counterBody);
  const base: unknown = text === null ? null : JSON.parse(text).workOrder?.pay?.maxCents;
  return typeof base === 'number' ? costCents - base : null;
}

const OF_CASE = `own.work_order_id = decision.work_order_id AND own.episode = decision.episode`;

/** The first assignment of each episode, as for the agreement, with the text that led to it. */
const CASES = `
  WITH assigned (work_order_id, episode, decision, cost_cents, is_counter, at_ms) AS (
    SELECT decision.work_order_id, decision.episode, decision.id, intent.cost_cents, intent.kind = 'accept_counter',
      effect.at_ms
    FROM intent CROSS JOIN effect ON effect.intent = intent.id CROSS JOIN decision ON decision.id = intent.decision
    WHERE intent.kind IN ('assign', 'accept_counter') AND effect.kind = 'confirmed'
    UNION ALL
    SELECT override.work_order_id, override.episode, override.decision, decision.cost_cents, 0, override.at_ms
    FROM override LEFT JOIN decision ON decision.id = override.decision AND override.kind = 'route_accepted'
    WHERE override.kind IN ('route_accepted', 'assigned_by_other')
  ), first AS MATERIALIZED (
    SELECT work_order_id, episode, decision, cost_cents, is_counter, min(at_ms) AS at_ms
    FROM assigned GROUP BY work_order_id, episode
  ), last AS MATERIALIZED (
    SELECT max(id) AS id, count(*) AS decisions, min(decided_at_ms) AS first_at_ms FROM decision
    WHERE rule_file_id IS NOT NULL AND rule_file_hash IS NOT NULL AND mode IS NOT 'shadow' AND ${narrowedSql('decision')}
    GROUP BY rule_file_id, rule_file_hash, work_order_id, episode
  )
  SELECT decision.rule_file_id AS ruleFileId, decision.rule_file_hash AS hash, decision.mode,
    decision.work_order_id AS workOrderId, decision.episode, last.decisions, last.first_at_ms AS firstAtMs,
    decision.outcome, decision.opened_at_ms AS openedAtMs, decision.margin_milli AS marginMilli,
    decision.outcome = 'assign'
      OR EXISTS (SELECT 1 FROM candidate WHERE candidate.decision = decision.id AND is_eligible = 1) AS hasEligible,
    EXISTS (
      SELECT 1 FROM decision AS own CROSS JOIN intent ON intent.decision = own.id
        CROSS JOIN effect ON effect.intent = intent.id
      WHERE ${OF_CASE} AND own.rule_file_hash = decision.rule_file_hash AND own.mode IS NOT 'shadow'
        AND effect.kind = 'confirmed'
    ) AS isActedOn,
    winner.points_milli AS pointsMilli, winner.max_points AS maxPoints,
    CASE WHEN led.id IS NOT NULL THEN first.at_ms END AS filledAtMs,
    CASE WHEN led.id IS NOT NULL THEN coalesce(first.cost_cents, 0) END AS costCents,
    CASE WHEN first.is_counter THEN led.work_order_body END AS counterBody,
    EXISTS (SELECT 1 FROM decision AS own WHERE own.work_order_id = decision.work_order_id AND own.episode > decision.episode)
      OR EXISTS (
        SELECT 1 FROM override WHERE work_order_id = decision.work_order_id AND episode = decision.episode
          AND (kind = 'unassigned' OR (kind = 'assigned_by_other' AND at_ms > first.at_ms))
      )
      OR EXISTS (
        SELECT 1 FROM decision AS own CROSS JOIN intent ON intent.decision = own.id
          CROSS JOIN effect ON effect.intent = intent.id
        WHERE ${OF_CASE} AND intent.kind = 'unassign' AND effect.kind = 'confirmed'
      ) AS isUndone
  FROM last CROSS JOIN decision ON decision.id = last.id
  LEFT JOIN candidate AS winner ON winner.decision = decision.id AND winner.provider_id = decision.winner_id
  LEFT JOIN first ON first.work_order_id = decision.work_order_id AND first.episode = decision.episode
  LEFT JOIN decision AS led ON led.id = first.decision AND led.rule_file_hash = decision.rule_file_hash
    AND led.rule_file_id = decision.rule_file_id AND led.mode IS NOT 'shadow'
  WHERE :provider IS NULL OR decision.winner_id = :provider
  ORDER BY decision.rule_file_id, decision.rule_file_hash, decision.work_order_id, decision.episode`;
