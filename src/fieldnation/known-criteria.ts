import { isAscii } from 'node:buffer';
import type { JsonValue } from '../domain/json.ts';
import { keepOnly } from './keep-only.ts';
import { share } from './shared-parts.ts';
import { KEPT_CRITERION } from './wire/kept.ts';

/** A criterion as the platform writes it. `next`: those that came right after it before, the likeliest by far to come now. */
type Known = { readonly text: string; readonly value: object; readonly next: Known[] };

/** A page with a mark in place of each list of criteria that is known. `strange`: criteria that are not known yet. */
export type Shortened = {
  readonly text: string;
  readonly lists: readonly (readonly object[])[];
  readonly strange: readonly string[];
};

/** Of a list: where it ends, and its criteria; `list` null: not all of them are known. */
type ListRead = { readonly end: number; readonly list: readonly object[] | null };

const BEFORE_LIST = '"criterion":[';
/** Searching for its rarer end, with the first criterion, takes half the time of searching for the whole. */
const SEARCHED = 'n":[{';
/** Stands in JSON of its own accord nowhere; a text that has it, in whatever spelling, is not shortened. */
const MARK = '\x7f';
const SPELLED_MARK = '\\u007';
const [OPENS, CLOSES_LIST, COMMA] = [0x7b, 0x5d, 0x2c];

/** Far above what a company's rule files and kinds of work come to. */
const MAX_KNOWN = 4_000;
const MAX_TEXT = 1_000;
const MAX_NEXT = 8;

/**
 * Half of a page of pending providers are the platform's verdicts, by some dozens of criteria that are the same to the byte in row after
 * row. Each is parsed and understood once; where it comes again the very same object stands for it. A page without
 * them is half as long to parse, and the rows take a fraction of the memory.
 */
export class KnownCriteria {
  readonly #known = new Map<string, Known>();
  readonly #strange = new WeakMap<object, readonly string[]>();
  #first: Known = { text: '', value: {}, next: [] };

  /**
   * The text of a page of UTF-8; null: it has to be read as it is. Says the same as the whole once its lists are put back: what
   * stands between the end of `"criterion":[` and the bracket that ends it is a value wherever the text before it is JSON.
   */
  shorten(bytes: Buffer): Shortened | null {
    // As bytes, a character each: in UTF-8 what is not ASCII has no byte that is.
    const text = bytes.toString('latin1');
    if (text.includes(MARK) || text.includes(SPELLED_MARK)) return null;
    const lists: (readonly object[])[] = [];
    const strange: string[] = [];
    let short = '';
    let copied = 0;
    for (let at = text.indexOf(SEARCHED); at !== -1; ) {
      // Of the bracket that opens the list.
      const start = at + SEARCHED.length - 2;
      const isList = text.startsWith(BEFORE_LIST, start + 1 - BEFORE_LIST.length);
      const { end, list } = isList ? this.#readList(text, start + 1, strange) : { end: start, list: null };
      if (list !== null) {
        short += `${text.slice(copied, start)}"${MARK}${lists.length}"`;
        lists.push(list);
        copied = end;
      }
      at = text.indexOf(SEARCHED, end);
    }
    short += text.slice(copied);
    return { text: isAscii(bytes) ? short : decode(short), lists, strange };
  }

  /** Puts the lists back; false: they are not all where a page of pending providers has them. */
  restore(page: unknown, { lists, strange }: Shortened): boolean {
    if (typeof page !== 'object' || page === null) return lists.length === 0;
    let restored = 0;
    for (const rule of rulesIn(page)) {
      const mark = rule['criterion'];
      if (typeof mark !== 'string' || !mark.startsWith(MARK)) continue;
      rule['criterion'] = [...(lists[Number(mark.slice(MARK.length))] ?? [])];
      restored += 1;
    }
    if (strange.length > 0) this.#strange.set(page, strange);
    return restored === lists.length;
  }

  /** Of a page that was restored, and in which nothing was found that must not be kept. */
  learn(page: object): void {
    for (const text of this.#strange.get(page) ?? []) if (!this.#known.has(text)) this.#add(text);
    this.#strange.delete(page);
  }

  #readList(text: string, start: number, strange: string[]): ListRead {
    const list: object[] = [];
    let at = start;
    let before = this.#first;
    let areKnown = true;
    while (text.charCodeAt(at) === OPENS) {
      const known = this.#findAt(text, at, before);
      if (known === null) {
        const end = text.indexOf('}', at);
        if (end === -1 || end - at > MAX_TEXT) break;
        areKnown = false;
        strange.push(copyOf(text.slice(at, end + 1)));
        at = end + 1;
      } else {
        list.push(known.value);
        before = known;
        at += known.text.length;
      }
      const after = text.charCodeAt(at);
      at += 1;
      if (after === CLOSES_LIST) return { end: at, list: areKnown ? list : null };
      if (after !== COMMA) break;
    }
    return { end: start, list: null };
  }

  /** What is known of the criterion that begins there; null: it is new. */
  #findAt(text: string, at: number, before: Known): Known | null {
    for (const likely of before.next) {
      if (text.slice(at, at + likely.text.length) === likely.text) return likely;
    }
    const known = this.#known.get(text.slice(at, text.indexOf('}', at) + 1));
    if (known === undefined) return null;
    if (before.next.length >= MAX_NEXT) before.next.shift();
    before.next.push(known);
    return known;
  }

  /** With nothing in it but what a row may keep. */
  #add(text: string): void {
    const value = parseFlat(text);
    const kept = value === null ? null : keepOnly(value, KEPT_CRITERION);
    if (value === null || typeof kept !== 'object' || kept === null) return;
    if (Object.keys(kept).length !== Object.keys(value).length) return;
    if (this.#known.size >= MAX_KNOWN) {
      this.#known.clear();
      this.#first = { text: '', value: {}, next: [] };
    }
    this.#known.set(text, { text, value: share(value), next: [] });
  }
}

function* rulesIn(page: object): Generator<{ [key: string]: unknown }> {
  const rows: unknown = 'results' in page ? page.results : null;
  if (!Array.isArray(rows)) return;
  for (const row of rows) {
    const rule: unknown = typeof row === 'object' && row !== null ? row.selection_rule : null;
    if (typeof rule === 'object' && rule !== null) yield rule as { [key: string]: unknown };
  }
}

/** Null where a bracket inside a text was taken for the end. */
function parseFlat(text: string): { readonly [key: string]: JsonValue } | null {
  try {
    return JSON.parse(decode(text));
  } catch {
    return null;
  }
}

/** Used again: a buffer for each page is memory of the system's, for which V8 collects the whole heap sooner. */
const scratch = Buffer.allocUnsafeSlow(256 * 1024);

function decode(latin1: string): string {
  const bytes = latin1.length > scratch.length ? Buffer.allocUnsafe(latin1.length) : scratch;
  return bytes.toString('utf8', 0, bytes.write(latin1, 'latin1'));
}

/** A slice holds on to the whole page. */
function copyOf(slice: string): string {
  return Buffer.from(slice, 'latin1').toString('latin1');
}
