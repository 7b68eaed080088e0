import { createHash } from 'node:crypto';
import { KnownCriteria } from './known-criteria.ts';

/** A page that has not come again for so long makes room for others. */
const STALE_AFTER_MS = 3_600_000;

type SeenPage = { readonly page: object; readonly bytes: number; seenAtMs: number };

/**
 * Pages that were read before, by the hash of their bytes: one that comes again byte for byte is neither parsed nor
 * understood again. While it is full newcomers are not taken in, or a list longer than it would push out every page just
 * before that one comes again.
 */
export class SeenPages {
  /** What their rows have in common, of pages that are not known as well. */
  readonly criteria = new KnownCriteria();
  readonly #maxBytes: number;
  readonly #nowMs: () => number;
  /** Longest unseen first. */
  readonly #pages = new Map<string, SeenPage>();
  /** How many of them have so many bytes: of another length a page is new, which saves the hash. */
  readonly #lengths = new Map<number, number>();
  readonly #noted = new WeakMap<object, Buffer>();
  #bytes = 0;

  constructor(maxBytes: number, nowMs: () => number = () => performance.now()) {
    this.#maxBytes = maxBytes;
    this.#nowMs = nowMs;
  }

  /** What was kept of a page of these bytes; null: it is new. */
  find(bytes: Buffer): object | null {
    if (!this.#lengths.has(bytes.length)) return null;
    const hash = hashOf(bytes);
    const known = this.#pages.get(hash);
    if (known === undefined) return null;
    known.seenAtMs = this.#nowMs();
    this.#pages.delete(hash);
    this.#pages.set(hash, known);
    return known.page;
  }

  /** That this is what those bytes say, should somebody want to keep it. */
  note(page: unknown, bytes: Buffer): void {
    if (typeof page === 'object' && page !== null && this.#mayFit(bytes.length)) this.#noted.set(page, bytes);
  }

  /** What `toKept` makes from now on stands for a page noted before, which must be that very object; false: it was not, or there is no room. */
  keep(page: object, toKept: () => object): boolean {
    const bytes = this.#noted.get(page);
    if (bytes === undefined || !this.#makeRoom(bytes.length)) return false;
    const hash = hashOf(bytes);
    if (this.#pages.has(hash)) return false;
    this.#pages.set(hash, { page: toKept(), bytes: bytes.length, seenAtMs: this.#nowMs() });
    this.#lengths.set(bytes.length, (this.#lengths.get(bytes.length) ?? 0) + 1);
    this.#bytes += bytes.length;
    return true;
  }

  /** Whether there is room for so many bytes, or something stale to make room of. */
  #mayFit(bytes: number): boolean {
    if (this.#bytes + bytes <= this.#maxBytes) return true;
    const [oldest] = this.#pages.values();
    return bytes <= this.#maxBytes && oldest !== undefined && this.#nowMs() - oldest.seenAtMs >= STALE_AFTER_MS;
  }

  #makeRoom(bytes: number): boolean {
    for (const [hash, page] of this.#pages) {
      if (this.#bytes + bytes <= this.#maxBytes || this.#nowMs() - page.seenAtMs < STALE_AFTER_MS) break;
      this.#pages.delete(hash);
      this.#bytes -= page.bytes;
      const others = (this.#lengths.get(page.bytes) ?? 0) - 1;
      if (others > 0) this.#lengths.set(page.bytes, others);
      else this.#lengths.delete(page.bytes);
    }
    return this.#bytes + bytes <= this.#maxBytes;
  }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
