import { and, asc, eq, gte, lt, type SQL } from 'drizzle-orm';
import type { AgreementCase } from '../../domain/agreement.ts';
import type { RunApproval } from '../../domain/approval.ts';
import type { CanaryFigures, CanaryQuery } from '../../domain/canary.ts';
import type { Cancellation } from '../../domain/decision.ts';
import type { Directive } from '../../domain/directive.ts';
import type { DecisionId, ProviderId, Sha256, WorkOrderId } from '../../domain/ids.ts';
import type { ParityDay } from '../../domain/parity.ts';
import type { DirectoryEntry } from '../../domain/provider.ts';
import type { RecordedDecision, RecordedInput, RecordedSlates } from '../../domain/recorded-decision.ts';
import type { RecordedRules, RecordedRun } from '../../domain/recorded-run.ts';
import type { ApprovedMoney } from '../../domain/review.ts';
import type { RecordedRuleEvent, RuleState } from '../../domain/rule-event.ts';
import type { LedgerPiece } from '../../engine/figures.ts';
import type { HistoryView } from '../../engine/history-view.ts';
import type {
  LedgerIdentity,
  LedgerReader,
  LedgerSnapshot,
  LedgerView,
  OpenIntent,
  RunRow,
} from '../../engine/ports.ts';
import type { ReplayReader } from '../../engine/replay-reader.ts';
import { readAgreement } from './agreement.ts';
import { readApprovals } from './answers.ts';
import { readApproved } from './approvals.ts';
import { readBareDecisions } from './bare-decisions.ts';
import { readCanaryFigures } from './canary-figures.ts';
import { readCancellations } from './cancellations.ts';
import { readHead } from './chain.ts';
import { type Connection, closeConnection, readAtOneMoment } from './connection.ts';
import { decision } from './decision-tables.ts';
import { countUndone, readDirectives } from './directives.ts';
import { readDirectory } from './directory.ts';
import { type ProviderPlan, type PrunePlan, planProvider, planPrune } from './erasures.ts';
import { readParityDays } from './figures/parity-days.ts';
import { readIdentity } from './identity.ts';
import { placeOfDecision, readOpenIntents } from './intents.ts';
import { withLedgerFailure } from './ledger-failure.ts';
import { countDecisions, cutIntoPieces } from './ledger-pieces.ts';
import { SqlitePendingMemory } from './pending-lists.ts';
import { readRecordedInput, toRecordedDecision } from './recorded-decision.ts';
import { readIntentsOf } from './recorded-intents.ts';
import { readRecordedRules } from './recorded-rules.ts';
import { readRecordedRuns } from './recorded-runs.ts';
import { readRecordedSlates } from './recorded-slates.ts';
import { readRuleEvents, readRuleState } from './rule-events.ts';
import { ruleText, run, runEnd } from './schema.ts';
import { readHistory, readSnapshot } from './snapshot.ts';
import { SqliteFigures } from './sqlite-figures.ts';
import { type ChainReport, verifyChain } from './verify-chain.ts';

type Range = { readonly sinceMs: number | null; readonly untilMs: number | null };

