import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Bench, Disagreement, type Findings } from './bench-definition.ts';
import { BENCHES } from './catalog.ts';
import { figureLines, jsonLine, tableLines } from './show.ts';

/*
 * `npm run bench -- [NAME...] [--json]`: measures, and says what it measured on. It asserts nothing about speed; it ends
 * with 1 where two sides of a bench do not give the same answer, or one cannot do its work.
 */

type Ran = Pick<Bench, 'name' | 'summary'> & { readonly findings: Findings | null; readonly failure: string | null };

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  const known = BENCHES.map(({ name, isLong, summary }) => `  ${name}: ${summary}${isLong ? ' Only by name.' : ''}`);
  process.stderr.write(`There is no bench ${unknown.join(', ')}. There are:\n${known.join('\n')}\n`);
  process.exitCode = 2;
} else {
  await measure(
    BENCHES.filter(({ name, isLong }) => (positionals.length === 0 ? isLong !== true : positionals.includes(name))),
  );
}

async function measure(chosen: readonly Bench[]): Promise<void> {
  const machine = {
    machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} processors, ${process.platform} ${process.arch}`,
    node: process.version,
    load_before: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
  const ran: Ran[] = [];
  for (const bench of chosen) ran.push(await runOne(bench));
  if (ran.some(({ failure }) => failure !== null)) process.exitCode = 1;
  process.stdout.write(values.json === true ? asJson(machine, ran) : asText(machine, ran));
}

async function runOne({ name, summary, run }: Bench): Promise<Ran> {
  const note = (text: string) => process.stderr.isTTY && process.stderr.write(`\r\u001b[2K${name}: ${text}`);
  try {
    return { name, summary, findings: await run(note), failure: null };
  } catch (error) {
    const failure = error instanceof Disagreement ? error.message : error instanceof Error ? error.stack : undefined;
    return { name, summary, findings: null, failure: failure ?? String(error) };
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  }
}

type Machine = { readonly machine: string; readonly node: string; readonly load_before: number };

function asJson(machine: Machine, ran: readonly Ran[]): string {
  const benches = ran.map(({ name, summary, findings, failure }) => ({
    name,
    summary,
    ...(findings === null ? { failure } : { lines: findings.lines.map(jsonLine), figures: findings.figures }),
  }));
  return `${JSON.stringify({ ...machine, benches }, null, 2)}\n`;
}

function asText({ machine, node, load_before: load }: Machine, ran: readonly Ran[]): string {
  const lines = ran.flatMap(({ findings }) => findings?.lines ?? []);
  const figures = ran.flatMap(({ name, summary, findings, failure }) => {
    if (findings === null) return [`${name}: FAILED: ${failure}`, ''];
    return findings.figures.length === 0 ? [] : [`${name}: ${summary}`, ...figureLines(findings.figures), ''];
  });
  const table = lines.length === 0 ? [] : [...tableLines(lines), ''];
  return [...table, ...figures, `Node ${node}, ${machine}, load ${load} before.`, ''].join('\n');
}
