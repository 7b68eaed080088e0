import type { AssignmentCase } from '../domain/assignment-case.ts';
import type { Chosen, NotChosen } from '../domain/choice-figures.ts';
import type { DecisionLine } from '../domain/decision-line.ts';
import type { Directive } from '../domain/directive.ts';
import type { DoubtFigures } from '../domain/doubted-rows.ts';
import type { EffectTrail } from '../domain/effect-trail.ts';
import type { DayOutcome, Fill } from '../domain/fill.ts';
import type { DecisionId, ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Observation } from '../domain/observation.ts';
import type { OpenWork } from '../domain/open-work.ts';
import type { OverrideCase } from '../domain/override.ts';
import type { ParityDay } from '../domain/parity.ts';
import type { ReasonCode } from '../domain/reason-codes.ts';
import type { RecordedDecision, RecordedSlates } from '../domain/recorded-decision.ts';
import type { RuleCase } from '../domain/rule-case.ts';
import type { SentWork } from '../domain/sent-work.ts';
import type { SlateCounts } from '../domain/slate-counts.ts';

/** Epoch milliseconds; `sinceMs` is included, `untilMs` is not; null: open. */
export type LedgerRange = { readonly sinceMs: number | null; readonly untilMs: number | null };

/**
 * A range, or a piece that one was cut into: of what was decided at its very first and last moment only rows from `sinceRow` on and
 * before `untilRow`. Left out: 0.
 */
export type LedgerPiece = LedgerRange & { readonly sinceRow?: number; readonly untilRow?: number };

/** What was decided, to be decided again. */
export interface LedgerPast {
  /** Run by run, oldest first, and no more than one of them in memory: see `RecordedSlates`. */
  slates(piece: LedgerPiece): AsyncIterable<RecordedSlates>;
  /** In pieces of about so many decisions or more, in order: going through them gives what going through the range does. */
  pieces(range: LedgerRange, about: number): Promise<readonly LedgerPiece[]>;
  countDecisions(piece: LedgerPiece): Promise<number>;
}

/** What a report is asked for. Null: of all. Several of them: what all of them hold for. */
export type LedgerQuery = LedgerRange & {
  readonly ruleFileId: string | null;
  /** The platform's ids of the work orders' client and project. */
  readonly clientId: number | null;
  readonly projectId: number | null;
  readonly providerId: ProviderId | null;
};

/** What was seen on the platform and no intent of ours says; `reason`: why a person did otherwise than we had decided. */
export type SeenEvent = {
  readonly kind: Observation['kind'] | 'reason';
  readonly episode: number;
  /** Epoch ms. */
  readonly atMs: number;
  /** Whose invitation or assignment it concerns; null: none of ours. */
  readonly decisionId: DecisionId | null;
  readonly providerId: ProviderId | null;
  /** Of a reason alone: who gave it, and in which words. */
  readonly actor: string | null;
  readonly because: string | null;
};

/** `workOrderId` null: of all. The range is of when it was seen; the provider, whoever was named or assigned. */
export type OverrideQuery = LedgerQuery & { readonly workOrderId: WorkOrderId | null };

/** What an override is about: a work order on which rule files have decided, and who has it by now. */
export type OverrideSubject = {
  /** The last one. */
  readonly episode: number;
  /** Null: nobody, as far as was seen. */
  readonly assigned: ProviderId | null;
};

/** `clientId` null: not known. */
export type SlatePlace = {
  readonly providerId: ProviderId;
  readonly ruleFileId: string | null;
  readonly clientId: number | null;
};
/** What runs look at too: reports are asked for, and drift has to be noticed. */
export interface ParityView {
  /** Our verdicts beside Field Nation's, by rule file, criterion and day, oldest day first. Of a provider there is nothing apart. */
  parityDays(query: Omit<LedgerQuery, 'providerId'>): Promise<readonly ParityDay[]>;
}

/** An intent whose provider was not eligible, or which was claimed while acting was paused. */
export type FaultyRow = {
  readonly kind: 'not_eligible' | 'while_paused';
  readonly decisionId: DecisionId;
  readonly workOrderId: WorkOrderId;
  readonly providerId: ProviderId | null;
  readonly ruleFileId: string | null;
  readonly atMs: number;
  /** 1: the provider was on the slate. */
  readonly isOnSlate: 0 | 1;
};

