import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { ChannelFailure, type NoticeChannel } from './channel.ts';
import { groupBody, type Message, messageText } from './message.ts';

export type WebhookSettings = {
  /** With its token, which is why it is never shown. */
  readonly url: string;
  /** Of one try. */
  readonly timeoutMs: number;
  /** Before each further try. */
  readonly pausesMs: readonly number[];
};

/** Slack refuses longer ones. Source: Slack Block Kit reference, `header`, `section` and the number of blocks. */
const MOST = { header: 150, section: 3000, blocks: 50 } as const;

/**
 * An incoming webhook that takes Slack's JSON (Slack, Mattermost, Rocket.Chat and others). Texts are `plain_text`, so that
 * nothing in them becomes a link or calls a channel. Tried again where the other side did not answer or was not able to:
 * a message that comes twice does no harm.
 */
export function createWebhook({ url, timeoutMs, pausesMs }: WebhookSettings): NoticeChannel {
  const agent = new Agent({ headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect: { timeout: timeoutMs } });
  const post = async (body: string) => {
    try {
      const answer = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.body.dump();
      return answer.statusCode;
    } catch (error) {
      return codeOf(error);
    }
  };
  return {
    name: 'webhook',
    send: async (message) => {
      const body = JSON.stringify(slackMessage(message));
      let answer = await post(body);
      for (const pauseMs of pausesMs) {
        if (!mayPass(answer)) break;
        await sleep(pauseMs);
        answer = await post(body);
      }
      if (typeof answer !== 'number') throw new ChannelFailure(`the webhook did not answer (${answer})`);
      if (answer < 200 || answer > 299) throw new ChannelFailure(`the webhook answered ${answer}`);
    },
    close: () => agent.destroy(),
  };
}

function mayPass(answer: number | string): boolean {
  return typeof answer === 'string' || answer === 429 || answer >= 500;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** `text` is what a phone shows, and all there is where blocks are not understood. */
export function slackMessage(message: Message) {
  const blocks = message.groups.flatMap((group) => [
    { type: 'header', text: { type: 'plain_text', text: cut(group.head, MOST.header), emoji: false } },
    { type: 'section', text: { type: 'plain_text', text: cut(groupBody(group), MOST.section), emoji: false } },
  ]);
  return { text: inMrkdwn(`${message.title}\n${messageText(message)}`), blocks: blocks.slice(0, MOST.blocks) };
}

/** The three characters that begin a link or a mention there. */
function inMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
