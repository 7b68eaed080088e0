import type { Limits } from '../domain/limits.ts';
import { idOf } from './understood.ts';
import { filtersInForce, type ListEnvelope, listEnvelope, unnamedListEnvelope } from './wire/envelope.ts';
import { firstProblem } from './wire/problem-of.ts';

type PageLimits = Pick<Limits, 'maxPagesPerList' | 'maxRowsPerList'>;

/**
 * The list's name, which the answer repeats; null for a resource that has only one. `filter`: a filter that was asked for and
 * must be in force, since a server that ignores it would answer with everybody.
 */
export type Expected = { readonly list: string | null; readonly filter?: string };

/** The whole list, or why it cannot be had whole. Half a list is never passed off as one. */
export type WholeList =
  | { readonly kind: 'whole'; readonly rows: readonly unknown[] }
  | { readonly kind: 'missing'; readonly status: number; readonly because: string }
  | { readonly kind: 'not_whole'; readonly because: string };

export type PageAnswer =
  | { readonly kind: 'found'; readonly json: unknown }
  | { readonly kind: 'missing'; readonly status: number; readonly message: string };

/** Rows that come and go while we read shift others from page to page, past us or to us twice; then it is read anew. */
const MAX_PASSES = 3;

/**
 * Reads page after page until the platform says it was the last. A list that moved meanwhile is read again from the start;
 * whoever uses the rows drops what came twice by id. A server that answers every page with the same one is noticed.
 */
export async function readWholeList(
  expected: Expected,
  limits: PageLimits,
  readPage: (page: number) => Promise<PageAnswer>,
): Promise<WholeList> {
  for (let pass = 1; ; pass += 1) {
    const list = await readPass(expected, limits, readPage);
    if (list.kind !== 'moved') return list;
    if (pass >= MAX_PASSES) return { kind: 'not_whole', because: `${list.because}, ${pass} times` };
  }
}

type Pass = WholeList | { readonly kind: 'moved'; readonly because: string };

async function readPass(
  expected: Expected,
  limits: PageLimits,
  readPage: (page: number) => Promise<PageAnswer>,
): Promise<Pass> {
  const rows: unknown[] = [];
  const seenPages = new Set<string>();
  let firstTotal: number | null = null;
  for (let page = 1; page <= limits.maxPagesPerList; page += 1) {
    const answer = await readPage(page);
    if (answer.kind === 'missing') return { kind: 'missing', status: answer.status, because: answer.message };
    const envelope = openEnvelope(answer.json, expected);
    if (typeof envelope === 'string') return { kind: 'not_whole', because: `page ${page}: ${envelope}` };
    const { metadata, results } = envelope;
    const total = metadata.total ?? 0;
    if (page === 1) firstTotal = metadata.total;
    else if (firstTotal !== metadata.total)
      return {
        kind: 'moved',
        because: `the list changed from ${firstTotal} to ${metadata.total} rows while it was read`,
      };
    const signature = JSON.stringify(results.map(idOf));
    if (results.length > 0 && seenPages.has(signature)) {
      if (rows.length >= total) return { kind: 'whole', rows };
      return {
        kind: 'not_whole',
        because: `page ${page} repeats an earlier one after ${rows.length} of ${total} rows`,
      };
    }
    seenPages.add(signature);
    rows.push(...results);
    if (rows.length > limits.maxRowsPerList)
      return { kind: 'not_whole', because: `more than ${limits.maxRowsPerList} rows` };
    // Some answers count one page too few, or count nothing: go on as long as rows come that may not be the last.
    const saysWhereItEnds = metadata.pages !== null || metadata.total !== null;
    const hasAll = saysWhereItEnds && rows.length >= total;
    if (page < (metadata.pages ?? 1) || !(hasAll || results.length === 0)) continue;
    if (rows.length < total)
      return { kind: 'not_whole', because: `page ${page} is empty after ${rows.length} of ${total} rows` };
    return page === 1 ? { kind: 'whole', rows } : checkedForTwins(rows, total);
  }
  return { kind: 'not_whole', because: `more than ${limits.maxPagesPerList} pages` };
}

/** As many rows as there should be, and one of them twice: then another is missing. */
function checkedForTwins(rows: readonly unknown[], total: number): Pass {
  const different = new Set(rows.map((row) => JSON.stringify(row))).size;
  if (different >= total) return { kind: 'whole', rows };
  return { kind: 'moved', because: `only ${different} of ${total} rows came, some of them twice` };
}

/** The reason instead, when it is no list, another list than asked, or filtered by something we did not ask for. */
function openEnvelope(json: unknown, { list, filter }: Expected): ListEnvelope | string {
  const parsed = (list === null ? unnamedListEnvelope : listEnvelope).safeParse(json);
  if (!parsed.success) return firstProblem(parsed.error);
  if (list !== null && parsed.data.metadata.list !== list)
    return `asked for the list ${list} and got "${parsed.data.metadata.list}"`;
  const inForce = filtersInForce(json);
  if (filter !== undefined && !inForce.includes(filter))
    return `the list is not filtered by ${filter}, which was asked for`;
  const filters = inForce.filter((name) => name !== filter);
  if (filters.length > 0) return `the list is filtered by ${filters.slice(0, 5).join(', ')}, which was not asked for`;
  return parsed.data;
}
