import { type Alignment, alignColumns } from './align.ts';
import { printable } from './printable.ts';
import { lengthOf, wrapText } from './wrap.ts';

/** A part of a long report, in words that every format shows: a heading, sentences, and perhaps a table. */
export type Section = {
  readonly title: string;
  readonly sentences: readonly string[];
  /** Null: no table. */
  readonly table: SectionTable | null;
};

export type SectionTable = {
  readonly columns: readonly { readonly name: string; readonly alignment: Alignment }[];
  readonly rows: readonly (readonly string[])[];
  /** One bar a row for pages, of counts on both sides; left out: none. */
  readonly bars?: readonly { readonly old: number; readonly new: number }[];
};

/** For a terminal or a file: `width` characters a line where words allow. */
export function sectionsAsText(sections: readonly Section[], width: number): string {
  const parts = sections.map(({ title, sentences, table }) =>
    [
      title,
      ...sentences.flatMap((sentence) => wrapText(printable(sentence), width - 2)).map((line) => `  ${line}`),
      ...tableAsText(table, width),
    ].join('\n'),
  );
  return `${parts.join('\n\n')}\n`;
}

function tableAsText(table: SectionTable | null, width: number): readonly string[] {
  if (table === null || table.rows.length === 0) return [];
  const heads = table.columns.map(({ name }) => name);
  const alignments = table.columns.map(({ alignment }) => alignment);
  const lines = alignColumns([heads, ...table.rows], alignments, width - 2);
  const isWide = lines.some((line) => lengthOf(line) > width - 2);
  return (isWide ? stackRows(table, width) : lines).map((line) => `  ${line}`);
}

/** Row by row, for a table that is wider than the lines may be: the first two cells as its head, the others below. */
function stackRows({ columns, rows }: SectionTable, width: number): readonly string[] {
  const names = columns.slice(2).map(({ name }) => name);
  const indent = 2 + Math.max(...names.map(lengthOf)) + 2;
  return rows.flatMap(([first = '', second = '', ...others]) => [
    printable(`${first}  ${second}`),
    ...others.flatMap((text, index) => {
      const [head = '', ...rest] = wrapText(printable(text), width - 2 - indent);
      const name = `  ${names[index] ?? ''}`.padEnd(indent);
      return [`${name}${head}`, ...rest.map((line) => `${' '.repeat(indent)}${line}`)];
    }),
  ]);
}

/** For a pull request or a wiki. */
export function sectionsAsMarkdown(sections: readonly Section[]): string {
  const parts = sections.map(({ title, sentences, table }, index) => [
    `${index === 0 ? '#' : '##'} ${markdownText(title)}`,
    ...sentences.map(markdownText),
    ...(table === null || table.rows.length === 0 ? [] : [tableAsMarkdown(table)]),
  ]);
  return `${parts.flat().join('\n\n')}\n`;
}

function tableAsMarkdown({ columns, rows }: SectionTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  const rule = columns.map(({ alignment }) => (alignment === 'right' ? '---:' : '---'));
  return [line(columns.map(({ name }) => name)), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** Titles and reasons come from outside: they must not become links, images, tags or further cells. */
function markdownText(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>|#~&]/g, (char) => `\\${char}`);
}

/** Put first in the page, by which a page of ours is known again. */
export const PAGE_MARK = '<!doctype html><!-- made by fieldmarshal -->';

/** One page that needs nothing else: no script, nothing from the network, every text escaped. */
export function sectionsAsPage(sections: readonly Section[]): string {
  const [first] = sections;
  const body = sections.map(({ title, sentences, table }, index) =>
    [
      index === 0 ? `<h1>${escapeHtml(title)}</h1>` : `<h2>${escapeHtml(title)}</h2>`,
      ...sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
      ...(table === null || table.rows.length === 0 ? [] : [tableAsHtml(table)]),
    ].join('\n'),
  );
  return [
    PAGE_MARK,
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(first?.title ?? 'fieldmarshal')}</title>`,
    `<style>${STYLE}</style></head><body>`,
    ...body,
    '</body></html>',
    '',
  ].join('\n');
}

const STYLE = [
  'body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}',
  'h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}p{margin:.3rem 0;max-width:60rem}',
  'table{border-collapse:collapse;margin:.6rem 0}th,td{padding:.25rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}',
  '.right{text-align:right;font-variant-numeric:tabular-nums}.old{fill:#9aa5b1}.new{fill:#1769aa}',
].join('');

const BAR_PIXELS = 160;

function tableAsHtml({ columns, rows, bars }: SectionTable): string {
  const most = Math.max(1, ...(bars ?? []).flatMap((bar) => [bar.old, bar.new]));
  const cell = (tag: 'th' | 'td', text: string, column: number) => {
    const side = columns[column]?.alignment === 'right' ? ' class="right"' : '';
    return `<${tag}${side}>${escapeHtml(text)}</${tag}>`;
  };
  const heads = columns.map(({ name }, column) => cell('th', name, column));
  const lines = rows.map((row, index) => {
    const bar = bars?.[index];
    const drawn = bar === undefined ? [] : [`<td>${drawBar(bar, most)}</td>`];
    return `<tr>${[...row.map((text, column) => cell('td', text, column)), ...drawn].join('')}</tr>`;
  });
  const head = `<tr>${heads.join('')}${bars === undefined ? '' : '<th>old and new</th>'}</tr>`;
  return `<table><thead>${head}</thead><tbody>${lines.join('\n')}</tbody></table>`;
}

function drawBar(bar: { readonly old: number; readonly new: number }, most: number): string {
  const [before, after] = [bar.old, bar.new].map((count) => Math.round((count / most) * BAR_PIXELS));
  const label = `old ${bar.old}, new ${bar.new}`;
  return [
    `<svg width="${BAR_PIXELS}" height="18" role="img" aria-label="${label}">`,
    `<rect class="old" x="0" y="1" width="${before}" height="7"/>`,
    `<rect class="new" x="0" y="10" width="${after}" height="7"/></svg>`,
  ].join('');
}

export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
