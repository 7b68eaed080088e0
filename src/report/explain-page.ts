import { attritionOf, attritionStepName } from '../analysis/attrition.ts';
import { marginParts } from '../analysis/margin.ts';
import { formatCents } from '../domain/money.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import { ATTRITION_COLUMNS, attritionRows, funnelText } from './attrition-table.ts';
import { COMPARED_CELLS, comparedFacts } from './compare-facts.ts';
import { EARLIER_COLUMNS, earlierRow, isEarlier } from './earlier-decisions.ts';
import { factsOfAll } from './explain-facts.ts';
import type { ExplainInput } from './explain-input.ts';
import {
  afterwardsShown,
  blockedRows,
  firstTwo,
  headRows,
  headTitle,
  intentTexts,
  leadText,
  noActionsText,
  shadowRows,
  signedPoints,
} from './explain-rows.ts';
import { pointsText } from './fact-text.ts';
import { escapeHtml, factsHtml, pageOf, paragraphHtml, sectionHtml, tableHtml } from './page.ts';
import { plotHtml } from './plot.ts';
import { barsPlot } from './plot-bars.ts';
import { writtenTime } from './report.ts';
import { reviewRows } from './review-table.ts';
import { sectionAsHtml } from './section.ts';
import { slateMap } from './slate-map.ts';
import { workOrderNow } from './work-order-now.ts';

/** Why a decision came out as it did: the same as the card and every fact besides, as one page that needs nothing else. */
export function explainPage(input: ExplainInput): string {
  const { decision, history, assigned, more = [] } = input;
  const title = headTitle(input);
  const now = `Now: ${workOrderNow(history, assigned)}.`;
  return pageOf({
    title,
    body: [
      `<h1>${escapeHtml(title)}</h1>`,
      `<p class="lead">${escapeHtml(now)}</p>`,
      '<p class="quiet">All times are in UTC.</p>',
      factsHtml(headRows(input)),
      ...(decision.candidates.length === 0 ? [withoutCandidates(input)] : slateSections(input)),
      ...more.map(sectionAsHtml),
      actions(decision),
      afterwards(input),
      shadows(input),
      earlier(input),
    ].filter((part) => part !== ''),
  });
}

function slateSections(input: ExplainInput): readonly string[] {
  const { decision } = input;
  return [
    winnerAndRunnerUp(decision),
    sectionHtml('The slate', [slateMap(decision)]),
    attrition(decision),
    sectionHtml('Not eligible, and why', [
      plainTable('Not eligible, and why', ['provider', 'kind', 'why'], blockedRows(decision)),
    ]),
    compared(input),
    sectionHtml('Every fact', [
      paragraphHtml('Value, source and age when it was decided, of each provider and of the work order.'),
      ...factsOfAll(input),
    ]),
  ];
}

function winnerAndRunnerUp(decision: RecordedDecision): string {
  const two = firstTwo(decision);
  const lead = leadText(decision);
  if (two === null || lead === null) return '';
  const [first, second] = two;
  const costs = two.map(({ costCents }) => (costCents === null ? 'unknown' : formatCents(costCents)));
  const rows = marginParts(first, second).map(({ label, firstMilli, secondMilli, leadMilli }) => [
    label,
    pointsText(firstMilli),
    pointsText(secondMilli),
    signedPoints(leadMilli),
  ]);
  const total = signedPoints(first.pointsMilli - second.pointsMilli);
  return sectionHtml('Winner and runner-up', [
    paragraphHtml(
      `Provider ${first.providerId} (cost ${costs[0]}) before provider ${second.providerId} (cost ${costs[1]}): ${lead}.`,
    ),
    tableHtml({
      caption: 'What made the lead, criterion by criterion',
      columns: [
        { name: 'criterion', alignment: 'left' },
        ...[String(first.providerId), String(second.providerId), 'lead'].map(
          (name) => ({ name, alignment: 'right' }) as const,
        ),
      ],
      rows: [...rows, ['in all', pointsText(first.pointsMilli), pointsText(second.pointsMilli), total]],
    }),
  ]);
}

