import type { Limits } from '../domain/limits.ts';
import type { FieldNationApi } from './api.ts';
import { type Expected, readWholeList, type WholeList } from './pages.ts';
import type { SeenPages } from './seen-pages.ts';

export type Reader = { readonly api: FieldNationApi; readonly limits: Limits };

export type Query = { readonly [name: string]: string };

/** What is asked for, and how a message calls it: `reading work order 4047`. */
export type Asking = {
  readonly what: string;
  readonly path: string;
  readonly query?: Query;
  readonly seen?: SeenPages;
  /** Told each page of a list as it came. */
  readonly onPage?: (page: unknown) => void;
};

/** Documented maximum. */
export const MAX_PAGE_SIZE = 100;

/** Null: it does not exist or is not ours to see. */
export async function readOne({ api }: Reader, { what, path, query = {} }: Asking): Promise<unknown> {
  const answer = await api.read(what, path, { query });
  return answer.kind === 'missing' ? null : answer.json;
}

/** To the last page; throws `PlatformUnavailable` when it cannot be had whole. */
export async function readList(
  { api, limits }: Reader,
  { what, path, query = {}, seen, onPage }: Asking,
  expected: Expected,
): Promise<Exclude<WholeList, { readonly kind: 'not_whole' }>> {
  const perPage = String(Math.min(limits.pageSize, MAX_PAGE_SIZE));
  const whole = await readWholeList(expected, limits, async (page) => {
    const answer = await api.read(what, path, { query: { ...query, page: String(page), per_page: perPage }, seen });
    if (answer.kind === 'found') onPage?.(answer.json);
    return answer;
  });
  if (whole.kind === 'not_whole') throw api.notUnderstood(what, whole.because);
  return whole;
}
