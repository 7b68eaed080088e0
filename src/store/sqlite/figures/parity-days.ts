import { type DecisionId, decisionId, providerId, workOrderId } from '../../../domain/ids.ts';
import { dayOf, type ParityDay } from '../../../domain/parity.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import type { CountedParity } from '../count-parity.ts';
import { prepared } from '../prepared.ts';
import { parseCounts } from '../roll-up.ts';
import { type Narrowing, narrowedSql, narrowingOf } from './narrowed.ts';

type Line = {
  readonly id: number;
  readonly ruleFileId: string;
  readonly decidedAtMs: number;
  readonly parity: string;
};

type Tally = { -readonly [name in Exclude<keyof ParityDay, 'example'>]: ParityDay[name] } & {
  /** Row of the decision, and the provider. */
  example: readonly [number, number] | null;
};

/** From the roll-up alone: what is not counted there yet is not compared yet. */
export function readParityDays(connection: Connection, query: Omit<LedgerQuery, 'providerId'>): readonly ParityDay[] {
  const tallies = new Map<string, Tally>();
  for (const line of prepared<[Narrowing], Line>(connection.db, LINES).all(narrowingOf(query))) {
    const day = dayOf(line.decidedAtMs);
    for (const [key, agree, onlyOurs, onlyTheirs, provider, otherRule] of parseCounts<CountedParity[number]>(
      line.parity,
      line.id,
    )) {
      const tally = tallyOf(tallies, { ruleFileId: line.ruleFileId, key, day });
      tally.agree += agree;
      tally.onlyOurs += onlyOurs;
      tally.onlyTheirs += onlyTheirs;
      tally.otherRule += otherRule;
      if (provider !== 0) tally.example = [line.id, provider];
    }
  }
  return [...tallies.values()].map(({ example, ...day }) => ({
    ...day,
    example: example === null ? null : { decisionId: idOf(connection, example[0]), providerId: providerId(example[1]) },
  }));
}

function tallyOf(tallies: Map<string, Tally>, of: Pick<ParityDay, 'ruleFileId' | 'key' | 'day'>): Tally {
  const place = `${of.ruleFileId} ${of.day} ${of.key}`;
  const tally = tallies.get(place) ?? { ...of, agree: 0, onlyOurs: 0, onlyTheirs: 0, otherRule: 0, example: null };
  tallies.set(place, tally);
  return tally;
}

const LINES = `
  SELECT decision AS id, rule_file_id AS ruleFileId, decided_at_ms AS decidedAtMs, parity FROM roll_up
  WHERE parity IS NOT NULL AND ${narrowedSql('roll_up')} ORDER BY decided_at_ms, decision`;

type Place = { readonly workOrderId: number; readonly episode: number; readonly seq: number };

function idOf({ db }: Connection, id: number): DecisionId {
  const found = prepared<[number], Place>(
    db,
    'SELECT work_order_id AS workOrderId, episode, seq FROM decision WHERE id = ?',
  ).get(id);
  if (found === undefined) throw new TypeError(`there is no decision in row ${id}`);
  return decisionId(workOrderId(found.workOrderId), found.episode, found.seq);
}
