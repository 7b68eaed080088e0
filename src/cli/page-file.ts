import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { configurationProblem } from '../configuration-problems.ts';
import { PAGE_MARK } from '../report/page.ts';
import { OperatorMistake } from './exit-codes.ts';

/** Before the work begins, not after minutes of it. Only a page of ours may be replaced. `flag` names the file. */
export function checkPageFile(flag: string, path: string): string {
  if (!existsSync(path) || readStart(path).startsWith(PAGE_MARK)) return path;
  const what = 'is there already, and is no page that fieldmarshal has made';
  throw new OperatorMistake([configurationProblem(path, 'FM-C236', { what, fix: `Name another file for ${flag}.` })]);
}

function readStart(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, PAGE_MARK.length);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

export function writePageFile(path: string, page: string): void {
  try {
    writeFileSync(path, page);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

function cannotWrite(path: string, cause: unknown): OperatorMistake {
  const why = cause instanceof Error ? cause.message : String(cause);
  const fix = 'Name a file in a folder that is there and that this user may write to.';
  return new OperatorMistake([configurationProblem(path, 'FM-C236', { what: `cannot be written (${why})`, fix })]);
}
