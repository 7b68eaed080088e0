import { constants } from 'node:zlib';

/*
 * Node's functions for a whole text make a stream of zlib's each time, which is most of the time that a body takes: 10 µs instead of
 * 2.6 to inflate 6 kB. Here one is used again and again, and the bytes are the same. What it is asked for
 * Node's documentation does not tell (its own functions ask the same), so wherever anything is not as it is known, the answer is
 * null, and the documented function does the work, and throws as it does.
 */

/** The inside of a stream of Node's. */
type Engine = {
  onerror: () => void;
  readonly reset: () => void;
  readonly writeSync: (
    ...of: readonly [flush: number, from: Buffer, at: number, length: number, to: Buffer, toAt: number, room: number]
  ) => void;
};

export type ReusedStream = {
  readonly engine: Engine;
  /** After a write: bytes of room left, bytes not read. */
  readonly left: Uint32Array;
  isBroken: boolean;
};

/** Hardly a body is larger. */
const ROOM_BYTES = 64 * 1024;

const room = Buffer.allocUnsafeSlow(ROOM_BYTES);

/** All that goes in, at once. What comes out is in a room that the next call writes over. Null: it is broken, more follows it, or it is too large. */
export function passThrough(stream: ReusedStream, from: Buffer): Buffer | null {
  stream.engine.reset();
  return goOn(stream, from, constants.Z_FINISH);
}

/** The same of a stream that begins anew by itself behind what it has ended. */
export function goOn(stream: ReusedStream, from: Buffer, flush: number): Buffer | null {
  const { engine, left } = stream;
  stream.isBroken = false;
  engine.writeSync(flush, from, 0, from.length, room, 0, ROOM_BYTES);
  const [roomLeft = 0, unread = 1] = left;
  return stream.isBroken || unread > 0 || roomLeft === 0 ? null : room.subarray(0, ROOM_BYTES - roomLeft);
}

/** Null: this Node's streams are not like that inside. */
export function reuseStream(stream: object): ReusedStream | null {
  const { _handle: engine, _writeState: left } = stream as {
    readonly _handle?: Engine;
    readonly _writeState?: Uint32Array;
  };
  if (typeof engine?.reset !== 'function' || typeof engine.writeSync !== 'function' || !(left instanceof Uint32Array))
    return null;
  const reused = { engine, left, isBroken: false };
  engine.onerror = () => {
    reused.isBroken = true;
  };
  return reused;
}
