import type { LedgerIdentity } from '../../engine/ports.ts';
import { ledgerIdentity } from './beside.ts';
import type { Connection } from './connection.ts';

/** Null: bound to nobody yet. */
export function readIdentity({ orm }: Connection): LedgerIdentity | null {
  const { environment, companyId } = ledgerIdentity;
  return orm.select({ environment, companyId }).from(ledgerIdentity).get() ?? null;
}
