import type { DayOutcome, Fill } from '../../../domain/fill.ts';
import { decisionId } from '../../../domain/ids.ts';
import type { LedgerRange } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';

type Row = Omit<Fill, 'decisionId'> & { readonly episode: number; readonly seq: number };

/** Of what was confirmed or seen in the range, oldest first. */
export function readFills({ db }: Connection, range: LedgerRange): readonly Fill[] {
  const rows = prepared<[Bounds], Row>(db, FILLS).all(boundsOf(range));
  return rows.map(({ episode, seq, ...row }) => ({ ...row, decisionId: decisionId(row.workOrderId, episode, seq) }));
}

/** By day, then outcome. */
export function readOutcomesByDay({ db }: Connection, range: LedgerRange): readonly DayOutcome[] {
  return prepared<[Bounds], DayOutcome>(db, OUTCOMES).all(boundsOf(range));
}

type Bounds = { readonly since: number; readonly until: number };

function boundsOf({ sinceMs, untilMs }: LedgerRange): Bounds {
  return { since: sinceMs ?? 0, until: untilMs ?? Number.MAX_SAFE_INTEGER };
}

const DECISION = `decision.work_order_id AS workOrderId, decision.episode, decision.seq, decision.title,
  decision.rule_file_id AS ruleFileId, decision.mode, decision.opened_at_ms AS openedAtMs,
  (SELECT count(*) FROM candidate WHERE candidate.decision = decision.id) AS candidates`;

/** CROSS JOIN holds SQLite to the order written, from the index on time. */
const FILLS = `
  SELECT ${DECISION}, intent.kind AS how, intent.call ->> '$.providerId' AS providerId, effect.at_ms AS filledAtMs,
    intent.cost_cents AS costCents
  FROM effect CROSS JOIN intent ON intent.id = effect.intent CROSS JOIN decision ON decision.id = intent.decision
  WHERE effect.at_ms >= :since AND effect.at_ms < :until AND effect.kind = 'confirmed'
    AND intent.kind IN ('assign', 'accept_counter')
  UNION ALL
  SELECT ${DECISION}, override.kind, override.provider_id, override.at_ms, decision.cost_cents
  FROM override CROSS JOIN decision ON decision.id = override.decision
  WHERE override.at_ms >= :since AND override.at_ms < :until AND override.kind = 'route_accepted'
  ORDER BY filledAtMs, workOrderId`;

const OUTCOMES = `
  SELECT decided_at_ms / 86400000 * 86400000 AS dayMs, outcome, count(*) AS decisions
  FROM decision
  WHERE decided_at_ms >= :since AND decided_at_ms < :until AND mode IS NOT 'shadow'
  GROUP BY 1, 2 ORDER BY 1, 2`;
