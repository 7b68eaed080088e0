import { formatCents } from '../domain/money.ts';
import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';
import { type Alignment, alignColumns } from './align.ts';
import { pointsText, roundedPoints } from './fact-text.ts';
import { fitByWeight } from './fit-by-weight.ts';
import { lengthOf, wrapText } from './wrap.ts';

/** More rows than this of one group are summed up in a line. */
export const SHOWN_OF_GROUP = 20;

type RecordedCriterion = RecordedCandidate['criteria'][number];

/** Candidates that are ranked among themselves, with what they have in common. */
const GROUPS = [
  { kind: 'request', title: 'requests: they asked for it; ranked among themselves' },
  { kind: 'routed', title: 'routed: invited, may accept any moment' },
  { kind: 'bench', title: 'bench: known, not invited yet; ranked among themselves' },
] as const;

type Group = { readonly title: string; readonly candidates: readonly RecordedCandidate[] };

/** In each group the winner, then the eligible by rank, then the others by points. */
export function groupCandidates(decision: RecordedDecision): readonly Group[] {
  return GROUPS.flatMap(({ kind, title }) => {
    const candidates = decision.candidates.filter((candidate) => candidate.kind === kind);
    return candidates.length === 0 ? [] : [{ title, candidates: orderCandidates(candidates, decision) }];
  });
}

function orderCandidates(
  candidates: readonly RecordedCandidate[],
  { winner }: RecordedDecision,
): readonly RecordedCandidate[] {
  const key = ({ providerId, isEligible, rank, pointsMilli }: RecordedCandidate) => [
    providerId === winner ? 0 : 1,
    isEligible ? 0 : 1,
    rank ?? 0,
    -pointsMilli,
    providerId,
  ];
  return [...candidates].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left.map((value, index) => value - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  });
}

/** Those that the table shows, in its order. */
export function shownCandidates(decision: RecordedDecision): readonly RecordedCandidate[] {
  return groupCandidates(decision).flatMap(({ candidates }) => candidates.slice(0, SHOWN_OF_GROUP));
}

/** Candidates × criteria: verdicts by shape, weights as heads; then what each column is. */
export function slateTable(decision: RecordedDecision, width: number): readonly string[] {
  const groups = groupCandidates(decision);
  const criteria = decision.candidates[0]?.criteria ?? [];
  const rows = shownCandidates(decision).map((candidate) => candidateRow(candidate, decision));
  const widths = widthsByWeight(criteria, rows, width);
  const heads = [
    ['', '', ...criteria.map(({ position }) => String(position)), '', '', ''],
    [
      'rank',
      'provider',
      ...criteria.map((one, index) => ruled(weightHead(one), widths[index] ?? 0)),
      'points',
      'cost',
      '',
    ],
  ];
  const middle = criteria.map(() => 'centre' as const);
  const alignments: readonly Alignment[] = ['right', 'right', ...middle, 'right', 'right', 'left'];
  const [first = '', second = '', ...lines] = alignColumns([...heads, ...rows], alignments);
  return [
    first,
    second,
    ...groups.flatMap((group) => {
      const before = groups.slice(0, groups.indexOf(group)).reduce((sum, one) => sum + shownOf(one), 0);
      const own = lines.slice(before, before + shownOf(group));
      return [`── ${group.title} `.padEnd(Math.min(width, 72), '─'), ...own, ...restLine(group)];
    }),
    '',
    ...alignColumns(criteria.map(legendRow), ['right', 'right', 'left', 'left'], width),
    ...wrapText(`Marks: ${MARKS}`, width),
  ];
}

/** Columns other than those of criteria. */
const BEFORE = 2;

