import type { Chosen } from '../../../domain/choice-figures.ts';
import type { ProviderId } from '../../../domain/ids.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import type { CriterionHeader, DecisionHeader } from '../decision-header.ts';
import { hasBit } from '../mask.ts';
import { plainPoints } from '../pack-criteria.ts';
import { prepared } from '../prepared.ts';
import { CHOICE_COLUMNS, type ChoiceRow, choiceOf, LIVE } from './choice-row.ts';
import { narrowedSql, narrowingOf } from './narrowed.ts';

type ChosenRow = ChoiceRow & {
  readonly winner: ProviderId;
  readonly pointsMilli: number;
  readonly maxPoints: number;
  readonly matched: number;
  readonly notApplying: number;
  readonly graded: string | null;
  readonly runnerUp: ProviderId | null;
  readonly marginMilli: number | null;
  readonly costCents: number | null;
  readonly itsMatched: number | null;
  readonly itsNotApplying: number | null;
  readonly itsGraded: string | null;
};

/** By time. Of a provider: those that chose it. */
export function readChosen(connection: Connection, query: LedgerQuery): readonly Chosen[] {
  const given = { ...narrowingOf(query), provider: query.providerId };
  const criteriaOf = criteriaByText(connection);
  return prepared<[typeof given], ChosenRow>(connection.db, CHOSEN)
    .all(given)
    .map((row) => {
      const { winner, pointsMilli, maxPoints, runnerUp, marginMilli, costCents } = row;
      const difference = runnerUp === null ? [] : differenceOf(row, criteriaOf(row));
      return { ...choiceOf(row), winner, pointsMilli, maxPoints, runnerUp, marginMilli, difference, costCents };
    });
}

const CHOSEN = `
  SELECT ${CHOICE_COLUMNS}, decision.winner_id AS winner, decision.runner_up_id AS runnerUp,
    decision.margin_milli AS marginMilli, decision.cost_cents AS costCents,
    own.points_milli AS pointsMilli, own.max_points AS maxPoints, own.matched, own.not_applying AS notApplying, own.graded,
    its.matched AS itsMatched, its.not_applying AS itsNotApplying, its.graded AS itsGraded
  FROM decision CROSS JOIN candidate AS own ON own.decision = decision.id AND own.provider_id = decision.winner_id
  LEFT JOIN candidate AS its ON its.decision = decision.id AND its.provider_id = decision.runner_up_id
  WHERE decision.winner_id IS NOT NULL AND ${LIVE} AND ${narrowedSql('decision')}
    AND (:provider IS NULL OR decision.winner_id = :provider)
  ORDER BY decision.decided_at_ms, decision.id`;

/** Keys and weights are the text's own, so that one decision of a text tells them for all. */
function criteriaByText({ db }: Connection): (row: ChosenRow) => readonly CriterionHeader[] {
  const known = new Map<string, readonly CriterionHeader[]>();
  return ({ id, ruleFileHash }) => {
    const criteria = known.get(ruleFileHash) ?? readCriteria(db, id);
    known.set(ruleFileHash, criteria);
    return criteria;
  };
}

function readCriteria(db: Connection['db'], id: number): readonly CriterionHeader[] {
  const header = prepared<[number], string>(db, 'SELECT header FROM decision WHERE id = ?').pluck().get(id);
  return header === undefined ? [] : (JSON.parse(header) as DecisionHeader).criteria;
}

function differenceOf(row: ChosenRow, criteria: readonly CriterionHeader[]): Chosen['difference'] {
  const own = pointsBy(criteria, row);
  const its = pointsBy(criteria, {
    ...{ matched: row.itsMatched ?? 0, notApplying: row.itsNotApplying ?? 0, graded: row.itsGraded },
  });
  return criteria
    .map(({ key }, n) => ({ key, pointsMilli: (own[n] ?? 0) - (its[n] ?? 0) }))
    .filter(({ pointsMilli }) => pointsMilli !== 0)
    .sort((a, b) => b.pointsMilli - a.pointsMilli);
}

type Scored = { readonly matched: number; readonly notApplying: number; readonly graded: string | null };

function pointsBy(criteria: readonly CriterionHeader[], { matched, notApplying, graded }: Scored): readonly number[] {
  const ofPosition = new Map(graded === null ? [] : (JSON.parse(graded) as readonly (readonly [number, number])[]));
  return criteria.map(({ weight }, n) => {
    const verdict = hasBit(matched, n) ? 'match' : 'no_match';
    return ofPosition.get(n + 1) ?? plainPoints({ weight, applies: !hasBit(notApplying, n), verdict });
  });
}
