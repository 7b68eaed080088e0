import { type Alignment, alignColumns } from './align.ts';
import { escapeHtml, type PageTable, pageOf, paragraphHtml, tableHtml } from './page.ts';
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

/** One page that needs nothing else; every text escaped. */
export function sectionsAsPage(sections: readonly Section[]): string {
  const [first, ...others] = sections;
  const title = first?.title ?? 'fieldmarshal';
  const head = first === undefined ? [] : insideOf(first);
  return pageOf({ title, body: [`<h1>${escapeHtml(title)}</h1>`, ...head, ...others.map(sectionAsHtml)] });
}

/** Under a heading of the second rank. */
export function sectionAsHtml(section: Section): string {
  return ['<section>', `<h2>${escapeHtml(section.title)}</h2>`, ...insideOf(section), '</section>'].join('\n');
}

function insideOf({ title, sentences, table }: Section): readonly string[] {
  return [
    ...sentences.map(paragraphHtml),
    ...(table === null || table.rows.length === 0 ? [] : [tableHtml(withBars(title, table))]),
  ];
}

function withBars(caption: string, { columns, rows, bars }: SectionTable): PageTable {
  if (bars === undefined) return { caption, columns, rows };
  const most = Math.max(1, ...bars.flatMap((bar) => [bar.old, bar.new]));
  return {
    caption,
    columns: [...columns, { name: 'old and new', alignment: 'left' }],
    rows: rows.map((row, index) => {
      const bar = bars[index];
      return bar === undefined ? row : [...row, { html: drawBar(bar, most) }];
    }),
  };
}

const BAR_PIXELS = 160;

function drawBar(bar: { readonly old: number; readonly new: number }, most: number): string {
  const [before, after] = [bar.old, bar.new].map((count) => Math.round((count / most) * BAR_PIXELS));
  const label = `old ${bar.old}, new ${bar.new}`;
  return [
    `<svg width="${BAR_PIXELS}" height="18" role="img" aria-label="${label}">`,
    `<rect class="old" x="0" y="1" width="${before}" height="7"/>`,
    `<rect class="new" x="0" y="10" width="${after}" height="7"/></svg>`,
  ].join('');
}
