import type { NotChosen } from '../../../domain/choice-figures.ts';
import type { ProviderId } from '../../../domain/ids.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { reasonsOf } from '../count-slate.ts';
import type { DecisionHeader } from '../decision-header.ts';
import { prepared } from '../prepared.ts';
import { countRecorded, parseCounts } from '../roll-up.ts';
import { CHOICE_COLUMNS, type ChoiceRow, choiceOf, LIVE } from './choice-row.ts';
import { narrowedSql, narrowingOf } from './narrowed.ts';

/** By time. Of a provider: each decision that had it on its slate and neither chose nor invited it. Else one of each decision: see `bestOther`. */
export function readNotChosen(connection: Connection, query: LedgerQuery): readonly NotChosen[] {
  return query.providerId === null ? bestOthers(connection, query) : ofProvider(connection, query, query.providerId);
}

type Standing = {
  readonly providerId: ProviderId;
  readonly rank: number | null;
  readonly pointsMilli: number;
  readonly maxPoints: number;
  readonly isEligible: number;
  readonly blockedBy: string | null;
};

type Winner = { readonly winner: ProviderId | null; readonly winnerMilli: number | null };

const WINNER = `decision.winner_id AS winner, (
    SELECT points_milli FROM candidate AS own WHERE own.decision = decision.id AND own.provider_id = decision.winner_id
  ) AS winnerMilli`;

const STANDING = `candidate.provider_id AS providerId, candidate.rank, candidate.points_milli AS pointsMilli,
    candidate.max_points AS maxPoints, candidate.is_eligible AS isEligible, candidate.blocked_by AS blockedBy`;

function ofProvider({ db }: Connection, query: LedgerQuery, providerId: ProviderId): readonly NotChosen[] {
  const given = { ...narrowingOf(query), provider: providerId };
  type Row = ChoiceRow & Standing & Winner & { readonly header: string | null };
  const rows = prepared<[typeof given], Row>(
    db,
    `SELECT ${CHOICE_COLUMNS}, ${WINNER}, ${STANDING}, iif(candidate.blocked_by IS NULL, NULL, decision.header) AS header
     FROM candidate CROSS JOIN decision ON decision.id = candidate.decision
     WHERE candidate.provider_id = :provider AND decision.winner_id IS NOT :provider AND NOT ${INVITED} AND ${LIVE} AND ${narrowedSql('decision')}
     ORDER BY decision.decided_at_ms, decision.id`,
  );
  return rows.all(given).map((row) => {
    const blockedBy = row.header === null ? [] : reasonsOf(JSON.parse(row.header) as DecisionHeader, row);
    return notChosen(row, row, blockedBy);
  });
}

/** One of several at once; one alone is the winner. */
const INVITED = `EXISTS (
    SELECT 1 FROM intent, json_each(intent.call, '$.providerIds') AS invited
    WHERE intent.decision = decision.id AND intent.kind = 'mass_route' AND invited.value = candidate.provider_id
  )`;

type OtherRow = ChoiceRow &
  Winner &
  Standing & {
    readonly runnerUp: number | null;
    /** Null: the roll-up has no line of it yet. */
    readonly rolled: number | null;
    readonly sets: string | null;
    readonly blockedId: number | null;
    readonly blockedReasons: string | null;
  };

const OTHERS = `
  SELECT ${CHOICE_COLUMNS}, ${WINNER}, decision.runner_up_id AS runnerUp, roll_up.decision AS rolled, roll_up.sets,
    roll_up.best_blocked_id AS blockedId, roll_up.best_blocked_by AS blockedReasons, ${STANDING}
  FROM decision LEFT JOIN roll_up ON roll_up.decision = decision.id
  LEFT JOIN candidate ON candidate.decision = decision.id
    AND candidate.provider_id = coalesce(decision.runner_up_id, roll_up.best_blocked_id)
  WHERE ${LIVE} AND ${narrowedSql('decision')} ORDER BY decision.decided_at_ms, decision.id`;

function bestOthers(connection: Connection, query: LedgerQuery): readonly NotChosen[] {
  const given = narrowingOf(query);
  const rows = prepared<[typeof given], OtherRow>(connection.db, OTHERS).all(given);
  return rows.flatMap((row) => {
    const found = bestOther(connection, row);
    return found === null ? [] : [notChosen(row, found.standing, found.blockedBy)];
  });
}

type Found = { readonly standing: Standing; readonly blockedBy: NotChosen['blockedBy'] };

/**
 * The runner-up; where nobody was chosen or invited, the best of the eligible; else who has the most points of those not
 * eligible.
 */
function bestOther(connection: Connection, row: OtherRow): Found | null {
  if (row.runnerUp !== null) return { standing: row, blockedBy: [] };
  const isAnybodys = row.winner === null && row.outcome !== 'mass_route';
  const eligible = isAnybodys ? bestEligible(connection, row) : null;
  if (eligible !== null) return foundOf(connection, row.id, { providerId: eligible, blockedBy: [] });
  if (row.rolled === null) {
    const best = countRecorded(connection, row.id).counted?.bestBlocked ?? null;
    return best === null ? null : foundOf(connection, row.id, best);
  }
  if (row.blockedId === null) return null;
  return { standing: row, blockedBy: parseCounts(row.blockedReasons ?? '[]', row.id) };
}

/** Requests before the bench, as stages go. */
function bestEligible({ db }: Connection, { id, sets }: OtherRow): number | null {
  // The set of those whom nothing stops stands first; without it nobody is eligible.
  if (sets !== null && !/^\[\[\d+\]/.test(sets)) return null;
  const find = prepared<[number], number>(
    db,
    'SELECT provider_id FROM candidate WHERE decision = ? AND is_eligible = 1 ORDER BY kind, rank, provider_id LIMIT 1',
  );
  return find.pluck().get(id) ?? null;
}

function foundOf(
  { db }: Connection,
  decision: number,
  { providerId, blockedBy }: { readonly providerId: number; readonly blockedBy: NotChosen['blockedBy'] },
): Found | null {
  const find = prepared<[number, number], Standing>(
    db,
    `SELECT ${STANDING} FROM candidate WHERE decision = ? AND provider_id = ?`,
  );
  const standing = find.get(decision, providerId);
  return standing === undefined ? null : { standing, blockedBy };
}

function notChosen(row: ChoiceRow & Winner, standing: Standing, blockedBy: NotChosen['blockedBy']): NotChosen {
  const { providerId, rank, pointsMilli, maxPoints } = standing;
  const { winner, winnerMilli } = row;
  const behindMilli = winnerMilli === null ? null : winnerMilli - pointsMilli;
  return { ...choiceOf(row), providerId, blockedBy, rank, pointsMilli, maxPoints, winner, behindMilli };
}
