import { PAINTS, type Plot, plotLine, plotText } from './plot.ts';

const SIDE = 240;
const LEFT = 60;
const TOP = 6;

/** A concentration curve beside the straight line of equal shares. */
export function lorenzPlot({
  points,
  ...said
}: Pick<Plot, 'id' | 'title' | 'description'> & { readonly points: readonly SharePoint[] }): Plot {
  const at = ({ ofAll, ofWork }: SharePoint) => ({ x: LEFT + ofAll * SIDE, y: TOP + (1 - ofWork) * SIDE });
  const [from, to] = [
    { ofAll: 0, ofWork: 0 },
    { ofAll: 1, ofWork: 1 },
  ].map(at);
  const frame = [from, to].flatMap((point) => (point === undefined ? [] : [point]));
  return {
    ...said,
    height: SIDE + TOP + 40,
    shapes: [
      plotLine(
        [
          { x: LEFT, y: TOP },
          { x: LEFT, y: TOP + SIDE },
          { x: LEFT + SIDE, y: TOP + SIDE },
        ],
        PAINTS.axis,
      ),
      plotLine(frame, PAINTS.even),
      ...(points.length > 1 ? [plotLine(thinned(points).map(at), PAINTS.line)] : []),
      plotText({ x: LEFT + SIDE / 2, y: TOP + SIDE + 16, text: 'providers, those with least first', anchor: 'middle' }),
      plotText({ x: LEFT - 4, y: TOP + 9, text: 'all work', anchor: 'end' }),
      plotText({ x: LEFT - 4, y: TOP + SIDE, text: 'none', anchor: 'end' }),
      plotText({ x: LEFT + SIDE / 2, y: TOP + SIDE + 32, text: 'dashed: if all had the same', anchor: 'middle' }),
    ],
  };
}

/** More are not seen, and would make a mail long. */
const MOST_POINTS = 60;

/** Evenly spread, the first and the last among them. */
function thinned(points: readonly SharePoint[]): readonly SharePoint[] {
  const step = Math.max(1, Math.ceil((points.length - 1) / MOST_POINTS));
  return points.filter((_, place) => place % step === 0 || place === points.length - 1);
}

/** Shares from 0 to 1: so much of the work went to so much of all. */
export type SharePoint = { readonly ofAll: number; readonly ofWork: number };
