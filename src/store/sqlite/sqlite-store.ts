import { setImmediate as nextTurn } from 'node:timers/promises';
import { and, eq } from 'drizzle-orm';
import type { DecisionAnswer, RunApproval } from '../../domain/approval.ts';
import type { CanaryFigures, CanaryQuery } from '../../domain/canary.ts';
import type { Cancellation, Decision, Effect } from '../../domain/decision.ts';
import type { Directive, DirectiveSubject, DirectiveTerms } from '../../domain/directive.ts';
import type { DecisionId, ProviderId, Sha256, WorkOrderId } from '../../domain/ids.ts';
import type { Observation } from '../../domain/observation.ts';
import type { OverrideReason } from '../../domain/override.ts';
import type { ParityDay } from '../../domain/parity.ts';
import type { DirectoryEntry } from '../../domain/provider.ts';
import type { ApprovedMoney } from '../../domain/review.ts';
import type { RuleEvent, RuleState } from '../../domain/rule-event.ts';
import type { RuleSet } from '../../domain/rule-file.ts';
import type { NotCounted, Run, RunEnd } from '../../domain/run.ts';
import type { OverrideBook } from '../../engine/override-book.ts';
import type {
  ApprovalBook,
  DecisionStore,
  DirectiveBook,
  LedgerIdentity,
  LedgerSnapshot,
  LedgerView,
  OpenIntent,
} from '../../engine/ports.ts';
import { readApprovals, recordAnswers, recordApproval } from './answers.ts';
import { readApproved } from './approvals.ts';
import { ledgerIdentity } from './beside.ts';
import { readCanaryFigures } from './canary-figures.ts';
import { readCancellations } from './cancellations.ts';
import { appendLink, type LedgerHead, readHead } from './chain.ts';
import { type Connection, closeConnection, readAtOneMoment, writeAtomically } from './connection.ts';
import { countUndone, endDirectives, readDirectives, recordDirective } from './directives.ts';
import { readDirectory, saveDirectory } from './directory.ts';
import { eraseBodies } from './erase-bodies.ts';
import { type Erased, eraseProvider, prune, pruneSome } from './erasures.ts';
import { readParityDays } from './figures/parity-days.ts';
import { readIdentity } from './identity.ts';
import { insertRow } from './insert-row.ts';
import { claimIntent, readOpenIntents, recordEffect } from './intents.ts';
import { withLedgerFailure } from './ledger-failure.ts';
import { recordObservation } from './observations.ts';
import { recordOverrideReason } from './override-reasons.ts';
import { SqlitePendingMemory } from './pending-lists.ts';
import { recordDecisions } from './record-decision.ts';
import { catchUpRollUp, rebuildRollUp } from './roll-up.ts';
import { readRuleState, recordRuleEvent } from './rule-events.ts';
import { ruleSet, ruleText, run, runEnd } from './schema.ts';
import { readSnapshot } from './snapshot.ts';

/** The ledger in one SQLite file. Made by `openLedger`. */
export class SqliteStore implements DecisionStore, DirectiveBook, ApprovalBook, OverrideBook {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async bindIdentity({ environment, companyId }: LedgerIdentity) {
    const { orm, path } = this.#connection;
    return writeAtomically(this.#connection, () => {
      const known = readIdentity(this.#connection);
      const isForeign =
        known !== null &&
        (known.environment !== environment ||
          (known.companyId !== null && companyId !== null && known.companyId !== companyId));
      if (isForeign) {
        const [theirs, ours] = [known, { environment, companyId }].map(describeIdentity);
        return { kind: 'foreign' as const, message: `The ledger ${path} belongs to ${theirs}, not to ${ours}.` };
      }
      const identity = { environment, companyId: known?.companyId ?? companyId };
      orm
        .insert(ledgerIdentity)
        .values({ id: 1, ...identity })
        .onConflictDoUpdate({ target: ledgerIdentity.id, set: identity })
        .run();
      return { kind: 'bound' as const };
    });
  }

