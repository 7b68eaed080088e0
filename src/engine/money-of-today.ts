import type { WorkOrderId } from '../domain/ids.ts';
import type { LedgerSnapshot, WorkOrderHistory } from './ports.ts';

export type MoneyOfToday = Pick<
  LedgerSnapshot,
  'committedTodayCents' | 'committedTodayByRuleFile' | 'committedTodayByWorkOrder' | 'committedTodayFileOf'
>;

/**
 * What is committed today, without the work orders that this run has found open again: nothing is paid for an assignment
 * that ended, and what is committed next is new money. The ledger learns of the new episode only by the next decision.
 */
export function moneyOfToday(
  snapshot: LedgerSnapshot,
  histories: ReadonlyMap<WorkOrderId, WorkOrderHistory>,
): MoneyOfToday {
  const ended = snapshot.histories
    .filter(({ workOrderId, episode }) => (histories.get(workOrderId)?.episode ?? episode) > episode)
    .map(({ workOrderId }) => workOrderId);
  return ended.reduce<MoneyOfToday>(withoutWorkOrder, {
    committedTodayCents: snapshot.committedTodayCents,
    committedTodayByRuleFile: snapshot.committedTodayByRuleFile,
    committedTodayByWorkOrder: snapshot.committedTodayByWorkOrder,
    committedTodayFileOf: snapshot.committedTodayFileOf,
  });
}

function withoutWorkOrder(money: MoneyOfToday, id: WorkOrderId): MoneyOfToday {
  const { [id]: cents = 0, ...byWorkOrder } = money.committedTodayByWorkOrder;
  const { [id]: file, ...fileOf } = money.committedTodayFileOf;
  const byFile = money.committedTodayByRuleFile;
  return {
    committedTodayCents: money.committedTodayCents - cents,
    committedTodayByRuleFile: file === undefined ? byFile : { ...byFile, [file]: (byFile[file] ?? 0) - cents },
    committedTodayByWorkOrder: byWorkOrder,
    committedTodayFileOf: fileOf,
  };
}
