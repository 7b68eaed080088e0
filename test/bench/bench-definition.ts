/** One figure of a bench. */
export type Figure = {
  readonly what: string;
  /** As it is shown: rounded to what the machine can be trusted with. */
  readonly value: number;
  readonly unit: string;
  /** What it should not be above on a quiet machine like the one docs/speed.md names; left out: nothing is promised. */
  readonly target?: number;
};

/** One line of the table of promises: something of ours, beside a peer or alone. */
export type Line = {
  /** As the promise calls it, so that it can be found: `pulling 60 kB pages, never seen before`. */
  readonly what: string;
  readonly ours: number;
  /** Of both sides: `pages/s`. */
  readonly unit: string;
  /** Null: the promise is about our figure alone. */
  readonly peer: Compared | null;
  /** Of the ratio where there is a peer, else of our figure. Null: shown, and nothing promised. */
  readonly mustReach: Goal | null;
};

/** Something else that did the same work with the same answer. */
export type Compared =
  | {
      readonly kind: 'measured';
      readonly name: string;
      readonly value: number;
      /** Ours over theirs, in the middle of the rounds; not quite the quotient of the two middles. */
      readonly ratio: number;
    }
  /** It could not be installed or loaded here. */
  | { readonly kind: 'missing'; readonly name: string; readonly because: string };

export type Goal = { readonly kind: 'at_least' | 'at_most'; readonly value: number };

export type Findings = { readonly lines: readonly Line[]; readonly figures: readonly Figure[] };

/** Something whose speed people ask about. Measures and tells; it fails only where the work itself does. */
export type Bench = {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Left out unless named: it takes minutes. */
  readonly isLong?: boolean;
  /** `note`: progress while it takes its time. Throws `Disagreement` before it measures sides that do not answer the same. */
  readonly run: (note: (text: string) => void) => Promise<Findings>;
};

/** Two sides of a bench do not give the same answer: then the speed of neither means anything. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement';
}

export function isReached({ ours, peer, mustReach }: Line): boolean | null {
  if (mustReach === null || peer?.kind === 'missing') return null;
  const value = peer === null ? ours : peer.ratio;
  return mustReach.kind === 'at_least' ? value >= mustReach.value : value <= mustReach.value;
}
