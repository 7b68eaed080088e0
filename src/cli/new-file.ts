import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configurationProblem } from '../configuration-problems.ts';
import type { CliIo } from './command.ts';
import { OperatorMistake } from './exit-codes.ts';

/** Throws `OperatorMistake` where a file is already: nothing is ever replaced. */
export function writeNewFile(path: string, text: string, { cwd }: Pick<CliIo, 'cwd'>): void {
  try {
    // `wx`: looking first and writing then would race with whoever writes there too.
    writeFileSync(resolve(cwd, path), text, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') throw inTheWay(path, 'is there already', 'Name another --out, or move it away.');
    if (code === 'ENOENT') throw inTheWay(path, 'is in a folder that does not exist', 'Make the folder first.');
    throw error;
  }
}

function inTheWay(path: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([configurationProblem(path, 'FM-C222', { what, fix: `${fix} Nothing was written.` })]);
}
