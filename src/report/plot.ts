import { escapeHtml } from './page.ts';

/** Of every plot's own units: a phone is as wide in pixels, so that its letters stay readable there. */
export const PLOT_WIDTH = 400;

/** A drawing with a text in its place for those who cannot see it; `shapes` are SVG markup. */
export type Plot = {
  /** Of the page's plots its own; letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** One sentence or two: what is to be seen in it, with figures. */
  readonly description: string;
  readonly height: number;
  readonly shapes: readonly string[];
};

/** Colours come from the page's style; without it, as in mail that strips it, shapes are in their own attributes. */
export function plotHtml({ id, title, description, height, shapes }: Plot): string {
  return [
    `<figure><svg class="plot" viewBox="0 0 ${PLOT_WIDTH} ${rounded(height)}" role="img" aria-labelledby="${id}-t ${id}-d" font-family="sans-serif" font-size="11">`,
    `<title id="${id}-t">${escapeHtml(title)}</title><desc id="${id}-d">${escapeHtml(description)}</desc>`,
    ...shapes,
    '</svg>',
    `<figcaption>${escapeHtml(description)}</figcaption></figure>`,
  ].join('\n');
}

export type PlotText = {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor?: 'start' | 'middle' | 'end';
};

export function plotText({ x, y, text, anchor = 'start' }: PlotText): string {
  const at = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${rounded(x)}" y="${rounded(y)}"${at}>${escapeHtml(text)}</text>`;
}

export type PlotBox = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** `paint`: attributes and class, as `PAINTS` has them. */
export function plotBox({ x, y, width, height }: PlotBox, paint: string): string {
  return `<rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}" ${paint}/>`;
}

export function plotLine(points: readonly { readonly x: number; readonly y: number }[], paint: string): string {
  return `<polyline points="${points.map(({ x, y }) => `${rounded(x)},${rounded(y)}`).join(' ')}" fill="none" ${paint}/>`;
}

/** Attributes first, for where there is no style; classes win where there is. */
export const PAINTS = {
  bar: 'fill="#1769aa" class="new"',
  line: 'stroke="#1769aa" stroke-width="2" class="ink"',
  even: 'stroke="#595959" stroke-dasharray="4 3" class="axis"',
  axis: 'stroke="#595959" class="axis"',
  grid: 'stroke="#d0d4d8" class="grid"',
  limit: 'stroke="#a4262c" stroke-width="2" stroke-dasharray="7 4" class="limit"',
} as const;

/** To a tenth: finer is not seen, and would fill the page. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The least round number (one of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten) that is not below `value`; 1 for nothing. */
export function niceCeiling(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value) ?? 10 * power;
}