/** The ledger on a read-only connection. Made by `openLedgerReader`. */
export class SqliteLedgerReader implements LedgerReader, LedgerView, HistoryView, ReplayReader {
  readonly figures: SqliteFigures;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.figures = new SqliteFigures(connection);
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
      const connection = this.#connection;
      if (!query.withCandidates) return readBareDecisions(connection, { ...query, runIds: null });
      const ofWorkOrder = query.workOrderId === null ? [] : [eq(decision.workOrderId, query.workOrderId)];
      const isAsked = and(...within(decision.decidedAtMs, query), ...ofWorkOrder);
      const inOrder = [asc(decision.decidedAtMs), asc(decision.id)];
      const rows = connection.orm
        .select()
        .from(decision)
        .where(isAsked)
        .orderBy(...inOrder)
        .all();
      const intents = readIntentsOf(connection, rows.map(rowId));
      return rows.map((row) => toRecordedDecision(connection, row, intents.get(row.id) ?? []));
    });
  }

  async decision(id: DecisionId): Promise<RecordedDecision | null> {
    return this.#read(() => {
      const row = this.#findDecision(id);
      if (row === undefined) return null;
      return toRecordedDecision(this.#connection, row, readIntentsOf(this.#connection, [row.id]).get(row.id) ?? []);
    });
  }

  async recordedInput(id: DecisionId): Promise<RecordedInput | 'erased' | null> {
    return this.#read(() => {
      const row = this.#findDecision(id);
      return row === undefined ? null : readRecordedInput(this.#connection, row);
    });
  }

  /** For a dry run, which may read it. */
  pendingMemory(version: string): SqlitePendingMemory {
    return new SqlitePendingMemory(this.#connection, version);
  }

  recordedRuns(of: Parameters<ReplayReader['recordedRuns']>[0]): AsyncIterable<RecordedRun> {
    return readRecordedRuns(this.#connection, of);
  }

  async recordedRules(hash: Sha256): Promise<RecordedRules | null> {
    return this.#read(() => readRecordedRules(this.#connection, hash));
  }

  slates(piece: LedgerPiece): AsyncIterable<RecordedSlates> {
    return readRecordedSlates(this.#connection, piece);
  }

  async pieces(range: Range, about: number): Promise<readonly LedgerPiece[]> {
    return this.#read(() => cutIntoPieces(this.#connection, range, about));
  }

  async countDecisions(piece: LedgerPiece): Promise<number> {
    return this.#read(() => countDecisions(this.#connection, piece));
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

  /** Looks through every page of the file; `ok`, or what is wrong with it. */
  async quickCheck(): Promise<string> {
    return this.#read(() => String(this.#connection.db.pragma('quick_check(1)', { simple: true })));
  }

  async identity(): Promise<LedgerIdentity | null> {
    return this.#read(() => readIdentity(this.#connection));
  }

  async historyOf(workOrderId: WorkOrderId) {
    return this.#read(() => readHistory(this.#connection, workOrderId));
  }

  async snapshot(workOrders: readonly WorkOrderId[], dayStartMs: number, sinceMs: number): Promise<LedgerSnapshot> {
    return this.#read(() => readSnapshot(this.#connection, workOrders, { dayStartMs, sinceMs }));
  }

  async readDirectory(): Promise<readonly DirectoryEntry[]> {
    return this.#read(() => readDirectory(this.#connection));
  }

  async readCancellations(assignedSinceMs: number): Promise<readonly Cancellation[]> {
    return this.#read(() => readCancellations(this.#connection, assignedSinceMs));
  }

  async readApproved(sinceMs: number): Promise<ApprovedMoney> {
    return this.#read(() => readApproved(this.#connection, sinceMs));
  }

  async approvals(): Promise<readonly RunApproval[]> {
    return this.#read(() => readApprovals(this.#connection));
  }

  async directives(): Promise<readonly Directive[]> {
    return this.#read(() => readDirectives(this.#connection));
  }

  async countUndone(sinceMs: number): Promise<number> {
    return this.#read(() => countUndone(this.#connection, sinceMs));
  }

  async parityDays(query: Parameters<LedgerView['parityDays']>[0]): Promise<readonly ParityDay[]> {
    return this.#read(() => readParityDays(this.#connection, query));
  }

  async ruleState(): Promise<RuleState> {
    return this.#read(() => readRuleState(this.#connection));
  }

  async canaryFigures(query: CanaryQuery): Promise<CanaryFigures> {
    return this.#read(() => readCanaryFigures(this.#connection, query));
  }

  async agreementCases(range: Range): Promise<readonly AgreementCase[]> {
    return this.#read(() => readAgreement(this.#connection, range));
  }

  async ruleEvents(): Promise<readonly RecordedRuleEvent[]> {
    return this.#read(() => readRuleEvents(this.#connection));
  }

  async openIntents(): Promise<readonly OpenIntent[]> {
    return this.#read(() => readOpenIntents(this.#connection));
  }

  /** What `SqliteStore.prune` would erase now. */
  async planPrune(beforeMs: number): Promise<PrunePlan> {
    return this.#read(() => planPrune(this.#connection, beforeMs));
  }

  async planProvider(id: ProviderId): Promise<ProviderPlan> {
    return this.#read(() => planProvider(this.#connection, id));
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

function rowId({ id }: { readonly id: number }): number {
  return id;
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
