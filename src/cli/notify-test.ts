import { configurationProblem } from '../configuration-problems.ts';
import { ChannelFailure } from '../notify/channel.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { openChannels } from './teller.ts';

type Options = { readonly json: { readonly kind: 'switch'; readonly doc: string } };

/** Not written down as told: it is no notice, and may be sent as often as somebody wants to see it. */
export async function notifyTest(input: CommandInput<Options>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const channels = await openChannels(config.notify);
  if (channels.length === 0) {
    const fix =
      'Set FIELDMARSHAL_NOTIFY_WEBHOOK, or FIELDMARSHAL_NOTIFY_SMTP with FIELDMARSHAL_NOTIFY_FROM and FIELDMARSHAL_NOTIFY_TO.';
    throw new OperatorMistake([configurationProblem('notify test', 'FM-C299', { what: 'has nobody to tell', fix })]);
  }
  const results: { readonly channel: string; readonly failure: string | null }[] = [];
  for (const channel of channels) {
    const failure = await channel.send(TEST).then(
      () => null,
      (error: unknown) => {
        if (error instanceof ChannelFailure) return error.message;
        throw error;
      },
    );
    results.push({ channel: channel.name, failure });
    await channel.close();
  }
  const lines = results.map(({ channel, failure }) => `${channel}: ${failure ?? 'sent; look whether it has arrived'}`);
  io.stdout.write(input.options.json ? `${JSON.stringify({ channels: results })}\n` : `${lines.join('\n')}\n`);
  return results.some(({ failure }) => failure !== null) ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

const TEST = {
  title: 'fieldmarshal: a test message',
  groups: [
    {
      head: 'A test message',
      sentences: ['Somebody asked for it by `fieldmarshal notify test`: nothing has happened.'],
      remedies: ['Nothing to do.'],
      commands: [],
    },
  ],
} as const;
