import type { Problem } from '../domain/problem.ts';
import { type JsonDocument, type JsonPath, offsetAt, positionOf } from './json-document.ts';
import type { RuleProblemCode } from './problem-codes.ts';
import type { BrokenTest } from './rule-test.ts';
import type { RuleFileLimits } from './scan-limits.ts';

/** One rule file while it is read: what it says, and everything found wrong with it so far. */
export type FileReading = {
  readonly path: string;
  readonly document: JsonDocument;
  readonly limits: RuleFileLimits;
  readonly problems: Problem[];
  /** Worth a look, and no reason to refuse the file. */
  readonly warnings: Problem[];
  /** Tests with mistakes in them, which are not among `problems`: the rest of the file does not hang on them. */
  readonly brokenTests: BrokenTest[];
};

export type Mistake = { readonly code: RuleProblemCode; readonly what: string; readonly fix: string };

/** At the value; where nothing is at that path, at the nearest thing around it. */
export function refuse(reading: FileReading, path: JsonPath, mistake: Mistake): void {
  reading.problems.push(placed(reading, offsetAt(reading.document.root, path, 'value'), mistake));
}

export function refuseKey(reading: FileReading, path: JsonPath, mistake: Mistake): void {
  reading.problems.push(placed(reading, offsetAt(reading.document.root, path, 'key'), mistake));
}

export function warn(
  reading: Pick<FileReading, 'path' | 'document' | 'warnings'>,
  path: JsonPath,
  mistake: Mistake,
): void {
  reading.warnings.push(placed(reading, offsetAt(reading.document.root, path, 'value'), mistake));
}

/** A value as the file has it, short enough for one line. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function placed(reading: Pick<FileReading, 'path' | 'document'>, offset: number, mistake: Mistake): Problem {
  return { where: reading.path, ...positionOf(offset, reading.document.lineStarts), ...mistake };
}
