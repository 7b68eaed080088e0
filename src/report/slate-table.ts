import { formatCents } from '../domain/money.ts';
import type { RecordedCandidate, RecordedDecision } from '../engine/ports.ts';
import { type Alignment, alignColumns } from './align.ts';
import { pointsText } from './fact-text.ts';

/** More rows than this are summed up in a line. */
export const MAX_SHOWN_CANDIDATES = 20;

type RecordedCriterion = RecordedCandidate['criteria'][number];

/** Eligible ones first, by rank; then the others, by points. */
export function orderCandidates(decision: RecordedDecision): readonly RecordedCandidate[] {
  const kinds = ['request', 'routed', 'bench'];
  const key = (candidate: RecordedCandidate) => [
    candidate.providerId === decision.winner ? 0 : 1,
    candidate.isEligible ? 0 : 1,
    kinds.indexOf(candidate.kind),
    candidate.rank ?? 0,
    -candidate.pointsMilli,
    candidate.providerId,
  ];
  return [...decision.candidates].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left.map((value, index) => value - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  });
}

/** Candidates × criteria: verdicts by shape, weights as heads; then what each column is. */
export function slateTable(decision: RecordedDecision): readonly string[] {
  const ordered = orderCandidates(decision);
  const criteria = ordered[0]?.criteria ?? [];
  const heads = [
    ['', '', '', ...criteria.map(({ position }) => String(position)), '', '', ''],
    ['rank', 'provider', 'kind', ...criteria.map(weightHead), 'points', 'cost', ''],
  ];
  const rows = ordered
    .slice(0, MAX_SHOWN_CANDIDATES)
    .map((candidate) => [
      candidate.rank === null ? '–' : String(candidate.rank),
      String(candidate.providerId),
      candidate.kind,
      ...candidate.criteria.map(verdictMark),
      `${pointsText(candidate.pointsMilli)} of ${candidate.maxPoints}`,
      candidate.costCents === null ? '?' : formatCents(candidate.costCents),
      standing(candidate, decision),
    ]);
  const alignments: readonly Alignment[] = [
    'right',
    'right',
    'left',
    ...criteria.map(() => 'centre' as const),
    'right',
    'right',
    'left',
  ];
  return [
    ...alignColumns([...heads, ...rows], alignments),
    ...restLine(ordered.slice(MAX_SHOWN_CANDIDATES)),
    '',
    ...alignColumns(criteria.map(legendRow), ['right', 'right', 'left', 'left']),
    `Marks: ${MARKS}`,
  ];
}

const MARKS =
  '✓ match, ✗ required and missed, · preferred and missed, ? unknown, – does not apply; * required; p by Field Nation’s own verdict, m by on_missing';

/** A shape, not a colour: it survives a pipe, a printer and colour blindness. */
function verdictMark(criterion: RecordedCriterion): string {
  if (!criterion.applies) return '–';
  const settledBy = criterion.decidedBy === 'platform' ? 'p' : criterion.decidedBy === 'on_missing' ? 'm' : '';
  switch (criterion.verdict) {
    case 'match':
      return `✓${settledBy}`;
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

function standing(candidate: RecordedCandidate, { winner, runnerUp, intents }: RecordedDecision): string {
  const isInvited = intents.some(
    ({ call }) => call.kind === 'mass_route' && call.providerIds.includes(candidate.providerId),
  );
  if (isInvited) return 'invited';
  if (candidate.providerId === winner) return 'winner';
  if (candidate.providerId === runnerUp) return 'runner-up';
  return candidate.isEligible ? 'eligible' : '';
}

function restLine(rest: readonly RecordedCandidate[]): readonly string[] {
  if (rest.length === 0) return [];
  const eligible = rest.filter(({ isEligible }) => isEligible).length;
  const most = Math.max(...rest.map(({ pointsMilli }) => pointsMilli));
  return [
    `… and ${rest.length} more: ${eligible} eligible, ${rest.length - eligible} not, at most ${pointsText(most)} points. All of them: --json`,
  ];
}
