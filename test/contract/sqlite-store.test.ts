import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger, openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import { describeCommitments } from './commitments.ts';
import { describeDecisionStore, type LedgerPlace } from './decision-store.ts';

async function makePlace(): Promise<LedgerPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-ledger-'));
  const where = {
    path: join(folder, 'ledger.db'),
    migrationsFolder: join(import.meta.dirname, '../../migrations/sqlite'),
  };
  await openLedger(where).close();
  return {
    open: async () => openLedger(where),
    openReader: async () => openLedgerReader(where),
    remove: async () => rmSync(folder, { recursive: true }),
  };
}

describeDecisionStore('SqliteStore', makePlace);
describeCommitments('SqliteStore', makePlace);
