import type { Sha256 } from '../../domain/ids.ts';
import { hashText, type JsonValue, toCanonicalJson } from '../../domain/json.ts';
import { unpackText } from './body-bytes.ts';
import type { Connection } from './connection.ts';
import { mapTimes, writeDated } from './dated-text.ts';
import { prepared } from './prepared.ts';

/** A body ready to be stored: its canonical text, the text's hash, and the times taken out of it. */
export type PreparedBody = {
  readonly text: string;
  readonly hash: Sha256;
  /** Latest first, so that what was pulled just now is usually place 0; the text holds places in this list. */
  readonly times: readonly number[];
};

/**
 * `dated` has its `observedAtMs` replaced by places in a list of times, which the candidate keeps: what is seen unchanged
 * an hour later is then the same body and stored once. `plain` stays as it is.
 */
export function prepareBody(
  plain: { readonly [key: string]: JsonValue },
  dated: { readonly [key: string]: JsonValue },
): PreparedBody {
  const { text: places, times } = writeDated(dated);
  const members: { [key: string]: string } = { dated: places };
  for (const key of Object.keys(plain)) {
    const member = plain[key];
    if (member !== undefined && key !== 'dated') members[key] = toCanonicalJson(member);
  }
  const text = Object.keys(members)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${members[key]}`)
    .join();
  return toBody(`{${text}}`, times);
}

/** `text`: the canonical one. */
export function toBody(text: string, times: readonly number[]): PreparedBody {
  return { text, hash: hashText(text), times };
}

/** Both parts of `prepareBody` together again. */
export function readBody(text: string, times: readonly number[]): { readonly [key: string]: JsonValue } {
  return restoreTimes(parseBody(text), times);
}

/** A body read once, to be given its times as often as it comes back. */
export type ParsedBody = {
  readonly plain: { readonly [key: string]: JsonValue };
  /** With places instead of times. */
  readonly dated: { readonly [key: string]: JsonValue };
};

export function parseBody(text: string): ParsedBody {
  const { dated, ...plain } = JSON.parse(text) as ParsedBody['plain'] & Pick<ParsedBody, 'dated'>;
  return { plain, dated };
}

/** `plain` is shared with whoever reads the same body. */
export function restoreTimes(
  { plain, dated }: ParsedBody,
  times: readonly number[],
): { readonly [key: string]: JsonValue } {
  const restored = mapTimes(dated, (place) => times[place] ?? place) as { readonly [key: string]: JsonValue };
  return { ...plain, ...restored };
}

/** What a hashed text says, without the line that sets it apart from one that was erased: canonical JSON has no line ends. */
export function withoutSalt(text: string): string {
  return text.slice(text.indexOf('\n') + 1);
}

/** The canonical text; null when it was erased. */
export function loadBodyText(connection: Connection, id: number): string | null {
  const text = loadHashedText(connection, id);
  return text === null ? null : withoutSalt(text);
}

/** The text that the hash is of; null when it was erased. */
export function loadHashedText({ db }: Connection, id: number): string | null {
  const bytes = prepared<[number], Buffer>(db, 'SELECT bytes FROM body WHERE id = ?').pluck().get(id);
  return bytes === undefined ? null : inflateBody(bytes);
}

export function inflateBody(bytes: Buffer): string {
  return unpackText(bytes);
}
