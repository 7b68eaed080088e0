import { Worker } from 'node:worker_threads';
import type { MarketResult, StrategyName } from './strategies.ts';

export type WorkerTask = { readonly rules: string; readonly days: number; readonly every: number };

/** What came of one market, dispatched each way; in the order of the strategies. */
export type SeedResult = {
  readonly seed: number;
  readonly ways: readonly (Omit<MarketResult, 'world'> & {
    readonly name: StrategyName;
    readonly cpuSeconds: number;
  })[];
};

/** Something that dispatches one market at a time. */
export type Dispatching = {
  readonly run: (seed: number) => Promise<SeedResult>;
  readonly close: () => Promise<unknown>;
};

export type Seeds = {
  readonly seeds: number;
  readonly jobs: number;
  readonly open: () => Dispatching;
  /** Asked before each market: false, and no further one begins. */
  readonly mayBegin: () => boolean;
  readonly onDone: (result: SeedResult) => void;
};

/** Markets 1 to `seeds`, so many at once; ascending by seed, however many that is and whichever is done first. */
export async function runSeeds({ seeds, jobs, open, mayBegin, onDone }: Seeds): Promise<readonly SeedResult[]> {
  const results: SeedResult[] = [];
  let next = 1;
  const work = async (): Promise<void> => {
    const dispatching = open();
    try {
      while (next <= seeds && mayBegin()) {
        const seed = next;
        next += 1;
        const result = await dispatching.run(seed);
        results.push(result);
        onDone(result);
      }
    } finally {
      await dispatching.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, seeds) }, work));
  return results.sort((a, b) => a.seed - b.seed);
}

/** A thread of its own: nothing in a market waits for anything outside of it, so two markets need two of them. */
export function openThread(task: WorkerTask): Dispatching {
  const thread = new Worker(new URL('./market-worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  return {
    run: (seed) =>
      new Promise((done, failed) => {
        thread.removeAllListeners();
        thread.once('message', done);
        thread.once('error', failed);
        thread.once('exit', (code) => failed(new Error(`the thread of seed ${seed} ended with ${code}`)));
        thread.postMessage(seed);
      }),
    close: () => {
      thread.removeAllListeners();
      return thread.terminate();
    },
  };
}
