import { createRequire } from 'node:module';
import type { Logger } from 'pino';
import { createScrubber } from './scrub.ts';
import type { LogLevel } from './settings.ts';

/** Structured log: one JSON object a line. Details first, then the sentence: `log.warn({ workOrderId }, 'held')`. */
export type Log = { readonly [level in (typeof LEVELS)[number]]: WriteLine };

type WriteLine = (details: object | string, sentence?: string) => void;

export type LogOptions = {
  readonly level: LogLevel;
  readonly secrets: readonly string[];
  readonly write: (line: string) => unknown;
};

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/**
 * Lines are scrubbed by value just before they are written, whatever field, message or error they came in:
 * redacting by path leaves what was not thought of. Tokens are not known here: they are hidden by their name, and the
 * client takes them out of what it hands on. pino is loaded with the first line: most commands end without one.
 */
export function createLog(options: LogOptions): Log {
  const wanted: readonly string[] = options.level === 'silent' ? [] : LEVELS.slice(LEVELS.indexOf(options.level));
  let logger: Logger | null = null;
  const at = (level: keyof Log): WriteLine => {
    if (!wanted.includes(level)) return () => undefined;
    return (details, sentence) => {
      logger ??= createLogger(options);
      if (typeof details === 'string') logger[level](details);
      else logger[level](details, sentence);
    };
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function createLogger(options: LogOptions): Logger {
  const { pino }: typeof import('pino') = createRequire(import.meta.url)('pino');
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
