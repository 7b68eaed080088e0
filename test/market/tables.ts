import { FIGURES, type Figure } from './figures.ts';
import { type Estimate, estimateDifference, estimateMean, type Spread, spreadOf } from './statistics.ts';
import { type Outcome, STRATEGIES, type StrategyName } from './strategies.ts';

/** Per strategy, the outcomes in the order of the seeds. */
export type Outcomes = { readonly [name in StrategyName]: readonly Outcome[] };

/** All strategies side by side, as a Markdown table. */
export function sideBySide(outcomes: Outcomes): string {
  return markdown(
    ['mean over seeds ± 95 %', ...STRATEGIES.map(({ title }) => title)],
    FIGURES.map((figure) => [
      figure.title,
      ...STRATEGIES.map(({ name }) => shown(estimateMean(outcomes[name].map(figure.read)), figure, false)),
    ]),
  );
}

/** How far the seeds lie apart: of each strategy the median, and the middle half of them. */
export function spreads(outcomes: Outcomes): string {
  return markdown(
    ['median over seeds (middle half)', ...STRATEGIES.map(({ title }) => title)],
    FIGURES.map((figure) => [
      figure.title,
      ...STRATEGIES.map(({ name }) => spreadShown(spreadOf(outcomes[name].map(figure.read)), figure)),
    ]),
  );
}

/** What our rule files do differently from each of the platform's ways on the same seeds; `*`: zero is not in the interval. */
export function differences(outcomes: Outcomes): string {
  const others = STRATEGIES.filter(({ name }) => name !== 'rules');
  return markdown(
    ['fieldmarshal minus …, by seed ± 95 %', ...others.map(({ title }) => title)],
    FIGURES.map((figure) => [
      figure.title,
      ...others.map(({ name }) => shown(differenceOf(outcomes, name, figure), figure, true)),
    ]),
  );
}

/** The same figures for programs. */
export function figuresJson(outcomes: Outcomes) {
  const each = <Value>(read: (figure: Figure) => Value) =>
    Object.fromEntries(FIGURES.map((figure) => [figure.key, read(figure)]));
  return {
    strategies: STRATEGIES.map(({ name, title }) => ({
      name,
      title,
      figures: each((figure) => estimateMean(outcomes[name].map(figure.read))),
      spread: each((figure) => spreadOf(outcomes[name].map(figure.read))),
    })),
    rules_minus: STRATEGIES.filter(({ name }) => name !== 'rules').map(({ name }) => ({
      name,
      figures: each((figure) => differenceOf(outcomes, name, figure)),
    })),
  };
}

function differenceOf(outcomes: Outcomes, name: StrategyName, { read }: Figure): Estimate | null {
  return estimateDifference(outcomes.rules.map(read), outcomes[name].map(read));
}

function shown(estimate: Estimate | null, { decimals }: Figure, isDifference: boolean): string {
  if (estimate === null) return '–';
  const { mean, plusMinus } = estimate;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const number = new Intl.NumberFormat('en-US', digits);
  const signed = new Intl.NumberFormat('en-US', { ...digits, signDisplay: 'exceptZero' });
  const text = isDifference ? signed.format(mean) : number.format(mean);
  if (plusMinus === null) return text;
  const star = isDifference && Math.abs(mean) > plusMinus ? ' *' : '';
  return `${text} ± ${number.format(plusMinus)}${star}`;
}

function spreadShown(spread: Spread | null, { decimals }: Figure): string {
  if (spread === null) return '–';
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const number = new Intl.NumberFormat('en-US', digits);
  return `${number.format(spread.median)} (${number.format(spread.lower)} to ${number.format(spread.upper)})`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
