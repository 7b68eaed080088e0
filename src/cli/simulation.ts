import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import type { CliIo, CommandInput } from './command.ts';
import type { Supposition } from './read-supposed.ts';

export type SimulateInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: {
    readonly set: readonly string[];
    readonly at: string | null;
    readonly recorded: boolean;
    readonly together: boolean;
    readonly format: 'text' | 'json';
  };
};

/** What the files decide on one work order: the live one's (or none's) decision, then each shadow's. */
export type Decided = readonly [RecordedDecision, ...RecordedDecision[]];

export type AskedToSimulate = {
  readonly suppositions: readonly Supposition[];
  /** From the moment of the data to the one to decide at. */
  readonly timeAt: (dataMs: number) => number;
  readonly together: boolean;
  readonly io: CliIo;
};

/** What both kinds of data lead to. */
export type Simulated = {
  readonly readFrom: string;
  readonly ruleSet: RuleSet;
  readonly changed: Decided;
  /** Null: nothing was supposed. */
  readonly unchanged: Decided | null;
  readonly recorded: RecordedDecision | null;
  readonly notes: readonly string[];
};
