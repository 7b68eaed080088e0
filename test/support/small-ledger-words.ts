import type { DecisionAnswer } from '../../src/domain/approval.ts';
import type { Decision, EffectKind, OpenedAt, Outcome, Reason } from '../../src/domain/decision.ts';
import type { Fact, FactValue } from '../../src/domain/fact.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import type { CandidateKind, PlatformEvaluation } from '../../src/domain/provider.ts';
import type { RuleEvent } from '../../src/domain/rule-event.ts';
import type { RuleMode } from '../../src/domain/rule-file.ts';
import type { Run, RunEnd, RunSummary } from '../../src/domain/run.ts';
import type { Verdict } from '../../src/domain/scored-slate.ts';
import type { WorkOrder } from '../../src/domain/work-order.ts';
import type { WriteCall, WriteKind } from '../../src/domain/write-call.ts';

/** A moment: epoch milliseconds, or `2026-11-23T15:00Z`. */
export type At = number | string;

export function atMs(at: At): number {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  if (!Number.isSafeInteger(ms)) throw new TypeError(`no moment: ${at}`);
  return ms;
}

/** What `smallLedger` writes. Ids are plain numbers; order does not matter, for everything happens at its time. */
export type SmallLedgerPlan = {
  /** Rule files by id, in the format of `rules/*.json`; what a file leaves out is short and valid. Default: `default`. */
  readonly rules?: SmallRules;
  /** Later sets, each whole: decisions are taken by the last one whose time had come. */
  readonly laterRules?: readonly { readonly at: At; readonly rules: SmallRules }[];
  /** Runs that decisions name need not be listed: they then start at `NOW_MS` or with their first decision. */
  readonly runs?: readonly SmallRun[];
  readonly decisions?: readonly SmallDecision[];
  readonly observations?: readonly SmallObservation[];
  readonly directives?: readonly SmallDirective[];
  /** Of recommendations. */
  readonly answers?: readonly SmallAnswer[];
  /** Of tripped runs. */
  readonly approvals?: readonly SmallApproval[];
  /** Besides `taken`, which every set of `rules` and `laterRules` writes by itself. */
  readonly ruleEvents?: readonly RuleEvent[];
};

export type SmallRules = { readonly [id: string]: { readonly [member: string]: JsonValue } };

export type SmallRun = Partial<Pick<Run, 'tick' | 'environment' | 'engineVersion'>> & {
  /** Default `run-1`. */
  readonly id?: string;
  readonly at?: At;
  /** Null: it never ended. Default: four seconds after it began. */
  readonly endedAt?: At | null;
  readonly result?: RunEnd['result'];
  /** What is left out is zero or empty. */
  readonly summary?: Partial<RunSummary>;
};

export type SmallDecision = {
  readonly order: number;
  /** Default 1. */
  readonly episode?: number;
  /** Default: the next of the work order's episode, as listed. */
  readonly seq?: number;
  /** Default: the set's first file. Null: by hand, or no file applies. */
  readonly rule?: string | null;
  /** Default: the file's. */
  readonly mode?: RuleMode | null;
  /** When it was decided and its slate taken. Default `NOW_MS`. */
  readonly at?: At;
  /** Default `run-1`. */
  readonly run?: string;
  /** Default: an hour before it was decided. */
  readonly openedAt?: At;
  readonly openedBy?: OpenedAt['source'];
  /** Default `assign`. */
  readonly outcome?: Outcome;
  /** A code alone has no detail. */
  readonly reason?: Reason['code'] | Reason;
  readonly winner?: number;
  readonly runnerUp?: number;
  readonly marginPoints?: number;
  /** Of the decision and of its calls that bind money. Default 25,000 where it binds any. */
  readonly costCents?: number | null;
  readonly stage?: number | null;
  readonly dueStages?: readonly number[];
  /** Of the work order. Default 310 and 88. */
  readonly client?: number | null;
  readonly project?: number | null;
  readonly title?: string;
  /** What the work order offers. Default 25,000. */
  readonly payCents?: number;
  /** When the work is to be done. Default: the next day 15:00 to 17:00 UTC; an end left out is two hours after the start. */
  readonly start?: At;
  readonly end?: At;
  readonly localDate?: string;
  readonly timeZone?: string;
  /** Anything else of the work order. */
  readonly workOrder?: Partial<WorkOrder>;
  /** `work_order.*` facts. */
  readonly facts?: SmallFacts;
  /** Default: winner, runner-up and invited, who match everything; nobody where it is by hand. */
  readonly candidates?: readonly SmallCandidate[];
  /** Whom a mass-route invites. */
  readonly providers?: readonly number[];
  /** Default: what the outcome says, once, where the mode acts; claimed when decided and confirmed a second later. */
  readonly intents?: readonly SmallIntent[];
  readonly batch?: JsonValue;
  /** Anything else of the decision, as it is to be written. */
  readonly more?: Partial<Decision>;
};

