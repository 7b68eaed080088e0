import type { Criterion, RuleFile, Stage } from '../domain/rule-file.ts';
import type { SentCriterion } from '../domain/write-call.ts';
import { exportSelectionRule } from './export-selection-rule.ts';
import { type FileReading, refuse, warn } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import { readInnerPart } from './read-part.ts';
import { type AroundStages, readStage } from './read-stage.ts';
import { readTieBreak } from './read-tie-break.ts';
import { DECISION_SHAPE } from './shapes.ts';

export type Decision = Pick<
  RuleFile,
  'stages' | 'tieBreak' | 'batch' | 'fillWeight' | 'maxVerdictAgeDays' | 'acceptClientPayTerms'
>;

type SelectionRule = { readonly id: number; readonly criteria: readonly Criterion[] };

/** Null: something in it is wrong, and all of it is reported. `rule` null: that has been reported already. */
export function readDecision(reading: FileReading, path: JsonPath, rule: SelectionRule | null): Decision | null {
  const shape = readInnerPart(reading, path, DECISION_SHAPE);
  const sends = ruleToSend(reading, [...path, 'stages'], rule);
  const stages = readStages(reading, [...path, 'stages'], { selectionRuleId: rule?.id ?? 0, sends });
  const tieBreak = readTieBreak(reading, [...path, 'tie_break']);
  if (shape === null || stages === null || tieBreak === null) return null;
  return {
    stages,
    tieBreak,
    batch: shape.batch ?? 'on',
    fillWeight: shape.fill_weight ?? 1,
    maxVerdictAgeDays: shape.max_verdict_age_days ?? 30,
    acceptClientPayTerms: shape.accept_client_pay_terms ?? false,
  };
}

function readStages(reading: FileReading, path: JsonPath, around: AroundStages): readonly Stage[] | null {
  const node = nodeAt(reading.document.root, path);
  if (node?.kind !== 'array') return null;
  const read = node.items.map((_, place) => readStage(reading, [...path, place], { ...around, n: place + 1 }));
  const stages = read.filter((stage) => stage !== null);
  for (const [index, stage] of stages.entries()) {
    const before = stages[index - 1];
    if (before !== undefined) checkOrder(reading, [...path, stage.n - 1], { before, stage });
  }
  return stages.length < read.length ? null : stages;
}

/** Exported once, however many stages send it; null also where none does. */
function ruleToSend(reading: FileReading, path: JsonPath, rule: SelectionRule | null): readonly SentCriterion[] | null {
  const node = nodeAt(reading.document.root, path);
  const places = node?.kind === 'array' ? node.items.map((_, place) => place) : [];
  const sends = places.some((place) => {
    const said = nodeAt(reading.document.root, [...path, place, 'send_selection_rule']);
    return said?.kind === 'scalar' && said.value === true;
  });
  return sends && rule !== null ? exportSelectionRule(reading, rule.criteria) : null;
}

function checkOrder(
  reading: FileReading,
  path: JsonPath,
  { before, stage }: { readonly before: Stage; readonly stage: Stage },
): void {
  if (stage.afterMinutes < before.afterMinutes) {
    const what = `This stage comes after ${stage.afterMinutes} minutes, the one before it after ${before.afterMinutes}`;
    const fix = 'Put the stages in the order of after_minutes, earliest first.';
    refuse(reading, [...path, 'after_minutes'], { code: 'FM-R501', what, fix });
  } else if (before.do === 'hold') {
    const what = 'This stage comes after a hold, which leaves everything to a person';
    warn(reading, path, { code: 'FM-R805', what, fix: 'Delete it, or put the hold last.' });
  }
}
