import { FIRST_DICTIONARY } from './body-dictionary.ts';
import { inflateInPlace } from './inflate.ts';
import { createFrames } from './zstd-frames.ts';

/*
 * How a body's text is kept. The first release wrote a bare raw deflate stream. No such stream begins with a byte whose bits 1 and 2 are
 * both set (that kind of block does not exist), so such a byte tells the format: 7, of releases before this one, is a raw deflate stream
 * with the first dictionary; 15 is a frame of zstd's with the same dictionary. By it a candidate's 6 kB become 0.3 instead of 1.6 kB.
 */
const DEFLATED_WITH_FIRST_DICTIONARY = 7;
const FRAME_WITH_FIRST_DICTIONARY = 15;
const TELLS_FORMAT = 0b110;

const dictionary = Buffer.from(FIRST_DICTIONARY);
const frames = createFrames(dictionary);

export function packText(text: string): Buffer {
  const bytes = frames.write(text, 1);
  bytes[0] = FRAME_WITH_FIRST_DICTIONARY;
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
  if (first === FRAME_WITH_FIRST_DICTIONARY) return frames.readInPlace(bytes.subarray(1));
  if (first === DEFLATED_WITH_FIRST_DICTIONARY) return inflateInPlace(bytes.subarray(1), dictionary);
  throw new RangeError(`no format of a body begins with ${first}`);
}
