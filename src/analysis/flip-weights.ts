import type { RuleFile } from '../domain/rule-file.ts';
import type { ScoredCandidate, Slate } from '../domain/scored-slate.ts';
import type { CompiledRuleFile } from '../evaluate/compile.ts';
import { changeSize } from './flip-search.ts';
import { compileVariant } from './score-variant.ts';

/** The most that a rule file may write. */
export const HIGHEST_WEIGHT = 1_000_000;

/** `isWhole`: there are no others; else there may be, each a larger change than these. */
export type TurningWeights = { readonly weights: readonly number[]; readonly isWhole: boolean };

/**
 * Weights of one criterion at which the order of two candidates, a lead or a bar may turn, least change first. Points grow
 * in proportion to a weight, so between two of these nothing changes. `slates`: the work order's own first, then those of
 * the run that want the same providers.
 */
export function turningWeights(
  compiled: CompiledRuleFile,
  [slate, ...mates]: readonly Slate[],
  { provider, position }: { readonly provider: number; readonly position: number },
): TurningWeights {
  const from = compiled.file.criteria.find((criterion) => criterion.position === position)?.weight ?? 0;
  const lines = slate === undefined ? [] : linesIn(compiled, slate, position);
  const own = lines.filter((line) => line.provider === provider);
  const turns = [
    ...turnsOf(compiled, own, lines),
    ...mates.flatMap((mate) => {
      const others = linesIn(compiled, mate, position);
      return [...turnsOf(compiled, others, others), ...swapsOf(provider, lines, others)];
    }),
    ...(mates.length === 0 ? [] : turnsOf(compiled, lines, lines)),
  ];
  return nearestOf(turns, from);
}

/** Whole weights between which two lines may meet. */
type Span = { readonly low: number; readonly high: number };

/** Of a span on each side of the old weight. Lines nearly side by side, a metre apart of a thousand miles, meet for longer. */
const MOST_OF_SPAN = 2000;

/** Where a span is longer, nothing beyond the first weight left out is looked at either. */
function nearestOf(spans: readonly Span[], from: number): TurningWeights {
  const weights = new Set<number>();
  let leftOut = Number.POSITIVE_INFINITY;
  const add = (first: number, last: number, step: 1 | -1) => {
    const count = (last - first) * step + 1;
    for (let place = 0; place < Math.min(count, MOST_OF_SPAN); place += 1) weights.add(first + place * step);
    if (count > MOST_OF_SPAN) leftOut = Math.min(leftOut, changeSize(from, first + MOST_OF_SPAN * step));
  };
  for (const { low, high } of spans) {
    add(Math.max(low, from + 1), Math.min(high, HIGHEST_WEIGHT), 1);
    add(Math.min(high, from - 1), Math.max(low, 0), -1);
  }
  const near = [...weights].filter((weight) => changeSize(from, weight) < leftOut);
  return {
    weights: near.sort((a, b) => changeSize(from, a) - changeSize(from, b) || a - b),
    isWhole: leftOut === Number.POSITIVE_INFINITY,
  };
}

/** Where one of some meets one of others, with or without a lead, and where one of the others meets a bar. */
function turnsOf({ file }: CompiledRuleFile, some: readonly Line[], others: readonly Line[]): readonly Span[] {
  const leads = [0, ...file.stages.flatMap((stage) => (stage.do === 'assign' ? [stage.minMargin * 1000] : []))];
  const bars = file.stages.flatMap((stage) => ('minPoints' in stage ? [stage.minPoints * 1000] : []));
  return [
    ...some.flatMap((one) =>
      others.flatMap((other) => leads.flatMap((lead) => crossing(one, { ...other, base: other.base + lead }))),
    ),
    ...others.flatMap((line) => bars.flatMap((bar) => crossing(line, { provider: 0, base: bar, slope: 0 }))),
  ];
}

/** With one other work order; more are left out, since around each of them some weights are tried (docs/explain.md). */
const MOST_SWAPS = 2000;

/**
 * Where what one work order loses by giving its provider away, or taking this one, is what another gains: decided together, two may
 * swap though no order of two candidates turns in either.
 */
function swapsOf(provider: number, own: readonly Line[], others: readonly Line[]): readonly Span[] {
  const losses = own.flatMap((rival) =>
    own
      .filter((one) => one.provider === provider && rival.provider !== provider)
      .map((one) => ({ rival, loss: lessOf(rival, one) })),
  );
  const swaps = losses.flatMap(({ rival, loss }) =>
    others.flatMap((moved) =>
      moved.provider === rival.provider || moved.provider === provider
        ? others.filter((one) => one.provider !== moved.provider).map((one) => [loss, moved, one] as const)
        : [],
    ),
  );
  return swaps
    .slice(0, MOST_SWAPS)
    .flatMap(([loss, moved, one]) =>
      moved.provider === provider ? crossing(loss, lessOf(one, moved)) : crossing(loss, lessOf(moved, one)),
    );
}

function lessOf(one: Line, other: Line): Line {
  return { provider: 0, base: one.base - other.base, slope: one.slope - other.slope };
}

function linesIn(compiled: CompiledRuleFile, slate: Slate, position: number): readonly Line[] {
  const [low, high] = [0, HIGHEST_WEIGHT].map((weight) => score(compiled, slate, { position, weight }));
  return (low ?? []).flatMap((candidate, place) => linesOf(candidate, high?.[place]));
}

/** Thousandths of a point, and per point of the weight. */
type Line = { readonly provider: number; readonly base: number; readonly slope: number };

/** Its points, and those it would have if a person said yes. */
function linesOf(low: ScoredCandidate, high: ScoredCandidate | undefined): readonly Line[] {
  if (high === undefined) return [];
  const provider = low.candidate.providerId;
  const line = (base: number, top: number): Line => ({ provider, base, slope: (top - base) / HIGHEST_WEIGHT });
  const [held, heldHigh] = [heldMilli(low), heldMilli(high)];
  const plain = line(low.pointsMilli, high.pointsMilli);
  return heldHigh === 0 ? [plain] : [plain, line(low.pointsMilli + held, high.pointsMilli + heldHigh)];
}

function heldMilli({ criteria }: ScoredCandidate): number {
  return criteria.reduce(
    (sum, { applies, needsPerson, weight }) => sum + (applies && needsPerson ? weight * 1000 : 0),
    0,
  );
}

/** The longer the more nearly side by side the lines run, since credit is rounded down to thousandths. */
function crossing(a: Line, b: Line): readonly Span[] {
  const slope = a.slope - b.slope;
  if (slope === 0) return [];
  const weight = (b.base - a.base) / slope;
  const around = Math.ceil(2 / Math.abs(slope));
  return [{ low: Math.floor(weight) - around, high: Math.floor(weight) + around + 1 }];
}

function score(
  compiled: CompiledRuleFile,
  slate: Slate,
  { position, weight }: { readonly position: number; readonly weight: number },
): readonly ScoredCandidate[] {
  const { file } = compiled;
  const criteria = file.criteria.map((one) => (one.position === position ? { ...one, weight } : one));
  const changed: RuleFile = { ...file, criteria };
  return compileVariant(compiled, changed).score(slate).candidates;
}
