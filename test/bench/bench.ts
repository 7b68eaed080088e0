import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { alignColumns } from '../../src/report/align.ts';
import { BENCHES } from './catalog.ts';

/* `npm run bench -- [NAME...] [--json]`: measures, and says what it measured on. It asserts nothing about speed. */

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  const known = BENCHES.map(({ name, summary }) => `  ${name}: ${summary}`).join('\n');
  process.stderr.write(`There is no bench ${unknown.join(', ')}. There are:\n${known}\n`);
  process.exitCode = 2;
} else {
  await measure();
}

async function measure(): Promise<void> {
  const chosen = BENCHES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const machine = {
    node: process.version,
    processors: availableParallelism(),
    load_before: rounded(loadavg()[0] ?? 0),
  };
  const benches = [];
  for (const { name, summary, run } of chosen) {
    const figures = await run((text) => process.stderr.isTTY && process.stderr.write(`\r\u001b[2K${name}: ${text}`));
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
    benches.push({ name, summary, figures });
  }
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify({ ...machine, benches }, null, 2)}\n`);
    return;
  }
  const text = benches.flatMap(({ name, summary, figures }) => [
    `${name}: ${summary}`,
    ...alignColumns(
      figures.map(({ what, value, unit, target }) => [
        what,
        value.toLocaleString('en-US'),
        unit,
        aboveText(value, target),
      ]),
      ['left', 'right', 'left', 'left'],
    ).map((line) => `  ${line}`),
    '',
  ]);
  const { node, processors, load_before: load } = machine;
  process.stdout.write([...text, `Node ${node}, ${processors} processors, load ${load} before.`, ''].join('\n'));
}

function aboveText(value: number, target: number | undefined): string {
  return target !== undefined && value > target ? `above its target of ${target.toLocaleString('en-US')}` : '';
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