/** Candidates that a reason stopped: of a work order everybody, else of the provider. `ruleFileId` null: under all. */
export type StoppedQuery = {
  readonly providerId: ProviderId;
  readonly workOrderId: WorkOrderId | null;
  readonly ruleFileId: string | null;
  readonly code: ReasonCode;
  readonly sinceMs: number;
};

/** The figures behind reports, counted where the rows are. A new one is a file in `store/sqlite/figures/` and a line here. */
export interface LedgerFigures extends ParityView {
  /** Work orders of the client and project asked for; null: of any, and nobody was asked for. */
  workOrdersOf(query: Pick<LedgerQuery, 'clientId' | 'projectId'>): Promise<ReadonlySet<WorkOrderId> | null>;
  /** Of all episodes of a work order, oldest first. */
  seenOf(workOrderId: WorkOrderId): Promise<readonly SeenEvent[]>;
  /** Writes that were not simply confirmed at once, oldest first; the range is of the last that is known of each. */
  effectTrails(query: LedgerQuery): Promise<readonly EffectTrail[]>;
  /** The first assignment of each episode that has one; the range is of when it was assigned. */
  assignmentCases(query: LedgerQuery): Promise<readonly AssignmentCase[]>;
  /** What each text of each rule file did, one case for each work order and episode; live decisions alone. */
  ruleCases(query: LedgerQuery): Promise<readonly RuleCase[]>;
  /** What of live decisions did not rest on known facts; `newest`: how many of the newest are to be named. */
  doubtFigures(query: LedgerQuery & { readonly newest: number }): Promise<DoubtFigures>;
  /** The newest live decision of every work order that has one, by work order; the range is of `sinceMs`. */
  openWork(query: LedgerQuery): Promise<readonly OpenWork[]>;
  /** How slates came out, by rule file. Of a provider: the slates it was on, and of their candidates it alone. */
  slateCounts(query: LedgerQuery): Promise<readonly SlateCounts[]>;
  /** Where people did otherwise, oldest first. */
  overrides(query: OverrideQuery): Promise<readonly OverrideCase[]>;
  /** Null: no rule file has ever decided on it. */
  overrideSubject(workOrderId: WorkOrderId): Promise<OverrideSubject | null>;
  /** By live decisions that chose somebody, by time; of a provider: those that chose it. */
  chosen(query: LedgerQuery): Promise<readonly Chosen[]>;
  /**
   * By live decisions, by time: the runner-up; where nobody was chosen or invited, the best of the eligible; else who has the most
   * points of those not eligible. Of a provider: each decision that had it on its slate and neither chose nor invited it.
   */
  notChosen(query: LedgerQuery): Promise<readonly NotChosen[]>;
  /** Newest last, as `LedgerReader.decisions` gives them without candidates; decided from then on. */
  decisionsOfRuns(runIds: readonly string[], sinceMs: number): Promise<readonly RecordedDecision[]>;
  /** Of every work order for which anything was ever to be sent, ascending. */
  sentWork(query: Pick<LedgerQuery, 'clientId' | 'projectId'>): Promise<readonly SentWork[]>;
  /** What the work order of each decision, by its row, offers in cents; null: nothing, or it was erased. Each asks for a body. */
  basePay(decisionRows: readonly number[]): Promise<ReadonlyMap<number, number | null>>;
  /** What all decisions of this one's run shared; null: it was erased. */
  batch(decisionRow: number): Promise<JsonValue>;
  /** On how many slates of live decisions each provider was. */
  slatesByProvider(query: Omit<LedgerQuery, 'providerId'>): Promise<ReadonlyMap<ProviderId, number>>;
  /** Each once: who was on slates of live decisions of which rule file for which client. */
  slatePlaces(query: Omit<LedgerQuery, 'providerId'>): Promise<readonly SlatePlace[]>;
  /** What went to somebody through us, by when it was confirmed or seen, oldest first. */
  fills(range: LedgerRange): Promise<readonly Fill[]>;
  /** By day, then outcome. */
  outcomesByDay(range: LedgerRange): Promise<readonly DayOutcome[]>;
  /** Every decision, newest last; of a provider: those that chose it. */
  decisionLines(query: LedgerQuery): Promise<readonly DecisionLine[]>;
  /** Of all that was ever to be sent. */
  faultyRows(): Promise<readonly FaultyRow[]>;
  /** All there ever were, oldest first. */
  directives(): Promise<readonly Directive[]>;
  /** For each, in order, how many candidates of live decisions this reason made not eligible. */
  stoppedSince(queries: readonly StoppedQuery[]): Promise<readonly number[]>;
}