function attrition({ candidates }: RecordedDecision): string {
  const shrunk = attritionOf(candidates);
  const { slate, steps, eligible } = shrunk;
  const bars = [
    { label: 'slate', value: slate },
    ...steps.map((step) => ({ label: attritionStepName(step), value: step.remain })),
    { label: 'eligible', value: eligible },
  ].map((bar) => ({ ...bar, written: String(bar.value) }));
  const description = `${funnelText(candidates)}. The bars say how many are left after each step.`;
  return sectionHtml('How the slate shrank', [
    plotHtml(barsPlot({ id: 'funnel', title: 'How the slate shrank', description, bars, shape: 'funnel' })),
    tableHtml({
      caption: 'How the slate shrank, step by step',
      columns: ['step', 'left', 'leave', 'stopped', 'alone', 'for'].map(
        (name, index) => ({ name, alignment: index === 0 || index === 5 ? 'left' : 'right' }) as const,
      ),
      rows: attritionRows(shrunk),
    }),
    `<p class="quiet">Of each step: ${escapeHtml(ATTRITION_COLUMNS)}</p>`,
  ]);
}

function compared(input: ExplainInput): string {
  const found = comparedFacts(input);
  if (found === null) return '';
  const { title, heads, rows, why } = found;
  return sectionHtml(title, [
    ...why.map(paragraphHtml),
    plainTable(title, heads, rows),
    `<p class="quiet">${escapeHtml(COMPARED_CELLS)}</p>`,
  ]);
}

/** A review looks at the work, and has none. */
function withoutCandidates({ decision, unitOf }: ExplainInput): string {
  const { review = [], outcome } = decision;
  if (outcome === 'skip') return paragraphHtml('Nobody was scored.');
  if (review.length === 0) return paragraphHtml('No candidates.');
  const title = 'Finished work, criterion by criterion';
  return sectionHtml(title, [
    plainTable(title, ['verdict', 'required', 'criterion', 'facts'], reviewRows(review, unitOf)),
    '<p class="quiet">Marks: ✓ match, ✗ required and missed, · preferred and missed, ? unknown</p>',
  ]);
}

function actions(decision: RecordedDecision): string {
  const none = noActionsText(decision, false);
  if (none !== null) return sectionHtml('Actions', [paragraphHtml(`${none[0]?.toUpperCase()}${none.slice(1)}`)]);
  const items = decision.intents.map((intent) => {
    const [what = '', ...notes] = intentTexts(intent, false);
    const told = notes.map((note) => `<br>${escapeHtml(note)}`).join('');
    return `<li value="${intent.n}">${escapeHtml(what)}${told}</li>`;
  });
  return sectionHtml('Actions', [`<ol>${items.join('\n')}</ol>`]);
}

function afterwards(input: ExplainInput): string {
  const rows = afterwardsShown(input).map(({ atMs, decisionId, text }) => [writtenTime(atMs), decisionId ?? '', text]);
  return sectionHtml('Afterwards', [plainTable('Afterwards', ['time', 'decision', 'what happened'], rows)]);
}

function shadows({ shadows: all }: ExplainInput): string {
  const heads = ['decision', 'rule file', 'outcome', 'reason'];
  return sectionHtml('In shadow', [plainTable('In shadow', heads, shadowRows(all, false))]);
}

function earlier({ decision, history, answers = [] }: ExplainInput): string {
  const rows = history.filter((one) => isEarlier(one, decision)).map((one) => earlierRow(one, answers));
  return sectionHtml('Earlier decisions', [plainTable('Earlier decisions', EARLIER_COLUMNS, rows)]);
}

function plainTable(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return tableHtml({ caption, columns: heads.map((name) => ({ name, alignment: 'left' }) as const), rows });
}
