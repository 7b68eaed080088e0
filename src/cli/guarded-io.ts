import { readSecrets } from '../config.ts';
import { createScrubber } from '../scrub.ts';
import type { CliIo } from './command.ts';

/** Takes the line back that progress was shown on. The one thing of ours that moves a cursor. */
export const CLEAR_LINE = '\r\u001b[2K';

/**
 * The same places to write to, where nothing secret and nothing that steers a terminal gets through, whoever writes it. What
 * commands do themselves makes better sentences of it; this is for what nobody thought of.
 */
export function guardIo(io: CliIo): CliIo {
  const scrubber = createScrubber(readSecrets(io));
  const guard = (text: string) => scrubber.scrub(withoutControls(text));
  return {
    ...io,
    stdout: { ...io.stdout, write: (text) => io.stdout.write(guard(text)) },
    stderr: {
      ...io.stderr,
      write: (text) =>
        io.stderr.write(text.startsWith(CLEAR_LINE) ? CLEAR_LINE + guard(text.slice(CLEAR_LINE.length)) : guard(text)),
    },
  };
}

/**
 * Control characters of both sets, and marks that turn the direction of text, as their escapes: within JSON that is the same
 * text, elsewhere it can be seen. Line breaks and tabs stay.
 */
function withoutControls(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
