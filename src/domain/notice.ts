import type { ReasonCode } from './reason-codes.ts';

/** Something a person should know now: one reason about one subject. Texts are safe to print. */
export type Notice = {
  readonly code: ReasonCode;
  /** What it is about, in words that stay the same as long as it goes on: `work order 4047`. With the code it is known again by it. */
  readonly subject: string;
  readonly sentence: string;
  /** A whole sentence. */
  readonly remedy: string;
  /** To be pasted into a shell; null: there is none. */
  readonly command: string | null;
};
