import {
  niceCeiling,
  PAINTS,
  PLOT_WIDTH,
  type Plot,
  type PlotBox,
  plotBox,
  plotLine,
  plotText,
  rounded,
} from './plot.ts';

/** Standing columns, each of parts one upon the other, told apart by pattern; and perhaps a limit across. */
export type Columns = Pick<Plot, 'id' | 'title' | 'description'> & {
  /** Names of the parts, the lowest first; at most four, since there are four patterns. */
  readonly parts: readonly string[];
  readonly columns: readonly {
    readonly label: string;
    /** As many as there are parts. */
    readonly values: readonly number[];
    /** Above the column. */
    readonly written: string;
    /** Drawn across the column; null: none. */
    readonly limit: number | null;
  }[];
  /** What the greatest value of the axis is called. */
  readonly write: (value: number) => string;
};

const TOP = 22;
const LEFT = 4;
const COLUMNS_HEIGHT = 140;
const LEGEND_HEIGHT = 16;
const MOST_WIDE = 48;
/** More labels than this run into each other. */
const MOST_LABELS = 8;

export function columnsPlot({ id, parts, columns, write, ...said }: Columns): Plot {
  const values = columns.map((column) => column.values);
  const limits = columns.map(({ limit }) => limit);
  const top = niceCeiling(Math.max(0, ...values.map(sumOf), ...limits.map((limit) => limit ?? 0)));
  const boxes = columnBoxes(values, top);
  const base = TOP + COLUMNS_HEIGHT;
  const every = Math.ceil(columns.length / MOST_LABELS);
  const legend = parts.flatMap((part, index) => {
    const y = base + 24 + index * LEGEND_HEIGHT;
    return [
      plotBox({ x: LEFT, y, width: 14, height: 10 }, paintOf(id, index)),
      plotText({ x: 24, y: y + 9, text: part }),
    ];
  });
  return {
    ...{ id, ...said },
    height: base + 28 + parts.length * LEGEND_HEIGHT,
    shapes: [
      patterns(id),
      plotLine(
        [
          { x: 0, y: TOP },
          { x: PLOT_WIDTH, y: TOP },
        ],
        PAINTS.grid,
      ),
      plotText({ x: 0, y: TOP - 12, text: write(top) }),
      ...columns.flatMap(({ label, written, limit }, place) => {
        const own = boxes[place] ?? [];
        const { x, width } = slotOf(place, columns.length);
        const middle = x + width / 2;
        const tip = Math.min(base, ...own.map((box) => box.y));
        const isNamed = place % every === 0;
        return [
          ...own.map((box, part) => plotBox(box, paintOf(id, part))),
          ...(isNamed ? [plotText({ x: middle, y: tip - 3, text: written, anchor: 'middle' })] : []),
          ...(isNamed ? [plotText({ x: middle, y: base + 13, text: label, anchor: 'middle' })] : []),
          ...(limit === null ? [] : [limitLine({ x, width, limit, top })]),
        ];
      }),
      plotLine(
        [
          { x: 0, y: base },
          { x: PLOT_WIDTH, y: base },
        ],
        PAINTS.axis,
      ),
      ...legend,
    ],
  };
}

/** Per column its parts from the axis up; a part of nothing has no height. `top`: what the full height stands for. */
export function columnBoxes(values: readonly (readonly number[])[], top: number): readonly (readonly PlotBox[])[] {
  return values.map((parts, place) => {
    const { x, width } = slotOf(place, values.length);
    const heights = parts.map((value) => (top > 0 ? (Math.max(0, value) / top) * COLUMNS_HEIGHT : 0));
    return heights.map((height, part) => {
      const below = sumOf(heights.slice(0, part));
      return { x, y: TOP + COLUMNS_HEIGHT - below - height, width, height };
    });
  });
}

function slotOf(place: number, of: number): { readonly x: number; readonly width: number } {
  const slot = (PLOT_WIDTH - LEFT) / Math.max(1, of);
  const width = Math.min(MOST_WIDE, slot * 0.7);
  return { x: LEFT + place * slot + (slot - width) / 2, width };
}

function limitLine(at: { readonly x: number; readonly width: number; readonly limit: number; readonly top: number }) {
  const y = TOP + COLUMNS_HEIGHT - (Math.max(0, at.limit) / at.top) * COLUMNS_HEIGHT;
  return plotLine(
    [
      { x: at.x - 4, y },
      { x: at.x + at.width + 4, y },
    ],
    PAINTS.limit,
  );
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.max(0, value), 0);
}

/** Full, hatched, dotted, empty: they stay apart on paper and to every eye. */
function paintOf(id: string, part: number): string {
  const edge = 'stroke="#595959" class="outline"';
  if (part === 0) return 'fill="#1769aa" class="new"';
  return part === 3 ? `fill="none" ${edge}` : `fill="url(#${id}-p${part})" ${edge}`;
}

function patterns(id: string): string {
  const size = rounded(6);
  return [
    `<defs><pattern id="${id}-p1" width="${size}" height="${size}" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" stroke="#1769aa" stroke-width="1.5" class="ink"/></pattern>`,
    `<pattern id="${id}-p2" width="${size}" height="${size}" patternUnits="userSpaceOnUse"><circle cx="3" cy="3" r="1.4" fill="#595959" class="old"/></pattern></defs>`,
  ].join('');
}