/** In kept units. A plain value is known from the profile since the slate was taken. */
type SmallFacts = { readonly [key: string]: FactValue | Fact };

export type SmallCandidate = {
  readonly provider: number;
  /** Default `request`. */
  readonly kind?: CandidateKind;
  /** By criterion's key, before `on_missing`; what is left out matches. */
  readonly verdicts?: { readonly [key: string]: Verdict };
  /** Scored by the engine over these facts, instead of verdicts. */
  readonly facts?: SmallFacts;
  /** Instead of those that the verdicts add up to. */
  readonly points?: number;
  /** Default: who matches and is blocked by nothing. */
  readonly eligible?: boolean;
  /** Default: by points. */
  readonly rank?: number | null;
  /** Default: `FM-5001` or `FM-5002` for every required criterion missed or not known. */
  readonly blockedBy?: readonly (Reason['code'] | Reason)[];
  readonly costCents?: number | null;
  /** A counter-offer. */
  readonly counterCents?: number;
  readonly platform?: PlatformEvaluation;
};

export type SmallIntent = {
  /** Default: the decision's outcome. */
  readonly do?: WriteKind;
  /** Default: the winner. */
  readonly provider?: number;
  readonly providers?: readonly number[];
  readonly costCents?: number;
  /** Instead of the three above. */
  readonly call?: WriteCall;
  /** Default: when decided, each further intent two seconds later. Empty: never sent. */
  readonly claimed?: readonly At[];
  /** Default: confirmed, a second after the last claim. Empty: it stands open. */
  readonly effects?: readonly (EffectKind | SmallEffect)[];
};

export type SmallEffect = {
  readonly kind: EffectKind;
  readonly at?: At;
  readonly reason?: Reason['code'] | Reason;
  /** Default: the decision's. */
  readonly run?: string;
  readonly saw?: JsonValue;
};

export type SmallObservation = {
  readonly kind: 'route_accepted' | 'assigned_by_other' | 'unassigned';
  readonly order: number;
  readonly episode?: number;
  readonly provider?: number;
  /** Of whose invitation or assignment: `4047.1.1`. */
  readonly decision?: string;
  readonly at?: At;
  readonly detail?: JsonValue;
};

export type SmallDirective = {
  readonly kind: 'pause' | 'exclusion' | 'pin';
  readonly provider?: number;
  readonly order?: number;
  readonly actor?: string;
  readonly because?: string;
  readonly at?: At;
  readonly until?: At;
  readonly ended?: { readonly at: At; readonly actor?: string; readonly because?: string };
};

export type SmallAnswer = {
  /** `4047.1.1` */
  readonly decision: string;
  readonly verdict?: DecisionAnswer['verdict'];
  readonly actor?: string;
  readonly because?: string;
  readonly at?: At;
};

export type SmallApproval = Omit<SmallAnswer, 'decision'> & { readonly run: string };
