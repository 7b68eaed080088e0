import type { Bench, Figure, Line } from './bench-definition.ts';
import { costFigures } from './cycle.ts';
import { type CycleCost, measureCycle } from './cycle-cost.ts';
import { CYCLE, prepareCycle } from './cycle-scene.ts';
import { buildCommand } from './measure.ts';
import { servePages } from './serve-pages.ts';

const SIZES = [1_000, 10_000] as const;
const MAX_PEAK_MB = 250;
/** What ten times the work orders may add: "flat". */
const MAX_GROWTH = 1.1;

/** Whether a run's memory depends on how many work orders there are. */
export const memoryBench: Bench = {
  name: 'memory',
  summary: `The cycle of the same name with ${SIZES.join(' and ')} work orders, each by the built command.`,
  isLong: true,
  run: async (note) => {
    buildCommand();
    const costs: CycleCost[] = [];
    for (const workOrders of SIZES) {
      note(`${workOrders} work orders`);
      costs.push(await costOf(workOrders));
    }
    const peaks = costs.map(({ peakRssMb }) => Math.round(peakRssMb));
    const [small = 0, large = 0] = peaks;
    const lines = peaks.map((ours, n): Line => {
      const mustReach = { kind: 'at_most', value: MAX_PEAK_MB } as const;
      return { what: `memory of a cycle of ${SIZES[n]} work orders, peak`, ours, unit: 'MB', peer: null, mustReach };
    });
    const growth: Line = {
      what: 'memory, ten times the work orders',
      ours: large,
      unit: 'MB',
      peer: { kind: 'measured', name: `${SIZES[0]} work orders`, value: small, ratio: large / small },
      mustReach: { kind: 'at_most', value: MAX_GROWTH },
    };
    const figures = costs.flatMap((cost, n): readonly Figure[] => costFigures(`${SIZES[n]} work orders`, cost));
    return { lines: [...lines, growth], figures };
  },
};

/** Rendered anew for each request: all pages together would not fit beside it. */
async function costOf(workOrders: number): Promise<CycleCost> {
  const world = { ...CYCLE, workOrders };
  const server = await servePages({ ...world, keepsAnswers: false });
  const scene = await prepareCycle(server.url, world);
  try {
    return await measureCycle(scene);
  } finally {
    scene.close();
    server.close();
  }
}
