import { providerId, workOrderId } from '../domain/ids.ts';
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

/** `pin add WORK_ORDER PROVIDER`: this provider and nobody else. */
export async function addPin(input: Given<OptionValues<typeof BEGIN_OPTIONS>>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const order = workOrderId(idArgument(input.args[0] ?? null, 'WORK_ORDER'));
  const provider = providerId(idArgument(input.args[1] ?? null, 'PROVIDER'));
  const terms = beginTerms(input.options, config, Date.now());
  const { answer, isKnown } = await withBook(config, io, async (book) => ({
    answer: await book.recordDirective({ kind: 'pin', workOrderId: order, providerId: provider, ...terms }),
    isKnown: (await book.readDirectory()).some((entry) => entry.providerId === provider),
  }));
  if (answer.kind === 'standing')
    throw directiveMistake(
      `work order ${order}`,
      `is pinned already, ${termsText(answer.directive)}`,
      `End that pin first: fieldmarshal pin expire ${order} --because TEXT.`,
    );
  if (!isKnown)
    io.stderr.write(
      `note: provider ${provider} is not in the directory yet, so it can be invited only once it is: see providers import\n`,
    );
  noteClock(config, terms, io);
  const text = `Work order ${order} is pinned to provider ${provider} ${termsText(terms)}.`;
  sayDirective(io, input.options.json, {
    json: { type: 'pinned', workOrderId: order, providerId: provider, ...terms },
    text,
  });
  return EXIT_CODES.done.code;
}

export async function listPins(input: Given<OptionValues<typeof LIST_OPTIONS>>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const nowMs = Date.now();
  const shown = listDirectives(await readBook(config), { kind: 'pin', isAll: input.options.all, nowMs });
  for (const one of shown) {
    if (one.kind !== 'pin') continue;
    sayDirective(io, input.options.json, {
      json: { type: 'pin', ...one },
      text: `work order ${one.workOrderId} to provider ${one.providerId} ${lifeText(one, nowMs)}`,
    });
  }
  if (shown.length === 0) io.stderr.write('No work order is pinned in this ledger.\n');
  return EXIT_CODES.done.code;
}

export async function expirePin(input: Given<OptionValues<typeof END_OPTIONS>>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const order = workOrderId(idArgument(input.args[0] ?? null, 'WORK_ORDER'));
  const terms = endTerms(input.options, config, Date.now());
  const ended = await withBook(config, io, (book) =>
    endOpen(book, terms, (one) => one.kind === 'pin' && one.workOrderId === order),
  );
  if (ended === 0) throw directiveMistake(`work order ${order}`, 'is not pinned in this ledger', 'See pin list.');
  const text = `Work order ${order} is no longer pinned (by ${terms.actor}: ${terms.because}).`;
  sayDirective(io, input.options.json, { json: { type: 'pin_ended', workOrderId: order, ...terms, ended }, text });
  return EXIT_CODES.done.code;
}
