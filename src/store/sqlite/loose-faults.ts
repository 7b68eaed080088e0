import { hash as digestOf } from 'node:crypto';
import type { Sha256 } from '../../domain/ids.ts';
import { hashText } from '../../domain/json.ts';
import { unpackInPlace } from './body-bytes.ts';
import { hashFromBytes } from './columns.ts';
import type { Connection } from './connection.ts';
import { faultOf, type LedgerFault } from './ledger-fault.ts';

/** What has no link of its own and is held by the hash that a linked row names, or made from linked rows. The first fault of each sort. */
export function findLooseFaults(connection: Connection): readonly LedgerFault[] {
  return LOOKS.map(({ of, find }) => {
    try {
      return find(connection);
    } catch (error) {
      const what = `the ${of} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      return faultOf(connection, null, { seq: null, what });
    }
  }).filter((fault) => fault !== null);
}

type Look = { readonly of: string; readonly find: (connection: Connection) => LedgerFault | null };

const LOOKS: readonly Look[] = [
  { of: 'rule texts', find: findBadRuleText },
  { of: 'rule texts', find: findStrangeRuleText },
  { of: 'bodies', find: findBadBody },
  { of: 'bodies', find: findStrangeBody },
  { of: 'bodies', find: findBodyThatCameBack },
  { of: 'list of open intents', find: findWrongOpenIntent },
  { of: 'list of open intents', find: findStrangeOpenIntent },
];

/** A rule set's link covers the hashes of its texts, and a text's hash the text. */
function findBadRuleText(connection: Connection): LedgerFault | null {
  const rows = connection.db.prepare<[], { ruleSet: number; id: string; hash: string; text: string | null }>(
    `SELECT rule_set.id AS ruleSet, json_extract(file.value, '$[0]') AS id, json_extract(file.value, '$[1]') AS hash, rule_text.text
     FROM rule_set JOIN json_each(rule_set.files) AS file
     LEFT JOIN rule_text ON lower(hex(rule_text.hash)) = json_extract(file.value, '$[1]')`,
  );
  for (const { ruleSet, id, hash, text } of rows.iterate()) {
    const place = { table: 'rule_set', rowId: ruleSet };
    const name = `the rule text ${hash} of ${id}`;
    if (text === null) return faultOf(connection, place, { seq: null, what: `${name} is gone` });
    if (hashText(text) !== hash)
      return faultOf(connection, place, { seq: null, what: `${name} is not as it was written` });
  }
  return null;
}

function findStrangeRuleText(connection: Connection): LedgerFault | null {
  const hash = connection.db
    .prepare<[], string>(
      `SELECT lower(hex(hash)) FROM rule_text WHERE lower(hex(hash)) NOT IN (
         SELECT json_extract(file.value, '$[1]') FROM rule_set JOIN json_each(rule_set.files) AS file) LIMIT 1`,
    )
    .pluck()
    .get();
  return hash === undefined
    ? null
    : faultOf(connection, null, { seq: null, what: `the rule text ${hash} belongs to no rule set` });
}

/** A decision's link covers the hashes of its bodies, and a body's hash the body; one that is gone needs its tombstone. */
function findBadBody(connection: Connection): LedgerFault | null {
  const rows = connection.db.prepare<[], { id: number; hash: Buffer; bytes: Buffer | null; isErased: number }>(
    `SELECT body_key.id, body_key.hash, body.bytes, body_key.hash IN (SELECT body_hash FROM tombstone) AS isErased
     FROM body_key LEFT JOIN body ON body.id = body_key.id`,
  );
  for (const { id, hash, bytes, isErased } of rows.iterate()) {
    const place = { table: 'body_key', rowId: id };
    const name = hashFromBytes(hash);
    if (bytes === null && isErased === 0)
      return faultOf(connection, place, { seq: null, what: `the body ${name} is gone without a tombstone` });
    if (bytes !== null && !isBodyOf(name, bytes))
      return faultOf(connection, place, { seq: null, what: `the body ${name} is not as it was written` });
  }
  return null;
}

function isBodyOf(hash: Sha256, bytes: Buffer): boolean {
  try {
    return digestOf('sha256', unpackInPlace(bytes), 'hex') === hash;
  } catch {
    // Bytes that cannot be inflated are not the ones that were written.
    return false;
  }
}

/** Every body is recorded together with the decision that rests on it. */
function findStrangeBody(connection: Connection): LedgerFault | null {
  const id = connection.db
    .prepare<[], number>(
      `SELECT id FROM body_key EXCEPT SELECT body FROM candidate
       EXCEPT SELECT work_order_body FROM decision EXCEPT SELECT batch_body FROM decision LIMIT 1`,
    )
    .pluck()
    .get();
  if (id === undefined) return null;
  return faultOf(
    connection,
    { table: 'body_key', rowId: id },
    { seq: null, what: `body ${id} belongs to no decision` },
  );
}

function findBodyThatCameBack(connection: Connection): LedgerFault | null {
  const row = connection.db
    .prepare<[], { id: number; tombstone: number }>(
      `SELECT body_key.id, tombstone.id AS tombstone FROM tombstone
       JOIN body_key ON body_key.hash = tombstone.body_hash JOIN body ON body.id = body_key.id LIMIT 1`,
    )
    .get();
  if (row === undefined) return null;
  const what = `body ${row.id} is there although tombstone ${row.tombstone} says it was erased`;
  return faultOf(connection, { table: 'body_key', rowId: row.id }, { seq: null, what });
}

/** Made from the ledger, and what decides whether anything is sent again. */
function findWrongOpenIntent(connection: Connection): LedgerFault | null {
  const id = connection.db
    .prepare<[], number>(
      `SELECT intent.id FROM intent JOIN decision ON decision.id = intent.decision
       LEFT JOIN open_intent ON open_intent.intent = intent.id
       WHERE CASE
         WHEN EXISTS (SELECT 1 FROM effect WHERE effect.intent = intent.id AND effect.kind <> 'unknown')
         THEN open_intent.intent IS NOT NULL
         ELSE (open_intent.work_order_id, open_intent.claims, open_intent.claimed_at_ms) IS NOT (
           decision.work_order_id,
           (SELECT count(*) FROM claim WHERE claim.intent = intent.id),
           (SELECT at_ms FROM claim WHERE claim.intent = intent.id ORDER BY n DESC LIMIT 1)) END
       LIMIT 1`,
    )
    .pluck()
    .get();
  if (id === undefined) return null;
  const what = `the list of open intents is wrong about intent ${id}`;
  return faultOf(connection, { table: 'intent', rowId: id }, { seq: null, what });
}

function findStrangeOpenIntent(connection: Connection): LedgerFault | null {
  const id = connection.db
    .prepare<[], number>('SELECT intent FROM open_intent WHERE intent NOT IN (SELECT id FROM intent) LIMIT 1')
    .pluck()
    .get();
  return id === undefined
    ? null
    : faultOf(connection, null, {
        seq: null,
        what: `the list of open intents has intent ${id}, which there is none of`,
      });
}
