import { type Logger, pino } from 'pino';
import { createScrubber } from './scrub.ts';
import type { LogLevel } from './settings.ts';

/** Structured log: one JSON object a line. Details first, then the sentence: `log.warn({ workOrderId }, 'held')`. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

export type LogOptions = {
  readonly level: LogLevel;
  readonly secrets: readonly string[];
  readonly write: (line: string) => unknown;
};

/**
 * Lines are scrubbed by value just before they are written, whatever field, message or error they came in:
 * redacting by path leaves what was not thought of. Tokens are not known here: they are hidden by their name, and the
 * client takes them out of what it hands on.
 */
export function createLog(options: LogOptions): Log {
  const scrubber = createScrubber(options.secrets);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: scrubber.scrub },
    },
    { write: (line: string) => void options.write(line) },
  );
}
