import { formatCents } from '../domain/money.ts';
import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';
import { pointsText } from './fact-text.ts';
import { escapeHtml, scrolling } from './page.ts';
import { groupCandidates, MARKS, restLine, SHOWN_OF_GROUP, standing, verdictMark } from './slate-table.ts';

type RecordedCriterion = RecordedCandidate['criteria'][number];

/** Room for a mark; also of a criterion that weighs nothing. */
const LEAST_PIXELS = 18;
const MOST_PIXELS = 1200;
const USUAL_PIXELS = 520;

/** Candidates × criteria for a page: columns exactly in proportion to weights, verdicts by shape, pattern and colour. */
export function slateMap(decision: RecordedDecision): string {
  const criteria = decision.candidates[0]?.criteria ?? [];
  const pixels = columnPixels(criteria.map(({ weight }) => weight));
  const widths = [48, 90, ...pixels, 140, 90, 120];
  const total = widths.reduce((sum, width) => sum + width, 0);
  const columns = widths.map((width) => `<col style="width:${width}px">`);
  const heads = [
    '<th scope="col" class="right wide">rank</th><th scope="col" class="right wide">provider</th>',
    ...criteria.map(criterionHead),
    '<th scope="col" class="right wide">points</th><th scope="col" class="right wide">cost</th><th scope="col" class="wide">standing</th>',
  ];
  const groups = groupCandidates(decision).flatMap((group) => [
    `<tr class="group"><th scope="rowgroup" colspan="${widths.length}">${escapeHtml(group.title)}</th></tr>`,
    ...group.candidates.slice(0, SHOWN_OF_GROUP).map((candidate) => candidateRow(candidate, decision)),
    ...restLine(group).map((text) => `<tr><td colspan="${widths.length}" class="wide">${escapeHtml(text)}</td></tr>`),
  ]);
  const caption = 'The slate: candidates by criteria';
  const table = [
    `<table class="slate" style="width:${total}px"><caption>${caption}</caption><colgroup>${columns.join('')}</colgroup>`,
    `<thead><tr>${heads.join('')}</tr></thead><tbody>${groups.join('\n')}</tbody></table>`,
  ];
  return [scrolling(caption, table.join('\n')), legend(criteria)].join('\n');
}

/**
 * In proportion to the weights: as wide as usual, or so that the lightest has room for its mark, as far as that does not make
 * the table far too wide; what is still too narrow then, and what weighs nothing, has room for its mark and no more.
 */
export function columnPixels(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const lightest = Math.min(...weights.filter((weight) => weight > 0));
  const scale =
    total === 0 ? 0 : Math.min(MOST_PIXELS / total, Math.max(USUAL_PIXELS / total, LEAST_PIXELS / lightest));
  return weights.map((weight) => Math.max(LEAST_PIXELS, Math.round(weight * scale * 10) / 10));
}

function criterionHead({ position, weight, isRequired, label }: RecordedCriterion): string {
  const said = `criterion ${position}, ${label}, weight ${weight}${isRequired ? ', required' : ''}`;
  return `<th scope="col" class="cell"><span aria-hidden="true">${position}${isRequired ? '*' : ''}</span><span class="said">${escapeHtml(said)}</span></th>`;
}

function candidateRow(candidate: RecordedCandidate, decision: RecordedDecision): string {
  const { providerId, rank, isEligible, pointsMilli, maxPoints, costCents } = candidate;
  const cells = [
    `<td class="right wide">${rank ?? '–'}</td><th scope="row" class="right wide">${providerId}</th>`,
    ...candidate.criteria.map((criterion) => verdictCell(criterion, isEligible)),
    `<td class="right wide">${pointsText(pointsMilli)} of ${maxPoints}</td>`,
    `<td class="right wide">${costCents === null ? '?' : formatCents(costCents)}</td>`,
    `<td class="wide">${escapeHtml(standing(candidate, decision) || 'not eligible')}</td>`,
  ];
  return `<tr${isEligible ? '' : ' class="out"'}>${cells.join('')}</tr>`;
}

/** A required criterion that is missed or unknown is what keeps the candidate out: it has an edge of its own. */
function verdictCell(criterion: RecordedCriterion, isEligible: boolean): string {
  const { applies, isRequired, verdict } = criterion;
  const blocks = !isEligible && applies && isRequired && verdict !== 'match';
  const look = applies ? LOOKS[verdict] : '';
  return `<td class="cell${look}${blocks ? ' blocks' : ''}"><span aria-hidden="true">${verdictMark(criterion, false)}</span><span class="said">${escapeHtml(saidOf(criterion, blocks))}</span></td>`;
}

const LOOKS = { match: ' match', no_match: ' missed', unknown: ' unknown' } as const;

function saidOf({ applies, verdict, decidedBy, pointsMilli }: RecordedCriterion, blocks: boolean): string {
  if (!applies) return 'does not apply';
  const by =
    decidedBy === 'facts' ? '' : decidedBy === 'platform' ? ', by Field Nation’s own verdict' : ', by on_missing';
  const said = { match: 'match', no_match: 'missed', unknown: 'unknown' }[verdict];
  return `${said}${by}, ${pointsText(pointsMilli)} points${blocks ? ', keeps the candidate out' : ''}`;
}

function legend(criteria: readonly RecordedCriterion[]): string {
  const entries = criteria.map(
    ({ position, key, label, weight, isRequired }) =>
      `<li value="${position}">${escapeHtml(`${label} (${key}): weight ${weight}${isRequired ? ', required' : ''}`)}</li>`,
  );
  return [
    '<p>Each column is a criterion, as wide as its weight; none is narrower than its mark.</p>',
    `<ol>${entries.join('\n')}</ol>`,
    `<p class="quiet">Marks: ${escapeHtml(MARKS)}. Hatched: unknown. Grey rows: not eligible; an edge marks the required criterion that keeps them out.</p>`,
  ].join('\n');
}
