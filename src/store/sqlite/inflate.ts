import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { passThrough, type ReusedStream, reuseStream } from './reused-stream.ts';

/** Far more than any body has; what inflates to more was not written here. */
const MAX_TEXT_BYTES = 1 << 29;

/** By dictionary; null: this Node's streams are not like that inside. */
const streams = new Map<Buffer | null, ReusedStream | null>();

/**
 * What a raw deflate stream says. The bytes may be those of a room that the next call writes over: whoever keeps them takes a
 * copy. Throws where it is no such stream, or more bytes follow behind its end.
 */
export function inflateInPlace(stream: Buffer, dictionary: Buffer | null): Buffer {
  return inflateReusing(stream, dictionary) ?? inflateAlone(stream, dictionary);
}

/** Null: not so; the other way says why, or can. */
function inflateReusing(stream: Buffer, dictionary: Buffer | null): Buffer | null {
  const known = streams.get(dictionary);
  const reused = known === undefined ? reuseStream(createInflateRaw(dictionary === null ? {} : { dictionary })) : known;
  if (known === undefined) streams.set(dictionary, reused);
  return reused === null ? null : passThrough(reused, stream);
}

/** With `info`, which Node's types do not know of. */
type WithInfo = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

function inflateAlone(stream: Buffer, dictionary: Buffer | null): Buffer {
  const options = { ...(dictionary === null ? {} : { dictionary }), maxOutputLength: MAX_TEXT_BYTES, info: true };
  const { buffer, engine } = inflateRawSync(stream, options) as unknown as WithInfo;
  if (engine.bytesWritten !== stream.length) throw new RangeError('bytes follow behind the end of a body');
  return buffer;
}
