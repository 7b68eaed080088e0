import type { OverrideCase } from '../domain/override.ts';
import { pointsText } from './fact-text.ts';
import { reasonText } from './reason-text.ts';

/** `provider 612 was assigned` */
export function deedText({ did, providerId }: OverrideCase): string {
  if (did === 'rejected') return 'the recommendation was rejected';
  return `provider ${providerId} was ${did === 'assigned' ? 'assigned' : 'taken off'}`;
}

/** `atm-onsite (enforce) had named provider 557, with 612 at rank 2 (205 of 530 points)` */
export function decidedText(one: OverrideCase): string {
  const { decision, did, providerId } = one;
  const said = decision.winner === null ? `had said ${decision.outcome}` : `had named provider ${decision.winner}`;
  const standing = did === 'assigned' ? `, with ${providerId} ${standingText(one)}` : '';
  return `${decision.ruleFileId} (${decision.mode}) ${said}${standing}`;
}

/** `at rank 2 (205 of 530 points)`, `not eligible (175 of 530 points): Misses required: Rating.`, `not on the slate` */
function standingText({ standing }: OverrideCase): string {
  if (standing === null) return 'not on the slate';
  const points = `${pointsText(standing.pointsMilli)} of ${standing.maxPoints} points`;
  return standing.rank === null ? `not eligible (${points})` : `at rank ${standing.rank} (${points})`;
}

/** Why the one who was assigned was not eligible, each blocker with its code; null: was, or was not on the slate. */
export function blockersText({ standing }: OverrideCase): string | null {
  if (standing === null || standing.blockedBy.length === 0) return null;
  return standing.blockedBy.map((reason) => `${reason.code} ${reasonText(reason).sentence}`).join(' ');
}
