/** What one call of `npm run campaign` asks for. Run i of a campaign depends on `seed` and i alone, so that it replays alone. */
export type CampaignRequest = {
  readonly seed: number;
  /** The first run's number. */
  readonly from: number;
  readonly runs: number;
  /** One of the campaign's mutants, built in on purpose; null: the engine as it is. */
  readonly mutant: string | null;
};

export type CampaignFailure = {
  /** The number of the run that broke something. */
  readonly run: number;
  readonly message: string;
};

export type CampaignResult = {
  /** Every one is printed with the command that replays it alone. */
  readonly failures: readonly CampaignFailure[];
  /** For the one line at the end, in the order given: `worlds 800, crashes 5012, …`. */
  readonly counts: { readonly [name: string]: number };
};

/** One way to try to break the engine. One file each, and one line in `catalog.ts`. */
export type Campaign = {
  readonly name: string;
  /** One sentence for the help. */
  readonly about: string;
  /** Runs when the command names none. */
  readonly runs: number;
  readonly mutants: readonly string[];
  /** Counts that are zero only when nothing was put to the test; asked of more than one run. */
  readonly needed?: readonly string[];
  /** Stops by itself after a handful of failures: the first one is what somebody will look at. */
  readonly perform: (request: CampaignRequest) => Promise<CampaignResult>;
};
