import type { Config } from '../config.ts';
import { type Directive, directiveDetail, isInForce } from '../domain/directive.ts';
import { LedgerFailure } from '../engine/ports.ts';
import { readOutsidePause } from '../outside-pause.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput, OptionValues } from './command.ts';
import type { BEGIN_OPTIONS, END_OPTIONS } from './directive-options.ts';
import { beginTerms, directiveMistake, endTerms, noteClock, sayDirective, termsText, withBook } from './directives.ts';
import { Blocked, EXIT_CODES, type ExitCode } from './exit-codes.ts';

type PauseInput = Pick<CommandInput, 'overrides'> & { readonly options: OptionValues<typeof BEGIN_OPTIONS> };

/** `pause`: nothing is sent from the next write on, by whichever process. */
export async function pauseActing(input: PauseInput, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const terms = beginTerms(input.options, config, Date.now());
  try {
    await withBook(config, io, (book) => book.recordDirective({ kind: 'pause', ...terms }));
  } catch (error) {
    throw error instanceof LedgerFailure ? notPaused(error, config) : error;
  }
  noteClock(config, terms, io);
  const text = `Paused ${termsText(terms)}. No process on ${config.databasePath} sends its next write; runs go on to decide and record. To end it: fieldmarshal resume --because TEXT.`;
  sayDirective(io, input.options.json, { json: { type: 'paused', ...terms }, text });
  return EXIT_CODES.done.code;
}

/** What cannot be written into the ledger can still be said beside it. */
function notPaused({ message, remedy, cause }: LedgerFailure, { pause }: Config): LedgerFailure {
  return new LedgerFailure(
    `NOT paused: ${message}`,
    `To stop all acting without the ledger, make the file ${pause.path} with the reason as its first line. Then: ${remedy}`,
    { cause },
  );
}

type ResumeInput = Pick<CommandInput, 'overrides'> & { readonly options: OptionValues<typeof END_OPTIONS> };

/** `resume`: ends every pause of the ledger. One by file or setting it can only name. */
export async function resumeActing(input: ResumeInput, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const nowMs = Date.now();
  const terms = endTerms(input.options, config, nowMs);
  const ended = await withBook(config, io, async (book) => {
    // Those whose time is over by this machine's clock too: an engine that goes by the server's may see it otherwise.
    const open = (await book.directives()).filter((one) => one.kind === 'pause' && one.ended === null);
    return {
      count: await book.endDirectives(
        open.map(({ id }) => id),
        terms,
      ),
      held: stillHolding(open, nowMs),
    };
  });
  const outside = readOutsidePause(config.pause);
  if (outside !== null)
    throw new Blocked(
      `${endedText(ended.count)}acting is still paused by ${outside.actor}: ${outside.because}`,
      outsideRemedy(config),
    );
  if (ended.count === 0)
    throw directiveMistake(
      'resume',
      'has nothing to end: acting is not paused',
      'See doctor for why else nothing is sent.',
    );
  const text = `Resumed: ${ended.held.length > 0 ? ended.held.map((one) => `the pause ${termsText(one)}`).join('; ') : 'a pause whose time was over'} has ended. The next run acts.`;
  sayDirective(io, input.options.json, { json: { type: 'resumed', ...terms, ended: ended.count }, text });
  return EXIT_CODES.done.code;
}

function stillHolding(open: readonly Directive[], nowMs: number): readonly Directive[] {
  return open.filter((one) => isInForce(one, nowMs));
}

function endedText(count: number): string {
  return count === 0 ? '' : 'the pause in the ledger has ended, but ';
}

function outsideRemedy({ pause }: Config): string {
  if (pause.because !== null)
    return 'resume cannot lift that: remove FIELDMARSHAL_PAUSE from the environment and .env, and start the daemon again.';
  return `resume cannot lift that: remove the file ${pause.path}.`;
}

/** For `doctor`, `/healthz` and `wo`: `acting is paused by …`; a sentence without its full stop. */
export function pausedText(pause: Parameters<typeof directiveDetail>[0]): string {
  const { by, until, because } = directiveDetail(pause);
  return `acting is paused by ${by} until ${until}: ${because}`;
}
