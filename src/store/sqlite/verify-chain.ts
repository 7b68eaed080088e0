import type { Sha256 } from '../../domain/ids.ts';
import { hashText } from '../../domain/json.ts';
import { inflateBody } from './body.ts';
import { CHAINED_KINDS, type ChainLink, findBrokenLink, GENESIS, readLinks } from './chain.ts';
import { hashFromBytes } from './columns.ts';
import type { Connection } from './connection.ts';

/**
 * `broken` names the first bad place: `seq` of the link, or null when the fault is in what has no link of its own (a body, a
 * rule text, a row nobody chained, the list of open intents). A ledger cut short at its end looks intact: only a head kept elsewhere tells.
 */
export type ChainReport =
  | { readonly kind: 'intact'; readonly links: number; readonly head: Sha256 | null; readonly erasedBodies: number }
  | { readonly kind: 'broken'; readonly seq: number | null; readonly what: string };

/** Walks the chain, makes every row's hash again from the tables, and looks for rows outside the chain. */
export function verifyChain(connection: Connection): ChainReport {
  let last: ChainLink | null = null;
  for (const link of readLinks(connection)) {
    const what: string | null = findGap(last, link) ?? findBrokenLink(connection, link);
    if (what !== null) return { kind: 'broken', seq: link.seq, what };
    last = link;
  }
  const loose =
    findUnchained(connection) ??
    findBadRuleText(connection) ??
    findBadBody(connection) ??
    findWrongOpenIntent(connection);
  if (loose !== null) return { kind: 'broken', seq: null, what: loose };
  return { kind: 'intact', links: last?.seq ?? 0, head: last?.hash ?? null, erasedBodies: countErased(connection) };
}

function findGap(last: ChainLink | null, link: ChainLink): string | null {
  const seq = (last?.seq ?? 0) + 1;
  if (link.seq !== seq) return `link ${seq} is gone`;
  return link.prevHash === (last?.hash ?? GENESIS) ? null : `link ${link.seq} does not follow link ${link.seq - 1}`;
}

function findUnchained({ db }: Connection): string | null {
  for (const kind of CHAINED_KINDS) {
    const id = db
      .prepare<[string], number>(
        `SELECT id FROM "${kind}" WHERE id NOT IN (SELECT row_id FROM chain WHERE kind = ?) LIMIT 1`,
      )
      .pluck()
      .get(kind);
    if (id !== undefined) return `${kind} ${id} is not in the chain`;
  }
  return null;
}

/** A rule set's link covers the hashes of its texts, and a text's hash the text. */
function findBadRuleText({ db }: Connection): string | null {
  const rows = db.prepare<[], { hash: string; text: string | null }>(
    `SELECT json_extract(file.value, '$[1]') AS hash, rule_text.text
     FROM rule_set JOIN json_each(rule_set.files) AS file
     LEFT JOIN rule_text ON lower(hex(rule_text.hash)) = json_extract(file.value, '$[1]')`,
  );
  for (const { hash, text } of rows.iterate()) {
    if (text === null) return `the rule text ${hash} is gone`;
    if (hashText(text) !== hash) return `the rule text ${hash} is not as it was written`;
  }
  return null;
}

/** A decision's link covers the hashes of its bodies, and a body's hash the body; one that is gone needs its tombstone. */
function findBadBody({ db }: Connection): string | null {
  const rows = db.prepare<[], { hash: Buffer; bytes: Buffer | null; isErased: number }>(
    `SELECT body_key.hash, body.bytes, body_key.hash IN (SELECT body_hash FROM tombstone) AS isErased
     FROM body_key LEFT JOIN body ON body.id = body_key.id`,
  );
  for (const { hash, bytes, isErased } of rows.iterate()) {
    const name = hashFromBytes(hash);
    if (bytes === null && isErased === 0) return `the body ${name} is gone without a tombstone`;
    if (bytes !== null && !isBodyOf(name, bytes)) return `the body ${name} is not as it was written`;
  }
  return null;
}

/** Made from the ledger, and what decides whether anything is sent again. */
function findWrongOpenIntent({ db }: Connection): string | null {
  const id = db
    .prepare<[], number>(
      `SELECT intent.id FROM intent LEFT JOIN open_intent ON open_intent.intent = intent.id
       WHERE coalesce(open_intent.claims, -1) <> CASE
         WHEN EXISTS (SELECT 1 FROM effect WHERE effect.intent = intent.id AND effect.kind <> 'unknown') THEN -1
         ELSE (SELECT count(*) FROM claim WHERE claim.intent = intent.id) END
       LIMIT 1`,
    )
    .pluck()
    .get();
  return id === undefined ? null : `the list of open intents is wrong about intent ${id}`;
}

function isBodyOf(hash: Sha256, bytes: Buffer): boolean {
  try {
    return hashText(inflateBody(bytes)) === hash;
  } catch {
    // Bytes that cannot be inflated are not the ones that were written.
    return false;
  }
}

function countErased({ db }: Connection): number {
  const erased = db
    .prepare<[], number>('SELECT count(*) FROM body_key WHERE id NOT IN (SELECT id FROM body)')
    .pluck()
    .get();
  return erased ?? 0;
}
