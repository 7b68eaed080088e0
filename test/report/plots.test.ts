import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lorenzCurve } from '../../src/analysis/concentration.ts';
import { decisionsByDay, fillTimes } from '../../src/report/digest-plots.ts';
import { niceCeiling, PLOT_WIDTH, plotHtml } from '../../src/report/plot.ts';
import { barBoxes, barsPlot } from '../../src/report/plot-bars.ts';
import { columnBoxes, columnsPlot } from '../../src/report/plot-columns.ts';
import { lorenzPlot } from '../../src/report/plot-lorenz.ts';

const SAID = { id: 'one', title: 'A <title>', description: 'What is "seen".' };
const counts = fc.array(fc.nat(10_000), { maxLength: 30 });

const columnsOf = (values: readonly (readonly number[])[], limit: number | null = null) =>
  columnsPlot({
    ...SAID,
    parts: ['a', 'b', 'c', 'd'].slice(0, Math.max(1, ...values.map((parts) => parts.length))),
    columns: values.map((parts) => ({ label: '11-23', values: parts, written: '1', limit })),
    write: String,
  });

const barsOf = (values: readonly number[]) =>
  barsPlot({
    ...SAID,
    shape: 'funnel',
    bars: values.map((value) => ({ label: '<b>', value, written: String(value) })),
  });

describe('plots', () => {
  it('are pictures with a name and a text, and let no label become markup', () => {
    const html = plotHtml(barsOf([3, 1]));
    expect(html).toMatch(/^<figure><svg class="plot" viewBox="0 0 400 66" role="img" aria-labelledby="one-t one-d"/);
    expect(html).toContain(
      '<title id="one-t">A &#60;title&#62;</title><desc id="one-d">What is &#34;seen&#34;.</desc>',
    );
    expect(html).not.toContain('<b>');
  });

  it('have no number that is none, whatever they show: nothing, one point, zeros', () => {
    const values = fc.array(fc.array(fc.nat(500), { minLength: 4, maxLength: 4 }), { maxLength: 12 });
    const all = fc.tuple(counts, values, fc.option(fc.nat(900)));
    const examples: [[number[], number[][], number | null]][] = [
      [[[], [], null]],
      [[[0], [[0, 0, 0, 0]], 0]],
      [[[7], [[7, 0, 0, 0]], 3]],
    ];
    fc.assert(
      fc.property(all, ([bars, columns, limit]) => {
        const points = lorenzCurve(bars);
        const plots = [barsOf(bars), columnsOf(columns, limit), lorenzPlot({ ...SAID, points })];
        for (const html of plots.map(plotHtml)) expect(html).not.toMatch(/NaN|Infinity|undefined|="-/);
      }),
      { examples },
    );
  });

  it('draw bars as long as their values, and the funnel in the middle', () => {
    fc.assert(
      fc.property(counts, fc.constantFrom('bars', 'funnel'), (values, shape) => {
        const boxes = barBoxes(values, shape);
        const most = Math.max(1, ...values);
        for (const [row, { x, width }] of boxes.entries()) {
          expect(width).toBeCloseTo(((values[row] ?? 0) / most) * PLOT_WIDTH, 6);
          expect(shape === 'funnel' ? x + width / 2 : x).toBeCloseTo(shape === 'funnel' ? PLOT_WIDTH / 2 : 0, 6);
        }
      }),
    );
  });

  it('stack the parts of a column without a gap, as high together as their sum', () => {
    const [column = []] = columnBoxes([[10, 0, 30, 20]], 120);
    expect(column.map(({ height }) => Math.round(height * 100) / 100)).toEqual([11.67, 0, 35, 23.33]);
    const [first] = column;
    const top = column.at(-1);
    expect((first?.y ?? 0) + (first?.height ?? 0) - (top?.y ?? 0)).toBeCloseTo(70, 6);
    for (const [part, box] of column.entries())
      if (part > 0) expect(box.y + box.height).toBeCloseTo(column[part - 1]?.y ?? 0, 6);
    expect(columnBoxes([[5]], 0)[0]?.[0]?.height).toBe(0);
  });

  it('keep a curve of many short, with both its ends', () => {
    const html = plotHtml(lorenzPlot({ ...SAID, points: lorenzCurve(Array.from({ length: 1000 }, (_, n) => n)) }));
    const curve = /<polyline points="([^"]*)" fill="none" stroke="#1769aa"/.exec(html)?.[1]?.split(' ') ?? [];
    expect(curve.length).toBeLessThan(65);
    expect([curve[0], curve.at(-1)]).toEqual(['60,246', '300,6']);
  });

  it('tell parts apart by pattern and not by colour alone', () => {
    const html = plotHtml(columnsOf([[1, 1, 1, 1]]));
    const paints = [...html.matchAll(/<rect [^>]*?(fill="[^"]*")/g)].map(([, fill]) => fill);
    expect(new Set(paints)).toEqual(
      new Set(['fill="#1769aa"', 'fill="url(#one-p1)"', 'fill="url(#one-p2)"', 'fill="none"']),
    );
  });

  it('end their axis at the next round number', () => {
    expect([0, 1, 1.2, 7, 12, 256, 999, 1001].map(niceCeiling)).toEqual([1, 1, 1.5, 8, 15, 300, 1000, 1500]);
  });
});

describe('what is plotted', () => {
  it('of concentration begins with nothing, ends with all, and never lies above equal shares', () => {
    expect(lorenzCurve([3, 1])).toEqual([
      { ofAll: 0, ofWork: 0 },
      { ofAll: 0.5, ofWork: 0.25 },
      { ofAll: 1, ofWork: 1 },
    ]);
    expect([lorenzCurve([]), lorenzCurve([0])]).toEqual([[], []]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1 }), (each) => {
        const points = lorenzCurve(each);
        expect(points.at(-1)).toEqual({ ofAll: 1, ofWork: 1 });
        for (const { ofAll, ofWork } of points) expect(ofWork).toBeLessThanOrEqual(ofAll + 1e-9);
      }),
    );
  });

  it('of times to fill counts each once', () => {
    const fill = (minutes: number) => ({ openedAtMs: 0, filledAtMs: minutes * 60_000 });
    const times = [-5, 0, 29, 30, 59, 60, 239, 240, 1439, 1440, 99_999].map(fill);
    expect(fillTimes(times).map(({ count }) => count)).toEqual([3, 2, 1, 1, 1, 1, 2]);
  });

  it('of decisions keeps the last days, and calls every action acting', () => {
    const dayMs = Date.UTC(2026, 10, 23);
    const of = (outcome: string, decisions: number, day = 0) => ({
      dayMs: dayMs + day * 86_400_000,
      outcome,
      decisions,
    });
    expect(decisionsByDay([of('assign', 2), of('hold', 4), of('route', 1), of('wait', 8), of('skip', 1, 1)])).toEqual([
      { day: '2026-11-23', counts: [3, 8, 4, 0] },
      { day: '2026-11-24', counts: [0, 0, 0, 1] },
    ]);
    const many = Array.from({ length: 40 }, (_, day) => of('wait', 1, day));
    expect(decisionsByDay(many)).toHaveLength(31);
  });
});
