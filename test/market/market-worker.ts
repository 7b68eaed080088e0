import { parentPort, workerData } from 'node:worker_threads';
import { loadMarketRules } from './market-rules.ts';
import type { SeedResult, WorkerTask } from './run-seeds.ts';
import { runStrategy, STRATEGIES } from './strategies.ts';

/** One thread of `npm run market`: dispatches the markets it is given, each in every way, and posts what came of each. */
const { rules, days, every } = workerData as WorkerTask;
const ruleSet = loadMarketRules(rules);

parentPort?.on('message', async (seed: number) => {
  const ways: SeedResult['ways'][number][] = [];
  for (const { name } of STRATEGIES) {
    const before = process.threadCpuUsage();
    const { world: _, ...result } = await runStrategy(name, { seed, days, every }, ruleSet);
    const { user, system } = process.threadCpuUsage(before);
    ways.push({ name, ...result, cpuSeconds: (user + system) / 1e6 });
  }
  parentPort?.postMessage({ seed, ways } satisfies SeedResult);
});
