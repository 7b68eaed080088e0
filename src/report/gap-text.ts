import type { Gap } from '../analysis/decide-again.ts';

/** What a decision on recorded data could not rest on: a whole sentence. */
export function gapText(gap: Gap): string {
  switch (gap.kind) {
    case 'fact': {
      const { fact, derived, unsure, unknown } = gap;
      const parts = [
        ...(derived > 0 ? [`read for ${derived} from what else was recorded`] : []),
        ...(unsure > 0 ? [`${unsure} of them without the directory and imported files, so perhaps otherwise`] : []),
        ...(unknown > 0 ? [`not known for ${unknown}`] : []),
      ];
      return `${fact} was not recorded then, since no rule file asked for it: ${parts.join(', ')}.`;
    }
    case 'bench':
      return `Stage ${gap.stage} of ${gap.ruleFileId} would invite somebody, and nobody of the bench was looked at then.`;
    case 'talent_pool':
      return `The members of talent pool ${gap.talentPoolId} were not read then.`;
    case 'project':
      return `Whether the platform dispatches project ${gap.projectId} by itself was not asked then.`;
    case 'members':
      return `Of work orders ${gap.workOrderIds.join(', ')} of the same run nothing new was recorded then: what they took counts for nothing here.`;
    case 'no_member':
      return `Work order ${gap.workOrderId} was no part of its run.`;
    case 'stopped':
      return 'A limit stopped the run then, and is taken for broken here too.';
    case 'older':
      return `An earlier version recorded it without ${gap.lacks.join(', ')}: they count as empty, limits as their defaults.`;
  }
}
