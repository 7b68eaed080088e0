import { type Asking, MAX_PAGE_SIZE, type Reader } from './reading.ts';
import { cursorEnvelope } from './wire/envelope.ts';
import { firstProblem } from './wire/problem-of.ts';

/** All rows of a list that is read by cursor; null when it does not exist or is not ours to see. */
export async function readCursorList(
  { api, limits }: Reader,
  { what, path }: Asking,
): Promise<readonly unknown[] | null> {
  const rows: unknown[] = [];
  const seen = new Set<string>();
  let query: { readonly [name: string]: string } = { limit: String(Math.min(limits.pageSize, MAX_PAGE_SIZE)) };
  for (let page = 1; page <= limits.maxPagesPerList; page += 1) {
    const answer = await api.read(what, path, { query });
    if (answer.kind === 'missing') return null;
    const parsed = cursorEnvelope.safeParse(answer.json);
    if (!parsed.success) throw api.notUnderstood(what, `page ${page}: ${firstProblem(parsed.error)}`);
    const { data, pagination } = parsed.data;
    rows.push(...data);
    if (rows.length > limits.maxRowsPerList) throw api.notUnderstood(what, `more than ${limits.maxRowsPerList} rows`);
    if (!pagination.has_next_page) return rows;
    const cursor = pagination.next_cursor;
    if (cursor === null) throw api.notUnderstood(what, `page ${page} says that there is more, and not where`);
    if (seen.has(cursor)) throw api.notUnderstood(what, `page ${page} repeats an earlier one`);
    seen.add(cursor);
    // The documentation names the cursor of the answer and not the one of the query.
    query = { ...query, cursor, next_cursor: cursor };
  }
  throw api.notUnderstood(what, `more than ${limits.maxPagesPerList} pages`);
}
