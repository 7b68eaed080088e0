import type { CycleCost } from './cycle-cost.ts';
import { runCycle } from './cycle-scene.ts';

/* One cycle in a process of its own, which tells its parent what it cost. */

const [url = '', ledger = ''] = process.argv.slice(2);
const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
const { report, ledgerBytes } = await runCycle({ url, ledger, close: () => undefined });
const { user, system } = process.cpuUsage(cpuBefore);
const cost: CycleCost = {
  wallSeconds: (performance.now() - startedAt) / 1_000,
  cpuSeconds: (user + system) / 1e6,
  peakRssMb: process.resourceUsage().maxRSS / 1_024,
  decisions: report.decisions.length,
  ledgerBytes,
};
process.send?.(cost, () => process.disconnect());
