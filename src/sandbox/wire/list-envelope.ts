/** What the caller asked of a list. `per_page` beyond 100 is cut to 100. */
export type Paging = { readonly page: number; readonly perPage: number };

const DEFAULT_PER_PAGE = 25;
const MAX_PER_PAGE = 100;

export function readPaging(query: (name: string) => string | undefined): Paging {
  const whole = (name: string, otherwise: number): number => {
    const value = Number(query(name));
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  return { page: whole('page', 1), perPage: Math.min(MAX_PER_PAGE, whole('per_page', DEFAULT_PER_PAGE)) };
}

export function cutPage<Item>(items: readonly Item[], paging: Paging): readonly Item[] {
  return items.slice((paging.page - 1) * paging.perPage, paging.page * paging.perPage);
}

/** The first four fields of every list's metadata. An empty list has one page. */
export function pageMetadata(total: number, paging: Paging) {
  return { total, page: paging.page, pages: Math.max(1, Math.ceil(total / paging.perPage)), per_page: paging.perPage };
}

/** A list inside another object, whole. */
export function embeddedList<Item>(results: readonly Item[], actions: readonly string[] = []) {
  const metadata = { total: results.length, per_page: results.length, page: 1, pages: 1 };
  return { metadata, actions, results };
}
