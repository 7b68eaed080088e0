import { FIRST_DICTIONARY } from './body-dictionary.ts';
import { createDeflater } from './deflate.ts';
import { inflateInPlace } from './inflate.ts';

/*
 * How a body's text is kept. A release before this one wrote a bare raw deflate stream. No such stream begins with a byte whose bits 1 and 2 are
 * both set (that kind of block does not exist), so such a byte tells the format: 7 is a raw deflate stream with the first
 * dictionary. A candidate's 6 kB become 0.3 instead of 1.6 kB by it, in half the time.
 */
const WITH_FIRST_DICTIONARY = 7;
const TELLS_FORMAT = 0b110;

const dictionary = Buffer.from(FIRST_DICTIONARY);

/** The window reaches over dictionary and body together. A small chunk: most bodies fit into it, and Node allocates one each time. */
const DEFLATE = { level: 3, windowBits: 14, memLevel: 5, chunkSize: 1024, dictionary } as const;

const deflate = createDeflater(DEFLATE);

export function packText(text: string): Buffer {
  const bytes = deflate(text, 1);
  bytes[0] = WITH_FIRST_DICTIONARY;
  return bytes;
}

/** Throws where these are no bytes of a body. */
export function unpackText(bytes: Buffer): string {
  return unpackInPlace(bytes).toString('utf8');
}

/** The bytes of the text. Throws where these are no bytes of a body, or more follow behind its end. */
export function unpackWhole(bytes: Buffer): Buffer {
  return Buffer.from(unpackInPlace(bytes));
}

/** The same, in a room that the next call writes over. */
export function unpackInPlace(bytes: Buffer): Buffer {
  const first = bytes[0] ?? 0;
  if ((first & TELLS_FORMAT) !== TELLS_FORMAT) return inflateInPlace(bytes, null);
  if (first !== WITH_FIRST_DICTIONARY) throw new RangeError(`no format of a body begins with ${first}`);
  return inflateInPlace(bytes.subarray(1), dictionary);
}
