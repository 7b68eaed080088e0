import { providerId } from '../domain/ids.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput, OptionValues } from './command.ts';
import type { BEGIN_OPTIONS, END_OPTIONS, LIST_OPTIONS } from './directive-options.ts';
import {
  beginTerms,
  directiveMistake,
  endOpen,
  endTerms,
  idArgument,
  lifeText,
  listDirectives,
  noteClock,
  readBook,
  sayDirective,
  termsText,
  withBook,
} from './directives.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';

type Given<Options> = Pick<CommandInput, 'args' | 'overrides'> & { readonly options: Options };

/** `exclude add PROVIDER`: under every rule file, and by hand too. */
export async function addExclusion(input: Given<OptionValues<typeof BEGIN_OPTIONS>>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const provider = providerId(idArgument(input.args[0] ?? null, 'PROVIDER'));
  const terms = beginTerms(input.options, config, Date.now());
  await withBook(config, io, (book) => book.recordDirective({ kind: 'exclusion', providerId: provider, ...terms }));
  noteClock(config, terms, io);
  const text = `Provider ${provider} is excluded ${termsText(terms)}. Invitations that are live already stay: withdraw them with wo unroute.`;
  sayDirective(io, input.options.json, { json: { type: 'excluded', providerId: provider, ...terms }, text });
  return EXIT_CODES.done.code;
}

/** `exclude list`: of the ledger; the rule files' own stand in the files. */
export async function listExclusions(input: Given<OptionValues<typeof LIST_OPTIONS>>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const nowMs = Date.now();
  const shown = listDirectives(await readBook(config), { kind: 'exclusion', isAll: input.options.all, nowMs });
  for (const one of shown) {
    const provider = one.kind === 'exclusion' ? one.providerId : null;
    sayDirective(io, input.options.json, {
      json: { type: 'exclusion', ...one },
      text: `provider ${provider} ${lifeText(one, nowMs)}`,
    });
  }
  if (shown.length === 0) io.stderr.write('No provider is excluded in this ledger; rule files may exclude some.\n');
  return EXIT_CODES.done.code;
}

/** `exclude expire PROVIDER`: ends every exclusion of the provider. */
export async function expireExclusion(input: Given<OptionValues<typeof END_OPTIONS>>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const provider = providerId(idArgument(input.args[0] ?? null, 'PROVIDER'));
  const terms = endTerms(input.options, config, Date.now());
  const ended = await withBook(config, io, (book) =>
    endOpen(book, terms, (one) => one.kind === 'exclusion' && one.providerId === provider),
  );
  if (ended === 0)
    throw directiveMistake(
      `provider ${provider}`,
      'is not excluded in this ledger',
      'See exclude list; a rule file may exclude it.',
    );
  const text = `Provider ${provider} is no longer excluded (by ${terms.actor}: ${terms.because}).`;
  sayDirective(io, input.options.json, {
    json: { type: 'exclusion_ended', providerId: provider, ...terms, ended },
    text,
  });
  return EXIT_CODES.done.code;
}
