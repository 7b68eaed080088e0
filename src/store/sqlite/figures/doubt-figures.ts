import type { CriteriaOfText, DoubtFigures, MaskedCandidate, MaskedDecisions } from '../../../domain/doubted-rows.ts';
import { decisionId, type Sha256, type WorkOrderId } from '../../../domain/ids.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import { hashFromBytes } from '../columns.ts';
import type { Connection } from '../connection.ts';
import { CANDIDATE_KINDS } from '../pack-candidates.ts';
import { prepared } from '../prepared.ts';
import { type Narrowing, narrowedSql, narrowingOf } from './narrowed.ts';

type Given = Narrowing & { readonly provider: number | null };

type Group = {
  readonly ruleFileId: string;
  readonly hash: Buffer;
  /** JSON lists of the three; null: nothing in doubt. */
  readonly pattern: string | null;
  readonly count: number;
  readonly id: number;
};

/** As `candidateSql` writes it. */
type Packed = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  MaskedCandidate['graded'],
  0 | 1,
  0 | 1,
];

/** By primary key alone: winner, runner-up, and the best of those blocked as the roll-up names it. Alike decisions together. */
export function readDoubtFigures({ db }: Connection, query: LedgerQuery & { readonly newest: number }): DoubtFigures {
  const given = { ...narrowingOf(query), provider: query.providerId };
  const groups = prepared<[Given], Group>(db, GROUPS).all(given);
  const doubted = groups.filter(({ pattern }) => pattern !== null);
  const find = prepared<[number], string>(db, `SELECT header -> '$.criteria' FROM decision WHERE id = ?`).pluck();
  const texts = new Map(doubted.map(({ hash, id }) => [hashFromBytes(hash), id] as const));
  const newest = prepared<[Given & { limit: number }], { order: WorkOrderId; episode: number; seq: number }>(
    db,
    NEWEST,
  );
  return {
    considered: groups.reduce((sum, { count }) => sum + count, 0),
    doubted: doubted.map(toDecisions),
    criteria: new Map<Sha256, CriteriaOfText>(
      [...texts].map(([hash, id]) => [hash, JSON.parse(find.get(id) ?? '[]') as CriteriaOfText]),
    ),
    newest: newest.all({ ...given, limit: query.newest }).map((row) => decisionId(row.order, row.episode, row.seq)),
  };
}

function toDecisions({ ruleFileId, hash, pattern, count }: Group): MaskedDecisions {
  const [winner, runnerUp, bestBlocked] = JSON.parse(pattern ?? '[]') as readonly (Packed | null)[];
  return {
    ruleFileId,
    ruleFileHash: hashFromBytes(hash),
    count,
    winner: toCandidate(winner ?? null),
    runnerUp: toCandidate(runnerUp ?? null),
    bestBlocked: toCandidate(bestBlocked ?? null),
  };
}

function toCandidate(packed: Packed | null): MaskedCandidate | null {
  if (packed === null) return null;
  const [kind, pointsMilli, matched, unknown, notApplying, byPlatform, byOnMissing, graded, otherwise, asked] = packed;
  return {
    kind: CANDIDATE_KINDS[kind] ?? 'bench',
    ...{ pointsMilli, matched, unknown, notApplying, byPlatform, byOnMissing, graded },
    isBlockedOtherwise: otherwise === 1,
    isAsked: asked === 1,
  };
}

const MASKS = ['kind', 'points_milli', 'matched', 'unknown', 'not_applying', 'by_platform', 'by_on_missing'];

/** Canonical JSON writes a code just so, and escapes the quotes of what people wrote. */
const OTHER_CODES = ['FM-5001', 'FM-5002'].reduce(
  (text, code) => `replace(${text}, '"code":"${code}"', '')`,
  'roll_up.best_blocked_by',
);

/** JSON of one of the three, put together as text: one value to hand over, and to group by. */
function candidateSql(of: string, otherwise: string): string {
  const masks = MASKS.map((name) => `${of}.${name}`).join(` || ',' || `);
  const asked = `(:provider IS NULL OR ${of}.provider_id = :provider)`;
  return `coalesce('[' || ${masks} || ',' || coalesce(${of}.graded, '[]') || ',' || ${otherwise} || ',' || ${asked} || ']', 'null')`;
}

/** What is unknown and does not apply is no doubt, unless the file says so of the unknown. */
function isDoubted(of: string): string {
  return `coalesce(${of}.by_platform | ${of}.by_on_missing | (${of}.unknown & ~${of}.not_applying), 0) <> 0`;
}

const LIVE = `decision.rule_file_hash IS NOT NULL AND decision.mode IS NOT NULL AND decision.mode <> 'shadow'
    AND ${narrowedSql('decision')}`;

const GROUPS = `
  SELECT decision.rule_file_id AS ruleFileId, decision.rule_file_hash AS hash, count(*) AS count, max(decision.id) AS id,
    CASE WHEN ${['winner', 'runner_up', 'blocked'].map(isDoubted).join(' OR ')} THEN
      '[' || ${candidateSql('winner', '0')} || ',' || ${candidateSql('runner_up', '0')} || ','
        || ${candidateSql('blocked', `(${OTHER_CODES} LIKE '%"code":"FM-%')`)} || ']'
    END AS pattern
  FROM decision LEFT JOIN roll_up ON roll_up.decision = decision.id
  LEFT JOIN candidate AS winner ON winner.decision = decision.id AND winner.provider_id = decision.winner_id
  LEFT JOIN candidate AS runner_up ON runner_up.decision = decision.id AND runner_up.provider_id = decision.runner_up_id
  LEFT JOIN candidate AS blocked ON blocked.decision = decision.id AND blocked.provider_id = roll_up.best_blocked_id
  WHERE coalesce(winner.provider_id, runner_up.provider_id, blocked.provider_id) IS NOT NULL
    AND (:provider IS NULL OR :provider IN (winner.provider_id, runner_up.provider_id, blocked.provider_id))
    AND ${LIVE}
  GROUP BY decision.rule_file_id, decision.rule_file_hash, pattern`;

const NEWEST = `
  SELECT work_order_id AS "order", episode, seq FROM decision
  WHERE winner_id IS NOT NULL AND (:provider IS NULL OR winner_id = :provider) AND ${LIVE}
  ORDER BY decided_at_ms DESC, id DESC LIMIT :limit`;
