import type { LedgerReader } from '../../src/engine/ports.ts';
import type { Cell, Report, ReportRange } from '../../src/report/report.ts';
import { NOW_MS } from './builders.ts';

/** A report's rows by column name, of all columns or of those named. */
export async function rowsOf(
  report: Report,
  reader: LedgerReader,
  { columns = null, ...range }: Partial<ReportRange> & { readonly columns?: readonly string[] | null } = {},
): Promise<readonly { readonly [column: string]: Cell }[]> {
  const rows = await report.load(reader, { sinceMs: null, untilMs: null, nowMs: NOW_MS, ...range });
  return rows.map((row) =>
    Object.fromEntries(
      report.columns.flatMap(({ name }, place) =>
        columns === null || columns.includes(name) ? [[name, row[place] ?? null] as const] : [],
      ),
    ),
  );
}
