import type { LedgerFigures, LedgerQuery } from '../../engine/figures.ts';
import { readBareDecisions } from './bare-decisions.ts';
import { type Connection, readAtOneMoment } from './connection.ts';
import { readDirectives } from './directives.ts';
import { readAssignmentCases } from './figures/assignment-cases.ts';
import { readBasePay, readBatch } from './figures/bodies.ts';
import { readChosen } from './figures/chosen.ts';
import { readDecisionLines } from './figures/decision-lines.ts';
import { readDoubtFigures } from './figures/doubt-figures.ts';
import { readEffectTrails } from './figures/effect-trails.ts';
import { readFaultyRows } from './figures/faulty-rows.ts';
import { readFills, readOutcomesByDay } from './figures/fills.ts';
import { readNotChosen } from './figures/not-chosen.ts';
import { readSlatePlaces, readSlatesByProvider } from './figures/on-slates.ts';
import { readOpenWork } from './figures/open-work.ts';
import { readOverrideSubject, readOverrides } from './figures/overrides.ts';
import { readParityDays } from './figures/parity-days.ts';
import { readRuleCases } from './figures/rule-cases.ts';
import { readSeenOf } from './figures/seen-of.ts';
import { readSentWork } from './figures/sent-work.ts';
import { readSlateCounts } from './figures/slate-counts.ts';
import { readStoppedSince } from './figures/stopped-since.ts';
import { readWorkOrdersOf } from './figures/work-orders-of.ts';

/** See `LedgerFigures`; each method is a file of figures/. */
export class SqliteFigures implements LedgerFigures {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async workOrdersOf(query: Parameters<LedgerFigures['workOrdersOf']>[0]) {
    return this.#read(() => readWorkOrdersOf(this.#connection, query));
  }

  async seenOf(workOrderId: Parameters<LedgerFigures['seenOf']>[0]) {
    return this.#read(() => readSeenOf(this.#connection, workOrderId));
  }

  async effectTrails(query: LedgerQuery) {
    return this.#read(() => readEffectTrails(this.#connection, query));
  }

  async assignmentCases(query: LedgerQuery) {
    return this.#read(() => readAssignmentCases(this.#connection, query));
  }

  async ruleCases(query: LedgerQuery) {
    return this.#read(() => readRuleCases(this.#connection, query));
  }

  async doubtFigures(query: Parameters<LedgerFigures['doubtFigures']>[0]) {
    return this.#read(() => readDoubtFigures(this.#connection, query));
  }

  async openWork(query: LedgerQuery) {
    return this.#read(() => readOpenWork(this.#connection, query));
  }

  async slateCounts(query: Parameters<LedgerFigures['slateCounts']>[0]) {
    return this.#read(() => readSlateCounts(this.#connection, query));
  }

  async overrides(query: Parameters<LedgerFigures['overrides']>[0]) {
    return this.#read(() => readOverrides(this.#connection, query));
  }

  async parityDays(query: Parameters<LedgerFigures['parityDays']>[0]) {
    return this.#read(() => readParityDays(this.#connection, query));
  }

  async overrideSubject(workOrderId: Parameters<LedgerFigures['overrideSubject']>[0]) {
    return this.#read(() => readOverrideSubject(this.#connection, workOrderId));
  }

  async chosen(query: Parameters<LedgerFigures['chosen']>[0]) {
    return this.#read(() => readChosen(this.#connection, query));
  }

  async notChosen(query: Parameters<LedgerFigures['notChosen']>[0]) {
    return this.#read(() => readNotChosen(this.#connection, query));
  }

  async decisionsOfRuns(runIds: readonly string[], sinceMs: number) {
    const ofRuns = { runIds, sinceMs, untilMs: null, workOrderId: null };
    return this.#read(() => readBareDecisions(this.#connection, ofRuns));
  }

  async sentWork(query: Parameters<LedgerFigures['sentWork']>[0]) {
    return this.#read(() => readSentWork(this.#connection, query));
  }

  async basePay(decisionRows: Parameters<LedgerFigures['basePay']>[0]) {
    return this.#read(() => readBasePay(this.#connection, decisionRows));
  }

  async batch(decisionRow: Parameters<LedgerFigures['batch']>[0]) {
    return this.#read(() => readBatch(this.#connection, decisionRow));
  }

  async slatesByProvider(query: Parameters<LedgerFigures['slatesByProvider']>[0]) {
    return this.#read(() => readSlatesByProvider(this.#connection, query));
  }

  async slatePlaces(query: Parameters<LedgerFigures['slatePlaces']>[0]) {
    return this.#read(() => readSlatePlaces(this.#connection, query));
  }

  async fills(range: Parameters<LedgerFigures['fills']>[0]) {
    return this.#read(() => readFills(this.#connection, range));
  }

  async outcomesByDay(range: Parameters<LedgerFigures['outcomesByDay']>[0]) {
    return this.#read(() => readOutcomesByDay(this.#connection, range));
  }

  async decisionLines(query: Parameters<LedgerFigures['decisionLines']>[0]) {
    return this.#read(() => readDecisionLines(this.#connection, query));
  }

  async faultyRows() {
    return this.#read(() => readFaultyRows(this.#connection));
  }

  async directives() {
    return this.#read(() => readDirectives(this.#connection));
  }

  async stoppedSince(queries: Parameters<LedgerFigures['stoppedSince']>[0]) {
    return this.#read(() => readStoppedSince(this.#connection, queries));
  }

  #read<Result>(read: () => Result): Result {
    return readAtOneMoment(this.#connection, read);
  }
}
