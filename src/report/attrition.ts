import { attritionStepName } from '../analysis/attrition.ts';
import { attritionOfCounts, type CountedStep, countFilled } from '../analysis/attrition-of-counts.ts';
import type { SlateCounts } from '../domain/slate-counts.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { reasonText } from './reason-text.ts';
import { defineReport, EVERY_FILTER, type ReportColumn } from './report.ts';

type StepRow = { readonly counts: SlateCounts; readonly step: CountedStep };

const { column, wide } = columnsOf<StepRow>();

const COLUMNS: readonly ReportColumn<StepRow>[] = [
  column('rule_file', 'The rule file that scored the slates.', ({ counts }) => counts.ruleFileId),
  column(
    'decided',
    'live, or shadow: the same slates as seen by a file that only watches; never add up the two.',
    ({ counts }) => (counts.isShadow ? 'shadow' : 'live'),
  ),
  column(
    'step',
    'What is asked, in this order: the whole slate, the row on the platform, each required criterion in file order, then pay, bookings, exclusions and other limits.',
    ({ step }) => (step.place === null ? 'slate' : attritionStepName(step.place)),
  ),
  column('passed', 'Candidates left after it; after the last step they are eligible.', ({ step }) => step.passed),
  column(
    'stopped',
    'Candidates stopped by it and by no step before.',
    stepFigure((step) => step.leaves),
  ),
  column(
    'jointly',
    'Candidates stopped by it, whatever else stops them.',
    stepFigure((step) => step.stops),
  ),
  column(
    'alone',
    'Candidates stopped by nothing but it.',
    stepFigure((step) => step.alone),
  ),
  column(
    'eligible_if_preferred',
    'Candidates that would be eligible if this criterion were preferred and all else as it was.',
    ({ step }) => step.ifPreferred?.eligible ?? null,
  ),
  column(
    'filled_if_preferred',
    'Decisions that would have somebody eligible then; bookings of the same run are not decided again.',
    ({ step }) => step.ifPreferred?.filled ?? null,
  ),
  column('filled', 'Decisions of the file that had somebody eligible.', ({ counts }) => countFilled(counts)),
  column(
    'decisions',
    'Decisions of the file with a slate; a work order counts each time it was decided on anew.',
    ({ counts }) => counts.decisions,
  ),
  wide('empty_slates', 'Of these, without any candidate.', ({ counts }) => counts.withoutCandidates),
  wide('unknown', 'Of jointly, candidates of whom it is not known whether they meet the criterion.', ({ step }) =>
    step.ifPreferred === null ? null : step.unknown,
  ),
  wide('key', 'Key of the criterion in the file.', ({ step }) =>
    step.place?.kind === 'criterion' ? step.place.key : null,
  ),
  wide('reasons', 'What stops candidates at this step, each with how many and how many alone.', reasonsText),
  wide(
    'texts',
    'Texts of the rule file that these decisions come from: more than one are mixed here.',
    ({ counts }) => counts.texts.length,
  ),
  wide(
    'text_hash',
    'SHA-256 of the text of the latest of these decisions.',
    ({ counts }) => counts.texts.at(-1) ?? null,
  ),
];

function stepFigure(figure: (step: CountedStep) => number): (row: StepRow) => number | null {
  return ({ step }) => (step.place === null ? null : figure(step));
}

function reasonsText({ step }: StepRow): string | null {
  const texts = step.reasons.map(({ code, stops, alone }) => {
    return `${stops} ${reasonText({ code, detail: {} }).title} (${code}, ${alone} alone)`;
  });
  return texts.length === 0 ? null : texts.join('; ');
}

export const attritionReport = defineReport({
  name: 'attrition',
  summary:
    'How slates shrink, by rule file and step by step, and what each required criterion costs; of a provider: the slates it was on, and it alone.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [3],
  remedy:
    'Before a criterion becomes preferred, see whom that would have chosen: copy the rules folder, edit the copy, and backtest --rules the copy.',
  load: loadAttrition,
});

async function loadAttrition(reader: LedgerReader, query: LedgerQuery): Promise<readonly StepRow[]> {
  const all = await reader.figures.slateCounts(query);
  return all.flatMap((counts) => attritionOfCounts(counts).map((step) => ({ counts, step })));
}
