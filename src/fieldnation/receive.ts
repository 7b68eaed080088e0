import type { Dispatcher } from 'undici';

/** What came back, to its last byte. */
export type Received = {
  readonly status: number;
  readonly headers: Headers;
  /** `encoding`: refused unread, with its name. */
  readonly body:
    | { readonly kind: 'bytes'; readonly bytes: Buffer }
    | { readonly kind: 'encoding'; readonly name: string }
    | { readonly kind: 'too_large' };
};

/** By lower-case name. */
export type Headers = { readonly [name: string]: string | string[] | undefined };

export type ToSend = Pick<Dispatcher.DispatchOptions, 'origin' | 'path' | 'method' | 'headers' | 'body'>;

type Receiving = {
  readonly maxBytes: number;
  readonly deadlineMs: number;
  /** Called right before the head is written to a connected socket, and never earlier. */
  readonly onSending: () => void;
};

/**
 * Sends one request and collects its answer. One deadline covers everything from connect to the last byte: undici's own
 * body timeout starts anew with each chunk and never ends a slow drip. Straight from the dispatcher, for undici's `request`
 * puts a stream between, which costs as much as parsing half a page. Rejects with what undici or the deadline say.
 */
export function receive(dispatcher: Dispatcher, options: ToSend, given: Receiving): Promise<Received> {
  return new Promise((done, failed) => {
    const receiver = new Receiver(given, { done, failed });
    try {
      const timeout = { headersTimeout: given.deadlineMs, bodyTimeout: given.deadlineMs };
      dispatcher.dispatch({ ...options, ...timeout }, receiver);
    } catch (error) {
      receiver.fail(error);
    }
  });
}

/** Raised where an answer is not read to its end, so that the connection is not used again. */
class NotWanted extends Error {
  override readonly name = 'NotWanted';
}

type Ends = { readonly done: (received: Received) => void; readonly failed: (error: unknown) => void };

/** One answer, as undici tells of it. */
class Receiver implements Dispatcher.DispatchHandler {
  readonly #given: Receiving;
  readonly #ends: Ends;
  readonly #deadline: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #head: Pick<Received, 'status' | 'headers'> | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  /** It is over; an error says why nothing more of it is wanted. */
  #ended: 'whole' | Error | null = null;

  constructor(given: Receiving, ends: Ends) {
    this.#given = given;
    this.#ends = ends;
    this.#deadline = setTimeout(
      () => this.fail(new DOMException('it took too long', 'TimeoutError')),
      given.deadlineMs,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended !== null) {
      controller.abort(this.#ended === 'whole' ? new NotWanted('it is over') : this.#ended);
      return;
    }
    this.#controller = controller;
    this.#given.onSending();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // 1xx announces the answer.
    if (status < 200) return;
    this.#head = { status, headers };
    const encoding = headerText(headers['content-encoding']);
    if (encoding === null || encoding.trim().toLowerCase() === 'identity') return;
    // We ask for none. An encoded body could unfold to any size.
    this.#succeed({ kind: 'encoding', name: encoding });
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended !== null) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#given.maxBytes) this.#succeed({ kind: 'too_large' });
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#succeed({ kind: 'bytes', bytes: Buffer.concat(this.#chunks, this.#bytes) });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    if (!this.#end(error instanceof Error ? error : new Error(String(error)))) return;
    this.#ends.failed(error);
  }

  #succeed(body: Received['body']): void {
    const head = this.#head;
    if (head === null) {
      this.fail(new Error('an answer without a head'));
      return;
    }
    // An error takes its stack along, which costs as much as a tenth of a page.
    const ended = body.kind === 'bytes' ? 'whole' : new NotWanted('the rest is not read');
    if (this.#end(ended)) this.#ends.done({ ...head, body });
  }

  #end(how: 'whole' | Error): boolean {
    if (this.#ended !== null) return false;
    this.#ended = how;
    clearTimeout(this.#deadline);
    if (how !== 'whole') this.#controller?.abort(how);
    return true;
  }
}

export function headerText(value: string | string[] | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : value.join(', ');
}
