import type { Sha256 } from '../../domain/ids.ts';
import { CHAINED_KINDS, type ChainLink, findBrokenLink, GENESIS, readLinks } from './chain.ts';
import type { Connection } from './connection.ts';
import { faultOf, type LedgerFault } from './ledger-fault.ts';
import { findLooseFaults } from './loose-faults.ts';

/**
 * `broken` has the first fault of each sort, the chain's own before all others; `seq` and `what` are the first one's. A ledger
 * cut short at its end looks intact: only a head kept elsewhere tells (`verifyLedger`).
 */
export type ChainReport =
  | { readonly kind: 'intact'; readonly links: number; readonly head: Sha256 | null; readonly erasedBodies: number }
  | {
      readonly kind: 'broken';
      readonly seq: number | null;
      readonly what: string;
      readonly faults: readonly LedgerFault[];
    };

export type ChainWatch = { readonly onLink: (link: ChainLink) => void };

/** Walks the chain, makes every row's hash again from the tables, and looks for rows outside the chain. One row in memory at a time. */
export function verifyChain(connection: Connection, watch: ChainWatch | null = null): ChainReport {
  const walked = walkChain(connection, watch);
  const loose = [findUnchained(connection), ...findLooseFaults(connection)].filter((fault) => fault !== null);
  const faults = [...(walked.fault === null ? [] : [walked.fault]), ...loose];
  const [first] = faults;
  if (first !== undefined) return { kind: 'broken', seq: first.seq, what: first.what, faults };
  const { last } = walked;
  return { kind: 'intact', links: last?.seq ?? 0, head: last?.hash ?? null, erasedBodies: countErased(connection) };
}

type Walked = { readonly last: ChainLink | null; readonly fault: LedgerFault | null };

/** To the first link that does not hold. */
function walkChain(connection: Connection, watch: ChainWatch | null): Walked {
  let last: ChainLink | null = null;
  try {
    for (const link of readLinks(connection)) {
      const fault = findLinkFault(connection, last, link);
      if (fault !== null) return { last, fault };
      last = link;
      watch?.onLink(link);
    }
  } catch (error) {
    const what = `link ${(last?.seq ?? 0) + 1} or its row cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { last, fault: faultOf(connection, null, { seq: (last?.seq ?? 0) + 1, what }) };
  }
  return { last, fault: null };
}

function findLinkFault(connection: Connection, last: ChainLink | null, link: ChainLink): LedgerFault | null {
  const gap = findGap(last, link);
  if (gap !== null) return faultOf(connection, null, { seq: link.seq, what: gap });
  const what = findBrokenLink(connection, link);
  return what === null ? null : faultOf(connection, { table: link.kind, rowId: link.rowId }, { seq: link.seq, what });
}

function findGap(last: ChainLink | null, link: ChainLink): string | null {
  const seq = (last?.seq ?? 0) + 1;
  if (link.seq !== seq)
    return link.seq === seq + 1 ? `link ${seq} is gone` : `links ${seq} to ${link.seq - 1} are gone`;
  return link.prevHash === (last?.hash ?? GENESIS) ? null : `link ${link.seq} does not follow link ${link.seq - 1}`;
}

function findUnchained(connection: Connection): LedgerFault | null {
  for (const kind of CHAINED_KINDS) {
    const rowId = connection.db
      .prepare<[string], number>(
        `SELECT id FROM "${kind}" AS one WHERE NOT EXISTS (SELECT 1 FROM chain WHERE kind = ? AND row_id = one.id) LIMIT 1`,
      )
      .pluck()
      .get(kind);
    if (rowId === undefined) continue;
    return faultOf(connection, { table: kind, rowId }, { seq: null, what: `${kind} ${rowId} is not in the chain` });
  }
  return null;
}

function countErased({ db }: Connection): number {
  const erased = db
    .prepare<[], number>('SELECT count(*) FROM body_key WHERE id NOT IN (SELECT id FROM body)')
    .pluck()
    .get();
  return erased ?? 0;
}