  async recordRuleSet(set: RuleSet, atMs: number): Promise<void> {
    const { orm } = this.#connection;
    writeAtomically(this.#connection, () => {
      if (orm.select().from(ruleSet).where(eq(ruleSet.hash, set.hash)).get() !== undefined) return;
      const all = [...set.files, ...set.reviews];
      for (const { hash, text } of all) {
        if (orm.select().from(ruleText).where(eq(ruleText.hash, hash)).get() !== undefined) continue;
        insertRow(this.#connection, ruleText, { hash, text });
      }
      const files = all.map((file): readonly [string, Sha256] => [file.id, file.hash]);
      appendLink(
        this.#connection,
        'rule_set',
        insertRow(this.#connection, ruleSet, { hash: set.hash, files, recordedAtMs: atMs }),
      );
    });
  }

  async openRun(given: Run): Promise<'opened' | 'taken'> {
    const { orm } = this.#connection;
    const { id: runId, ...rest } = given;
    return writeAtomically(this.#connection, () => {
      const isSameTick = and(eq(run.environment, given.environment), eq(run.tick, given.tick));
      if (orm.select().from(run).where(isSameTick).get() !== undefined) return 'taken';
      appendLink(this.#connection, 'run', insertRow(this.#connection, run, { runId, ...rest }));
      return 'opened';
    });
  }

  async closeRun(end: RunEnd): Promise<NotCounted> {
    writeAtomically(this.#connection, () => {
      appendLink(this.#connection, 'run_end', insertRow(this.#connection, runEnd, end));
    });
    try {
      catchUpRollUp(this.#connection);
      return null;
    } catch (error) {
      // The run has ended, whatever reports miss.
      return error instanceof Error ? error.message : String(error);
    }
  }

  async identity(): Promise<LedgerIdentity | null> {
    return this.#read(() => readIdentity(this.#connection));
  }

  async snapshot(workOrders: readonly WorkOrderId[], dayStartMs: number, sinceMs: number): Promise<LedgerSnapshot> {
    return this.#read(() => readSnapshot(this.#connection, workOrders, { dayStartMs, sinceMs }));
  }

  async recordDecision(decision: Decision): Promise<'recorded' | 'collision'> {
    const [answer] = recordDecisions(this.#connection, [decision]);
    return answer ?? 'collision';
  }

  async recordDecisions(decisions: readonly Decision[]): Promise<readonly ('recorded' | 'collision')[]> {
    const answers = recordDecisions(this.#connection, decisions);
    // A run may write for half a minute: between two commits come signals, and whoever asks how it is.
    await nextTurn();
    return answers;
  }

  async claimIntent(id: DecisionId, n: number, atMs: number): Promise<'claimed' | 'blocked' | 'paused'> {
    return claimIntent(this.#connection, { decisionId: id, n }, atMs);
  }

  async recordEffect(effect: Effect): Promise<void> {
    recordEffect(this.#connection, effect);
  }

  async openIntents(): Promise<readonly OpenIntent[]> {
    return this.#read(() => readOpenIntents(this.#connection));
  }

  async recordObservation(observation: Observation): Promise<'recorded' | 'known'> {
    return recordObservation(this.#connection, observation);
  }

  async recordOverrideReason(reason: OverrideReason): Promise<'recorded' | 'unknown'> {
    return recordOverrideReason(this.#connection, reason);
  }

  async saveDirectory(entries: readonly DirectoryEntry[]): Promise<void> {
    saveDirectory(this.#connection, entries);
  }

  async readDirectory(): Promise<readonly DirectoryEntry[]> {
    return this.#read(() => readDirectory(this.#connection));
  }

  /** `version`: of what writes the rows; what another wrote is not read. */
  pendingMemory(version: string): SqlitePendingMemory {
    return new SqlitePendingMemory(this.#connection, version);
  }

  async readCancellations(assignedSinceMs: number): Promise<readonly Cancellation[]> {
    return this.#read(() => readCancellations(this.#connection, assignedSinceMs));
  }

  async readApproved(sinceMs: number): Promise<ApprovedMoney> {
    return this.#read(() => readApproved(this.#connection, sinceMs));
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

  async recordRuleEvent(event: RuleEvent): Promise<'recorded' | 'known'> {
    return recordRuleEvent(this.#connection, event);
  }

  async recordApproval(given: RunApproval): Promise<'recorded' | 'answered'> {
    return recordApproval(this.#connection, given);
  }

  async recordAnswers(given: readonly DecisionAnswer[]): Promise<readonly DecisionId[]> {
    return recordAnswers(this.#connection, given);
  }

  async approvals(): Promise<readonly RunApproval[]> {
    return this.#read(() => readApprovals(this.#connection));
  }

  async recordDirective(given: DirectiveSubject & DirectiveTerms) {
    return recordDirective(this.#connection, given);
  }

  async endDirectives(ids: readonly number[], end: Omit<DirectiveTerms, 'untilMs'>): Promise<number> {
    return endDirectives(this.#connection, ids, end);
  }

  /** Tombstone first, then the bytes, in one transaction. Returns how many bodies went. */
  async eraseBodies(request: Parameters<typeof eraseBodies>[1]): Promise<number> {
    return eraseBodies(this.#connection, request);
  }

  /** Counts every decision again; says how many. */
  async rebuildRollUp(onProgress?: (done: number) => void): Promise<number> {
    return withLedgerFailure(this.#connection.path, () => rebuildRollUp(this.#connection, onProgress));
  }

  /** Every body that only decisions before then rest on; see erasures.ts. */
  async prune(beforeMs: number, asked: Parameters<typeof prune>[2]): Promise<Erased> {
    return withLedgerFailure(this.#connection.path, () => prune(this.#connection, beforeMs, asked));
  }

  /** Some of them, beside the runs of a daemon. Says how many went. */
  async pruneSome(beforeMs: number, asked: Parameters<typeof pruneSome>[2]): Promise<number> {
    return withLedgerFailure(this.#connection.path, () => pruneSome(this.#connection, beforeMs, asked));
  }

  async eraseProvider(id: ProviderId, asked: Parameters<typeof prune>[2]): Promise<Erased> {
    return withLedgerFailure(this.#connection.path, () => eraseProvider(this.#connection, id, asked));
  }

  /** Null: nothing has happened yet. */
  async head(): Promise<LedgerHead | null> {
    const last = this.#read(() => readHead(this.#connection));
    return last === null ? null : { links: last.seq, hash: last.hash };
  }

  async close(): Promise<void> {
    withLedgerFailure(this.#connection.path, () => closeConnection(this.#connection));
  }

  #read<Result>(read: () => Result): Result {
    return readAtOneMoment(this.#connection, read);
  }
}

function describeIdentity(identity: LedgerIdentity): string {
  return identity.companyId === null ? identity.environment : `${identity.environment}, company ${identity.companyId}`;
}