/** As wide as their weights say, as far as there is room; none narrower than what stands in it. Zero: nothing more than that. */
function widthsByWeight(
  criteria: readonly RecordedCriterion[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly number[] {
  const least = criteria.map((criterion, index) =>
    Math.max(lengthOf(weightHead(criterion)), ...rows.map((row) => lengthOf(row[BEFORE + index] ?? ''))),
  );
  const others = rows[0]?.length ?? 0;
  const places = Array.from({ length: others }, (_, place) => place).filter(
    (place) => place < BEFORE || place >= BEFORE + criteria.length,
  );
  const taken = places.reduce(
    (sum, place) => sum + 2 + Math.max(8, ...rows.map((row) => lengthOf(row[place] ?? ''))),
    0,
  );
  const room = Math.min(MOST_FOR_CRITERIA, width - taken) - 2 * criteria.length;
  const total = criteria.reduce((sum, { weight }) => sum + weight, 0);
  const free = room - least.reduce((sum, one) => sum + one, 0);
  if (total === 0 || free <= 0) return least;
  return fitByWeight(
    criteria.map(({ weight }, index) => ({ weight, least: least[index] ?? 0 })),
    room,
  );
}

/** More than this and the eye loses the row. */
const MOST_FOR_CRITERIA = 56;

/** `──150*──`: how wide a column is can be seen. */
function ruled(text: string, width: number): string {
  const missing = width - lengthOf(text);
  if (missing < 2) return text;
  const before = Math.floor(missing / 2);
  return `${'─'.repeat(before)}${text}${'─'.repeat(missing - before)}`;
}

function shownOf({ candidates }: Group): number {
  return Math.min(candidates.length, SHOWN_OF_GROUP);
}

function candidateRow(candidate: RecordedCandidate, decision: RecordedDecision): readonly string[] {
  return [
    candidate.rank === null ? '–' : String(candidate.rank),
    String(candidate.providerId),
    ...candidate.criteria.map((criterion) => verdictMark(criterion, true)),
    `${pointsText(candidate.pointsMilli)} of ${candidate.maxPoints}`,
    candidate.costCents === null ? '?' : formatCents(candidate.costCents),
    standing(candidate, decision),
  ];
}

export const MARKS =
  '✓ match (with its points where graded), ✗ required and missed, · preferred and missed, ? unknown, – does not apply; * required; p by Field Nation’s own verdict, m by on_missing';

/** A shape, not a colour: it survives a pipe, a printer and colour blindness. Graded points stand beside it if asked for. */
export function verdictMark(criterion: RecordedCriterion, withGraded: boolean): string {
  if (!criterion.applies) return '–';
  const settledBy = criterion.decidedBy === 'platform' ? 'p' : criterion.decidedBy === 'on_missing' ? 'm' : '';
  switch (criterion.verdict) {
    case 'match': {
      const isGraded = criterion.pointsMilli !== criterion.weight * 1000;
      return `✓${settledBy}${withGraded && isGraded ? roundedPoints(criterion.pointsMilli) : ''}`;
    }
    case 'no_match':
      return `${criterion.isRequired ? '✗' : '·'}${settledBy}`;
    case 'unknown':
      return '?';
  }
}

function weightHead({ weight, isRequired }: RecordedCriterion): string {
  return `${weight}${isRequired ? '*' : ''}`;
}

function legendRow(criterion: RecordedCriterion): readonly string[] {
  return [String(criterion.position), weightHead(criterion), criterion.key, criterion.label];
}

export function standing(candidate: RecordedCandidate, { winner, runnerUp, intents }: RecordedDecision): string {
  const isInvited = intents.some(
    ({ call }) => call.kind === 'mass_route' && call.providerIds.includes(candidate.providerId),
  );
  if (isInvited) return 'invited';
  if (candidate.providerId === winner) return 'winner';
  if (candidate.providerId === runnerUp) return 'runner-up';
  return candidate.isEligible ? 'eligible' : '';
}

export function restLine(group: Group): readonly string[] {
  const rest = group.candidates.slice(SHOWN_OF_GROUP);
  if (rest.length === 0) return [];
  const eligible = rest.filter(({ isEligible }) => isEligible).length;
  const most = Math.max(...rest.map(({ pointsMilli }) => pointsMilli));
  return [
    `… and ${rest.length} more: ${eligible} eligible, ${rest.length - eligible} not, at most ${pointsText(most)} points. All of them: --json`,
  ];
}
