import { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import { ChannelFailure, type NoticeChannel } from './channel.ts';
import { messageText } from './message.ts';

export type MailSettings = {
  /** `smtp://` or `smtps://`, with user and password where the server asks for them. */
  readonly url: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly timeoutMs: number;
};

/** Plain text by SMTP, once: a second message takes another one of these. A server that offers encryption is spoken to in it. */
export function createMail({ url, from, to, timeoutMs }: MailSettings): NoticeChannel {
  // Our own, so that it can be taken away from a server that never ends.
  const socket = new Socket();
  const transport = createTransport({
    url,
    socket,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: 'e-mail',
    send: async (message) => {
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: message.title,
          text: messageText(message),
          // Nobody's absence note should answer it.
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw new ChannelFailure(`the mail server did not take it (${codeOf(error)})`);
      }
    },
    close: async () => {
      transport.close();
      socket.destroy();
    },
  };
}

/** The server's own words may hold the login. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const status = 'responseCode' in error && typeof error.responseCode === 'number' ? `, ${error.responseCode}` : '';
  return `${'code' in error && typeof error.code === 'string' ? error.code : error.name}${status}`;
}
