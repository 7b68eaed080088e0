import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file that needs more lines than this has two nouns in it. */
const MAX_LINES = 300;

const root = join(import.meta.dirname, '..');
const files = globSync('src/**/*.ts', { cwd: root });
const sizes = files.map((file) => ({
  file,
  lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length,
}));
const tooLong = sizes.filter(({ lines }) => lines > MAX_LINES);
for (const { file, lines } of tooLong)
  console.error(`${file} has ${lines} lines; the most is ${MAX_LINES}. Split it by noun.`);
const longest = Math.max(0, ...sizes.map(({ lines }) => lines));
console.log(`${files.length} files in src/, the longest has ${longest} lines`);
process.exitCode = tooLong.length > 0 || files.length === 0 ? 1 : 0;
