import { createHash } from 'node:crypto';

/** A page that has not come again for so long makes room for others. */
const STALE_AFTER_MS = 3_600_000;

/** By what a page is known again. */
export type PageMark = { readonly hash: string; readonly bytes: number };

type SeenPage = { readonly page: object; readonly bytes: number; seenAtMs: number };

/**
 * Pages that were read before, by the hash of their bytes: one that comes again byte for byte is neither parsed nor
 * understood again. While it is full newcomers are not taken in, or a list longer than it would push out every page just
 * before that one comes again.
 */
export class SeenPages {
  readonly #maxBytes: number;
  readonly #nowMs: () => number;
  /** Longest unseen first. */
  readonly #pages = new Map<string, SeenPage>();
  readonly #marks = new WeakMap<object, PageMark>();
  #bytes = 0;

  constructor(maxBytes: number, nowMs: () => number = () => performance.now()) {
    this.#maxBytes = maxBytes;
    this.#nowMs = nowMs;
  }

  /** Null: nothing of that size is ever kept. */
  markOf(bytes: Buffer): PageMark | null {
    if (bytes.length > this.#maxBytes) return null;
    return { hash: createHash('sha256').update(bytes).digest('base64'), bytes: bytes.length };
  }

  /** What was kept of it; null: it is new. */
  find({ hash }: PageMark): object | null {
    const known = this.#pages.get(hash);
    if (known === undefined) return null;
    known.seenAtMs = this.#nowMs();
    this.#pages.delete(hash);
    this.#pages.set(hash, known);
    return known.page;
  }

  /** That this is what those bytes say, should somebody want to keep it. */
  note(page: unknown, mark: PageMark): void {
    if (typeof page === 'object' && page !== null) this.#marks.set(page, mark);
  }

  /** `kept` from now on stands for a page noted before, which must be that very object. */
  keep(page: object, kept: object): void {
    const mark = this.#marks.get(page);
    if (mark === undefined || this.#pages.has(mark.hash) || !this.#makeRoom(mark.bytes)) return;
    this.#pages.set(mark.hash, { page: kept, bytes: mark.bytes, seenAtMs: this.#nowMs() });
    this.#bytes += mark.bytes;
  }

  #makeRoom(bytes: number): boolean {
    for (const [hash, page] of this.#pages) {
      if (this.#bytes + bytes <= this.#maxBytes || this.#nowMs() - page.seenAtMs < STALE_AFTER_MS) break;
      this.#pages.delete(hash);
      this.#bytes -= page.bytes;
    }
    return this.#bytes + bytes <= this.#maxBytes;
  }
}
