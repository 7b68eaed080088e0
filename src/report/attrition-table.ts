import { type Attrition, type AttritionStep, attritionOf, attritionStepName } from '../analysis/attrition.ts';
import type { RecordedCandidate } from '../domain/recorded-decision.ts';
import { alignColumns } from './align.ts';
import { counted } from './counted.ts';
import { reasonText } from './reason-text.ts';
import { wrapText } from './wrap.ts';

/** Of the longest bar. */
const BAR_CHARACTERS = 12;

/** How a slate shrank, step by step: who leaves where, whom a step stops in all, and whom it stops alone. */
export function attritionTable(candidates: readonly RecordedCandidate[], width: number): readonly string[] {
  const attrition = attritionOf(candidates);
  const heads = ['', 'left', 'leave', 'stopped', 'alone', 'step'];
  const rows = attritionRows(attrition).map(([step = '', left = '', leave = '', stops = '', alone = '', why = '']) => [
    barText(Number(left), attrition.slate),
    left,
    leave,
    stops,
    alone,
    why === '' ? step : `${step}: ${why}`,
  ]);
  return [
    ...wrapText(funnelText(candidates), width),
    ...alignColumns([heads, ...rows], ['left', 'right', 'right', 'right', 'right', 'left'], width),
    ...wrapText(`Of each step: ${ATTRITION_COLUMNS}`, width),
  ];
}

export const ATTRITION_COLUMNS =
  'how many are left after it; how many leave there, whom no step before stops; how many it stops in all; how many it stops alone, who would be eligible without it.';

/** Step, left, leave, stopped, alone, reasons: the slate first, the eligible last. */
export function attritionRows({ slate, steps, eligible }: Attrition): readonly (readonly string[])[] {
  const ofStep = (step: AttritionStep) => [
    attritionStepName(step),
    ...[step.remain, step.leaves, step.stops, step.alone].map(String),
    reasonsText(step),
  ];
  const none = ['', '', '', ''];
  return [['slate', String(slate), ...none], ...steps.map(ofStep), ['eligible', String(eligible), ...none]];
}

/** `3 missed, 1 unknown`, or each code with its title; of one that does not stop alone whenever it stops, both counts. */
function reasonsText({ kind, reasons }: AttritionStep): string {
  if (kind === 'criterion')
    return reasons.map(({ code, stops }) => `${stops} ${code === 'FM-5002' ? 'unknown' : 'missed'}`).join(', ');
  return reasons
    .map(({ code, stops, alone }) => {
      const title = reasonText({ code, detail: {} }).title;
      return `${stops} ${title} (${code}${alone === stops ? '' : `, ${alone} alone`})`;
    })
    .join('; ');
}

function barText(left: number, slate: number): string {
  if (slate === 0) return '';
  return '█'.repeat(left === 0 ? 0 : Math.max(1, Math.round((left / slate) * BAR_CHARACTERS)));
}

export function funnelText(candidates: readonly RecordedCandidate[]): string {
  const count = (kind: string) => candidates.filter((candidate) => candidate.kind === kind).length;
  const kinds = [
    ...(count('request') > 0 ? [counted(count('request'), 'request')] : []),
    ...(count('routed') > 0 ? [`${count('routed')} routed`] : []),
    ...(count('bench') > 0 ? [`${count('bench')} on the bench`] : []),
  ];
  const matching = candidates.filter(({ isMatch }) => isMatch).length;
  const eligible = candidates.filter(({ isEligible }) => isEligible).length;
  const meets = `${matching} ${matching === 1 ? 'meets' : 'meet'} every required criterion`;
  return `${counted(candidates.length, 'candidate')} (${kinds.join(', ')}) → ${meets} → ${eligible} eligible`;
}
