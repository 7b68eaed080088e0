import type { Share } from '../decide/input.ts';
import type { Decision } from '../domain/decision.ts';

/**
 * The order in which decisions of a run are acted on: as they took their turns, those solved together first. A file's limits
 * were held against what was given away before its own turn; sent in another order, its provider would already be bound to
 * work that a file with fewer limits took only afterwards. What took no turn comes last.
 */
export function inOrderOfTurns(decisions: readonly Decision[], shares: readonly Share[]): readonly Decision[] {
  const live = shares.filter(({ group }) => group !== 'shadow').sort(compareTurns);
  const placeOf = new Map(live.map(({ workOrderId }, place) => [workOrderId, place]));
  const place = ({ workOrder, mode }: Decision) =>
    (mode === 'shadow' ? undefined : placeOf.get(workOrder.id)) ?? live.length;
  return decisions.toSorted((a, b) => place(a) - place(b));
}

/** See `decideTogether`. */
function compareTurns(a: Share, b: Share): number {
  const startOf = ({ startMs }: Share) => startMs ?? Number.MAX_SAFE_INTEGER;
  return (
    Number(a.group === 'asking') - Number(b.group === 'asking') ||
    Number(b.allotted === true) - Number(a.allotted === true) ||
    a.round - b.round ||
    a.candidates - b.candidates ||
    startOf(a) - startOf(b) ||
    a.workOrderId - b.workOrderId
  );
}
