/** One way to do the work of a bench. */
export type Side = {
  readonly name: string;
  /** Does the same work each time; answers how many pieces of it were done. */
  readonly work: () => Promise<number> | number;
};

/** Medians of all rounds but the first. */
export type SideResult = {
  readonly name: string;
  /** Pieces of work a second on the wall. */
  readonly perSecond: number;
  /** Pieces of work a second of the processor, all threads of this process: hardly moves while others use the machine. */
  readonly perCpuSecond: number;
  /** The first side over this one, each round by itself. */
  readonly ratio: Rates;
  /** As it was round by round. */
  readonly rounds: readonly Rates[];
};

/**
 * Every side in turn, round after round, so that whatever else the machine does falls on all of them. The side that begins
 * changes from round to round: the garbage of one is collected in the time of the next.
 */
export async function measureInRounds(sides: readonly Side[], rounds: number): Promise<readonly SideResult[]> {
  const taken: Rates[][] = sides.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < sides.length; turn += 1) {
      const index = (round + turn) % sides.length;
      const side = sides[index];
      if (side === undefined) continue;
      const rates = await measureOnce(side);
      // The first round warms up.
      if (round > 0) taken[index]?.push(rates);
    }
  }
  const [first = []] = taken;
  return sides.map(({ name }, index) => {
    const own = taken[index] ?? [];
    return {
      name,
      perSecond: median(own.map(({ wall }) => wall)),
      perCpuSecond: median(own.map(({ cpu }) => cpu)),
      ratio: ratioOf(first, own),
      rounds: own,
    };
  });
}

/** Of each round the first over the second; the one in the middle. */
export function ratioOf(ours: readonly Rates[], theirs: readonly Rates[]): Rates {
  const of = (kind: keyof Rates) => median(ours.map((rates, round) => rates[kind] / (theirs[round]?.[kind] ?? 0)));
  return { wall: of('wall'), cpu: of('cpu') };
}

/** Pieces of work a second. */
export type Rates = { readonly wall: number; readonly cpu: number };

async function measureOnce({ work }: Side): Promise<Rates> {
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  const pieces = await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall: (pieces * 1_000) / (performance.now() - startedAt), cpu: (pieces * 1e6) / (user + system) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}
