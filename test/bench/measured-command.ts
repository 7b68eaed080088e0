import { runCli } from '../../src/cli/run-cli.ts';

/* One command line in this process, whose cost it tells the process that started it. */

const code = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: { write: (text) => process.stderr.write(text), isTTY: false },
  env: process.env,
  cwd: process.cwd(),
});
const { user, system } = process.cpuUsage();
const usage = {
  wallSeconds: performance.now() / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakRssMb: process.resourceUsage().maxRSS / 1024,
};
process.send?.(usage);
process.disconnect?.();
process.exitCode = code;
