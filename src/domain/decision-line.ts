import type { RecordedDecision } from './recorded-decision.ts';

type Told = 'id' | 'runId' | 'workOrderId' | 'episode' | 'ruleFileId' | 'ruleFileHash' | 'ruleSetHash' | 'mode';
type Decided = 'decidedAtMs' | 'engineVersion' | 'stage' | 'outcome' | 'reason' | 'winner' | 'runnerUp' | 'marginMilli';

/** A recorded decision as far as a list of many tells of it. */
export type DecisionLine = Pick<RecordedDecision, Told | Decided | 'costCents'> & {
  readonly title: string;
  readonly openedAtMs: number;
  /** Of each intent the kind of its last effect, in their order; `open`: it has none. */
  readonly effects: readonly string[];
};
