import { REASONS } from '../domain/reason-codes.ts';
import type { DueNotice } from './notice-book.ts';

/** Where it comes from, for who gets messages of several. */
export type Origin = {
  readonly environment: string;
  /** The ledger's file name. */
  readonly ledger: string;
};

/** One message for all that is new, grouped by reason. */
export type Message = {
  /** One line. */
  readonly title: string;
  readonly groups: readonly MessageGroup[];
};

export type MessageGroup = {
  /** `FM-6003 lost race (3)`. */
  readonly head: string;
  /** What happened, a sentence each. */
  readonly sentences: readonly string[];
  readonly remedies: readonly string[];
  readonly commands: readonly string[];
};

/** More of one group are counted. */
const MOST_OF_GROUP = 10;

/** The most frequent reason first, then by code. */
export function composeMessage(notices: readonly DueNotice[], { environment, ledger }: Origin): Message {
  const groups = [...Map.groupBy(notices, ({ code }) => code)].sort(
    ([codeA, a], [codeB, b]) => b.length - a.length || (codeA < codeB ? -1 : 1),
  );
  const what = groups.map(([code, group]) => `${REASONS[code].title}${group.length > 1 ? ` (${group.length})` : ''}`);
  return {
    title: `fieldmarshal ${environment}, ${ledger}: ${what.join('; ')}`,
    groups: groups.map(([code, group]) => ({
      head: `${code} ${REASONS[code].title} (${group.length})`,
      sentences: shortened(group.map(sentenceOf)),
      remedies: [...new Set(group.map(({ remedy }) => remedy))].slice(0, MOST_OF_GROUP),
      commands: [...new Set(group.flatMap(({ command }) => command ?? []))].slice(0, MOST_OF_GROUP),
    })),
  };
}

function sentenceOf({ sentence, count, firstAtMs }: DueNotice): string {
  if (count === 1) return sentence;
  return `${sentence} (since ${new Date(firstAtMs).toISOString().slice(0, 16)}Z, met ${count} times)`;
}

function shortened(sentences: readonly string[]): readonly string[] {
  const more = sentences.length - MOST_OF_GROUP;
  return more <= 0 ? sentences : [...sentences.slice(0, MOST_OF_GROUP), `… and ${more} more.`];
}

/** As plain text, a group after the other, each with what to do and what to run. */
export function messageText({ groups }: Message): string {
  return `${groups.map(groupText).join('\n\n')}\n`;
}

export function groupText({ head, ...group }: MessageGroup): string {
  return `${head}\n${groupBody(group)}`;
}

export function groupBody({ sentences, remedies, commands }: Omit<MessageGroup, 'head'>): string {
  return [
    ...sentences.map((sentence) => `- ${sentence}`),
    ...remedies.map((remedy) => `To do: ${remedy}`),
    ...commands.map((command) => `  ${command}`),
  ].join('\n');
}
