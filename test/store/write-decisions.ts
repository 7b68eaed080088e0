/** A child process of sqlite-ledger.test.ts: takes places in the ledger until `count` are taken, racing its siblings. */
import { workOrderId } from '../../src/domain/ids.ts';
import { openLedger } from '../../src/store/sqlite/open-ledger.ts';
import { aDecision, begin } from '../contract/ledger-rows.ts';

const [path = '', migrationsFolder = '', count = '0'] = process.argv.slice(2);
const store = openLedger({ path, migrationsFolder });
// Rule set and run are made by whoever gets there first.
await begin(store);
let recorded = 0;
for (;;) {
  const { histories } = await store.snapshot([workOrderId(4047)], 0, 0);
  const seq = histories[0]?.nextSeq ?? 1;
  if (seq > Number(count)) break;
  const answer = await store.recordDecision(aDecision({ seq, outcome: 'hold', calls: [] }));
  if (answer === 'recorded') recorded += 1;
}
await store.close();
process.stdout.write(`${recorded}\n`);
