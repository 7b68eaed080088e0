import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { durationText } from './fact-text.ts';

export type Stages = RuleFile['stages'];

/** Which stage acted and when it was due; `stages` null: the rule file's text cannot be read any more. */
export function stageText({ stage, dueStages }: RecordedDecision, stages: Stages | null): string {
  if (stages === null) {
    const due = dueStages.length === 0 ? 'no stage was due' : `stages due: ${dueStages.join(', ')}`;
    return `${stage === null ? 'none acted' : `stage ${stage}`}; ${due}`;
  }
  const acted = stages.find(({ n }) => n === stage);
  if (acted !== undefined) return `${doText(acted)}, ${dueText(acted)} (stage ${acted.n} of ${stages.length})`;
  const due = stages.filter(({ n }) => dueStages.includes(n));
  const [next] = stages.filter(({ n }) => !dueStages.includes(n));
  const after = next === undefined ? 'no later stage is left' : `next is ${doText(next)}, ${dueText(next)}`;
  if (due.length === 0) return `none was due; ${after}`;
  return `none of those due could act: ${due.map((one) => `${doText(one)} (${dueText(one)})`).join(', ')}; ${after}`;
}

function doText(stage: Stages[number]): string {
  return stage.do.replaceAll('_', '-');
}

function dueText({ afterMinutes }: Stages[number]): string {
  return afterMinutes === 0 ? 'due at once' : `due ${durationText(afterMinutes * 60_000)} after opening`;
}
