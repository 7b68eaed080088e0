import { isAscii, isUtf8 } from 'node:buffer';
import type { KnownCriteria } from './known-criteria.ts';
import { parseJsonText } from './parse-json.ts';

export type HttpBody =
  /** `text`: what it was parsed from, without what was looked through before; null: it is what was kept of the same bytes. */
  | { readonly kind: 'json'; readonly value: unknown; readonly text: string | null }
  | { readonly kind: 'empty' }
  /** `mayPass`: another attempt can go better (cut off, an error page), unlike an encoding or a size we refuse. */
  | { readonly kind: 'unreadable'; readonly because: string; readonly mayPass: boolean };

/** What the bytes say; the same with criteria that are known from other pages, only sooner. */
export function decodeJson(encoded: Buffer, criteria: KnownCriteria | null): HttpBody {
  if (!isUtf8(encoded)) return { kind: 'unreadable', because: 'it is not UTF-8', mayPass: true };
  const bytes = encoded.subarray(0, 3).equals(BYTE_ORDER_MARK) ? encoded.subarray(3) : encoded;
  const shortened = criteria?.shorten(bytes) ?? null;
  if (criteria !== null && shortened !== null) {
    const parsed = parseJsonText(shortened.text);
    if (parsed.kind === 'json' && criteria.restore(parsed.value, shortened)) return { ...parsed, text: shortened.text };
  }
  const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const parsed = parseJsonText(text);
  return parsed.kind === 'json' ? { ...parsed, text } : { ...parsed, mayPass: true };
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
