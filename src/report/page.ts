import type { Alignment } from './align.ts';
import { PAGE_STYLE } from './page-style.ts';
import { printable } from './printable.ts';

/** Markup that is already safe; a plain text becomes it by `escapeHtml`. */
export type Html = { readonly html: string };

export type PageTable = {
  /** What the table is, for those who cannot see what stands around it; no other table of the page has the same. */
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly alignment: Alignment }[];
  /** Texts are escaped. */
  readonly rows: readonly (readonly (string | Html)[])[];
};

/** Put first in the page, by which a page of ours is known again. */
export const PAGE_MARK = '<!doctype html><!-- made by fieldmarshal -->';

/** One page that needs nothing else: no script, nothing from the network. `body` is markup, within `main`. */
export function pageOf({ title, body }: { readonly title: string; readonly body: readonly string[] }): string {
  return [
    PAGE_MARK,
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${PAGE_STYLE}</style></head><body><main>`,
    ...body,
    '</main></body></html>',
    '',
  ].join('\n');
}

/** Wide tables scroll by themselves, so that the page fits a phone; by keyboard too. */
export function tableHtml({ caption, columns, rows }: PageTable): string {
  const side = (column: number, text: string | Html = '') => {
    const names = [
      ...(columns[column]?.alignment === 'right' ? ['right'] : []),
      ...(typeof text === 'string' && SHORT_AND_HYPHENATED.test(text) ? ['whole'] : []),
    ];
    return names.length === 0 ? '' : ` class="${names.join(' ')}"`;
  };
  const heads = columns.map(({ name }, column) =>
    name === '' ? '<td></td>' : `<th scope="col"${side(column)}>${escapeHtml(name)}</th>`,
  );
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const inside = typeof cell === 'string' ? escapeHtml(cell) : cell.html;
      const isHead = column === 0 && inside !== '';
      return isHead ? `<th scope="row"${side(column, cell)}>${inside}</th>` : `<td${side(column, cell)}>${inside}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return scrolling(
    caption,
    `<table><caption>${escapeHtml(caption)}</caption><thead><tr>${heads.join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table>`,
  );
}

/** A time, a code, an id: browsers would break it at its hyphens. */
const SHORT_AND_HYPHENATED = /^(?=\S*-)\S{1,24}$/;

/** `inside` is markup. */
export function scrolling(label: string, inside: string): string {
  return `<div class="scroll" role="region" aria-label="${escapeHtml(label)}" tabindex="0">${inside}</div>`;
}

/** A part of a page under a heading; nothing where it has nothing to say. */
export function sectionHtml(title: string, inside: readonly string[]): string {
  if (inside.every((part) => part === '')) return '';
  return ['<section>', `<h2>${escapeHtml(title)}</h2>`, ...inside, '</section>'].join('\n');
}

export function paragraphHtml(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

/** Names with what they are, in two columns. */
export function factsHtml(rows: readonly (readonly string[])[]): string {
  const entries = rows.map(([name = '', text = '']) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`);
  return entries.length === 0 ? '' : `<dl>${entries.join('\n')}</dl>`;
}

export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
