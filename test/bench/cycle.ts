import { type Bench, Disagreement, type Figure, type Line } from './bench-definition.ts';
import { type CycleCost, measureCycles } from './cycle-cost.ts';
import {
  CYCLE,
  CYCLE_CONCURRENCY,
  type Cycle,
  type CycleScene,
  prepareCycle,
  pullCycle,
  runCycle,
} from './cycle-scene.ts';
import { buildCommand } from './measure.ts';
import { measureInRounds, type SideResult } from './rounds.ts';
import { servePages } from './serve-pages.ts';

const ROUNDS = 3;
const MAX_RATIO = 1.35;
const MAX_PEAK_MB = 250;

/** All that a run does, against pulling alone. */
export const cycleBench: Bench = {
  name: 'cycle',
  summary: `One run over ${CYCLE.workOrders} work orders with ${CYCLE.pending} pending providers each, ten criteria, ${CYCLE_CONCURRENCY} requests at a time, ledger on disk.`,
  run: async (note) => {
    note('rendering pages');
    const server = await servePages({ ...CYCLE, keepsAnswers: true });
    const scene = await prepareCycle(server.url, CYCLE);
    try {
      note('by the built command');
      buildCommand();
      const [alone, again] = await measureCycles(scene, 2);
      if (alone === undefined || again === undefined) throw new Error('nothing was measured');
      note('in turns with pulling alone');
      const [pulling, cycle] = await measureInTurns(scene);
      const decisionsPerCpuSecond = CYCLE.workOrders * cycle.perCpuSecond;
      return {
        lines: [ratioLine(pulling, cycle), peakLine(alone)],
        figures: [
          {
            what: 'decisions',
            value: Math.round(decisionsPerCpuSecond),
            unit: 'per second of the processor, pulling included',
          },
          { what: 'processor time', value: rounded(cycle.ratio.cpu), unit: 'times that of pulling alone' },
          ...costFigures('by the built command, start included', alone),
          commandFigure('the next one, in which nothing has changed', again),
        ],
      };
    } finally {
      scene.close();
      server.close();
    }
  },
};

/** Both have to have seen everybody, and the run to have decided and recorded every work order. */
async function measureInTurns(scene: CycleScene): Promise<readonly [SideResult, SideResult]> {
  const expected = CYCLE.workOrders * CYCLE.pending;
  const requireAll = (who: string, seen: number) => {
    if (seen !== expected) throw new Disagreement(`${who} came to ${seen} of ${expected} pending providers`);
    return 1;
  };
  const sides = [
    { name: 'pulling alone', work: async () => requireAll('pulling', await pullCycle(scene)) },
    { name: 'whole run', work: async () => requireAll('the run', candidatesOf(await runCycle(scene))) },
  ];
  const [pulling, cycle] = await measureInRounds(sides, ROUNDS);
  if (pulling === undefined || cycle === undefined) throw new Error('nothing was measured');
  return [pulling, cycle];
}

function candidatesOf({ report }: Cycle): number {
  if (report.result !== 'done' || report.decisions.length !== CYCLE.workOrders)
    throw new Disagreement(`the run was ${report.result} with ${report.decisions.length} decisions`);
  // As counted while they were there: whoever asks for the candidates now has them made once more.
  return report.decisions.reduce((sum, { slate: { request, routed, bench } }) => sum + request + routed + bench, 0);
}

function ratioLine(pulling: SideResult, cycle: SideResult): Line {
  return {
    what: 'a cycle, everything on',
    ours: 1 / cycle.perSecond,
    unit: 's',
    peer: { kind: 'measured', name: pulling.name, value: 1 / pulling.perSecond, ratio: cycle.ratio.wall },
    mustReach: { kind: 'at_most', value: MAX_RATIO },
  };
}

function peakLine({ peakRssMb }: CycleCost): Line {
  const mustReach = { kind: 'at_most', value: MAX_PEAK_MB } as const;
  return { what: 'memory of that cycle, peak', ours: Math.round(peakRssMb), unit: 'MB', peer: null, mustReach };
}

export function costFigures(what: string, cost: CycleCost): readonly Figure[] {
  return [
    commandFigure(what, cost),
    {
      what: 'ledger',
      value: rounded(cost.ledgerBytes / cost.decisions / 1_000),
      unit: 'kB a decision, raw bodies included',
    },
  ];
}

function commandFigure(what: string, { wallSeconds, cpuSeconds, peakRssMb }: CycleCost): Figure {
  const unit = `s, ${rounded(cpuSeconds)} of the processor, peak ${Math.round(peakRssMb)} MB`;
  return { what, value: rounded(wallSeconds), unit };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
