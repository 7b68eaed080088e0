import type { Message } from './message.ts';

/** A way to reach people. */
export interface NoticeChannel {
  /** For logs; never with an address, which may hold a token. */
  readonly name: 'webhook' | 'e-mail';
  /** Resolves when the other side has taken it. Throws `ChannelFailure`. */
  send(message: Message): Promise<void>;
  /** At once, whatever is under way. */
  close(): Promise<void>;
}

/** Nobody was told. The message names no address and no secret. */
export class ChannelFailure extends Error {
  override readonly name = 'ChannelFailure';
}
