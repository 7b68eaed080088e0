import { PAINTS, PLOT_WIDTH, type Plot, type PlotBox, plotBox, plotText } from './plot.ts';
import { cutText } from './wrap.ts';

/** Lying bars, one under the other. */
export type Bars = Pick<Plot, 'id' | 'title' | 'description'> & {
  readonly bars: readonly { readonly label: string; readonly value: number; readonly written: string }[];
  /** `funnel`: each in the middle, so that what falls away is seen on both sides. */
  readonly shape: 'bars' | 'funnel';
};

const ROW_HEIGHT = 33;
const BAR_HEIGHT = 14;
const TEXT_BASE = 12;
const LABEL_LENGTH = 56;

export function barsPlot({ bars, shape, ...said }: Bars): Plot {
  const boxes = barBoxes(
    bars.map(({ value }) => value),
    shape,
  );
  return {
    ...said,
    height: Math.max(1, bars.length) * ROW_HEIGHT,
    shapes:
      bars.length === 0
        ? [plotText({ x: 0, y: TEXT_BASE, text: 'Nothing to show.' })]
        : bars.flatMap(({ label, written }, row) => {
            const box = boxes[row];
            return [
              plotText({ x: 0, y: row * ROW_HEIGHT + TEXT_BASE, text: cutText(label, LABEL_LENGTH) }),
              plotText({ x: PLOT_WIDTH, y: row * ROW_HEIGHT + TEXT_BASE, text: written, anchor: 'end' }),
              ...(box === undefined ? [] : [plotBox(box, PAINTS.bar)]),
            ];
          }),
  };
}

/** A box a value, in the same order: the greatest is as wide as the plot, nothing has no width. */
export function barBoxes(values: readonly number[], shape: Bars['shape']): readonly PlotBox[] {
  const most = Math.max(...values, 0);
  return values.map((value, row) => {
    const width = most === 0 ? 0 : (Math.max(0, value) / most) * PLOT_WIDTH;
    const x = shape === 'funnel' ? (PLOT_WIDTH - width) / 2 : 0;
    return { x, y: row * ROW_HEIGHT + TEXT_BASE + 4, width, height: BAR_HEIGHT };
  });
}
