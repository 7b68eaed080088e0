import { namedProviders } from '../domain/write-call.ts';
import type { LedgerReader, OpenIntent } from '../engine/ports.ts';
import { callText } from './call-text.ts';
import { columnsOf } from './columns.ts';
import { defineReport, type ReportColumn, type ReportQuery, writtenTime } from './report.ts';

const { column, wide } = columnsOf<OpenIntent>();

const COLUMNS: readonly ReportColumn<OpenIntent>[] = [
  column('work_order', 'Nothing is done with it until this is settled.', (open) => open.workOrderId),
  column('decision', 'The decision it belongs to, for explain.', (open) => open.decisionId),
  column('write', 'What was to be done.', (open) => callText(open.intent.call)),
  column('state', 'not sent; sent, and nobody has looked since; or unknown, after looking.', stateOf),
  column('sent_utc', 'When it was claimed for sending.', ({ claimedAtMs }) =>
    claimedAtMs === null ? null : writtenTime(claimedAtMs),
  ),
  column('looked_utc', 'When its end was last found to be unknown.', ({ lastEffect }) =>
    lastEffect === null ? null : writtenTime(lastEffect.atMs),
  ),
  column('reason', 'Reason code of that.', ({ lastEffect }) => lastEffect?.reason ?? null),
  { ...column('may_cost_usd', 'What it commits us to if it took effect.', mayCost), decimals: 2 },
  wide('rule_file', 'The rule file that decided; none: a person by hand.', (open) => open.ruleFileId),
  wide('intent', 'Its number in the decision.', (open) => open.intent.n),
];

/** Whatever their age: a range of time hides none of them. */
export const openIntentsReport = defineReport({
  name: 'open-intents',
  summary:
    'Every write whose end is not known yet, of whatever age; its work order is blocked until then; of a provider those that name it.',
  columns: COLUMNS,
  filters: ['rule', 'client', 'project', 'provider'],
  answers: [13],
  remedy:
    'Runs settle them by reading. One that can never be read again: settle DECISION --as confirmed|refused --because TEXT.',
  load: loadOpenIntents,
});

async function loadOpenIntents(reader: LedgerReader, query: ReportQuery): Promise<readonly OpenIntent[]> {
  const { ruleFileId, providerId } = query;
  const ofWorkOrders = await reader.figures.workOrdersOf(query);
  const open = await reader.openIntents();
  return open.filter(
    (one) =>
      (ruleFileId === null || one.ruleFileId === ruleFileId) &&
      (providerId === null || namedProviders(one.intent.call).includes(providerId)) &&
      (ofWorkOrders === null || ofWorkOrders.has(one.workOrderId)),
  );
}

function stateOf({ claimedAtMs, lastEffect }: OpenIntent): string {
  if (claimedAtMs === null) return 'not sent';
  return lastEffect === null ? 'sent' : 'unknown';
}

function mayCost({ intent }: OpenIntent): number {
  return intent.costCents / 100;
}
