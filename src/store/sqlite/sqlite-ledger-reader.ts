import { and, asc, eq, gte, lt, type SQL } from 'drizzle-orm';
import type { DecisionId, Sha256 } from '../../domain/ids.ts';
import type { LedgerReader, RecordedDecision, RunRow } from '../../engine/ports.ts';
import { readHead } from './chain.ts';
import { type Connection, closeConnection, readAtOneMoment } from './connection.ts';
import { placeOfDecision } from './intents.ts';
import { withLedgerFailure } from './ledger-failure.ts';
import { type RecordedInput, readRecordedInput, toRecordedDecision } from './recorded-decision.ts';
import { decision, ruleText, run, runEnd } from './schema.ts';
import { type ChainReport, verifyChain } from './verify-chain.ts';

type Range = { readonly sinceMs: number | null; readonly untilMs: number | null };

/** The ledger on a read-only connection. Made by `openLedgerReader`. */
export class SqliteLedgerReader implements LedgerReader {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async runs({ sinceMs, untilMs }: Range): Promise<readonly RunRow[]> {
    return this.#read(() => {
      const rows = this.#connection.orm
        .select({ run, end: runEnd })
        .from(run)
        .leftJoin(runEnd, eq(runEnd.runId, run.runId))
        .where(and(...within(run.startedAtMs, { sinceMs, untilMs })))
        .orderBy(asc(run.startedAtMs), asc(run.id))
        .all();
      return rows.map(({ run: { runId, id: _, ...begun }, end }) => ({
        id: runId,
        ...begun,
        end: end === null ? null : toRunEnd(end),
      }));
    });
  }

  async decisions(query: Parameters<LedgerReader['decisions']>[0]): Promise<readonly RecordedDecision[]> {
    return this.#read(() => {
      const ofWorkOrder = query.workOrderId === null ? [] : [eq(decision.workOrderId, query.workOrderId)];
      const rows = this.#connection.orm
        .select()
        .from(decision)
        .where(and(...within(decision.decidedAtMs, query), ...ofWorkOrder))
        .orderBy(asc(decision.decidedAtMs), asc(decision.id))
        .all();
      return rows.map((row) => toRecordedDecision(this.#connection, row, query.withCandidates));
    });
  }

  async decision(id: DecisionId): Promise<RecordedDecision | null> {
    return this.#read(() => {
      const row = this.#findDecision(id);
      return row === undefined ? null : toRecordedDecision(this.#connection, row, true);
    });
  }

  /** What the decision rested on, to the same bytes; `erased` when a body of it is gone. Null: no such decision. */
  async recordedInput(id: DecisionId): Promise<RecordedInput | 'erased' | null> {
    return this.#read(() => {
      const row = this.#findDecision(id);
      return row === undefined ? null : readRecordedInput(this.#connection, row);
    });
  }

  async ruleFileText(hash: Sha256): Promise<string | null> {
    return this.#read(() => {
      const found = this.#connection.orm.select().from(ruleText).where(eq(ruleText.hash, hash)).get();
      return found?.text ?? null;
    });
  }

  async chainHead(): Promise<Sha256 | null> {
    return this.#read(() => readHead(this.#connection)?.hash ?? null);
  }

  /** Walks the whole chain: see verify-chain.ts. */
  async verifyChain(): Promise<ChainReport> {
    return this.#read(() => verifyChain(this.#connection));
  }

  async close(): Promise<void> {
    withLedgerFailure(this.#connection.path, () => closeConnection(this.#connection));
  }

  #findDecision(id: DecisionId) {
    return this.#connection.orm.select().from(decision).where(placeOfDecision(id)).get();
  }

  #read<Result>(read: () => Result): Result {
    return readAtOneMoment(this.#connection, read);
  }
}

function toRunEnd({ id: _, ...end }: typeof runEnd.$inferSelect): RunRow['end'] {
  return end;
}

/** `sinceMs` is included, `untilMs` is not. */
function within(
  column: typeof run.startedAtMs | typeof decision.decidedAtMs,
  { sinceMs, untilMs }: Range,
): readonly SQL[] {
  return [...(sinceMs === null ? [] : [gte(column, sinceMs)]), ...(untilMs === null ? [] : [lt(column, untilMs)])];
}
