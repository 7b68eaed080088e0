import { createDeflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { passThrough, type ReusedStream, reuseStream } from './reused-stream.ts';

/** A raw deflate stream of each text, always with the same options, in a buffer of its own behind so many bytes of the caller's. */
export function createDeflater(options: ZlibOptions): (text: string, before: number) => Buffer {
  let reused: ReusedStream | null | undefined;
  return (text, before) => {
    if (reused === undefined) reused = reuseStream(createDeflateRaw(options));
    const from = Buffer.from(text);
    const deflated = (reused === null ? null : passThrough(reused, from)) ?? deflateRawSync(from, options);
    const bytes = Buffer.allocUnsafe(before + deflated.length);
    deflated.copy(bytes, before);
    return bytes;
  };
}
