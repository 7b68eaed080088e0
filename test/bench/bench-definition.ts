/** One figure of a bench. */
export type Figure = {
  readonly what: string;
  /** As it is shown: rounded to what the machine can be trusted with. */
  readonly value: number;
  readonly unit: string;
  /** What it should not be above on a quiet machine like the one docs/speed.md names; left out: nothing is promised. */
  readonly target?: number;
};

/** Something whose speed people ask about. Measures and tells; it fails only where the work itself does. */
export type Bench = {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** `note`: progress while it takes its time. */
  readonly run: (note: (text: string) => void) => Promise<readonly Figure[]>;
};
