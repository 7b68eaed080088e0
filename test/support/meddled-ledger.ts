import Database from 'better-sqlite3';
import { hashText } from '../../src/domain/json.ts';
import { packText, unpackText } from '../../src/store/sqlite/body-bytes.ts';

/** Does to the file what its triggers refuse, and puts them back. */
export function meddle<Result>(path: string, work: (db: Database.Database) => Result): Result {
  const db = new Database(path);
  try {
    const triggers = db.prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    );
    const kept = triggers.all();
    for (const { name } of kept) db.exec(`DROP TRIGGER "${name}"`);
    const result = work(db);
    for (const { sql } of kept) db.exec(sql);
    return result;
  } finally {
    db.close();
  }
}

/** Ids as people write them: `4047.1.3`. */
export type Resting = readonly string[];

const ID = `work_order_id || '.' || episode || '.' || seq`;

/**
 * Adds one to a digit of a stored fact of the candidate's body, which can still be inflated and read. Answers with the
 * decisions that rest on it. `isHashMended`: the hash that names the body is that of the new text.
 */
export function flipFact(
  path: string,
  { nth, isHashMended }: { readonly nth: number; readonly isHashMended: boolean },
): { readonly provider: number; readonly resting: Resting } {
  return meddle(path, (db) => {
    const row = db
      .prepare<[number], { body: number; provider: number; bytes: Buffer }>(
        `SELECT candidate.body, provider_id AS provider, bytes FROM candidate JOIN body ON body.id = candidate.body
         ORDER BY decision, provider_id LIMIT 1 OFFSET ?`,
      )
      .get(nth);
    if (row === undefined) throw new Error(`no candidate ${nth}`);
    const text = unpackText(row.bytes);
    const place = /"provider\.(?:rating|completed_overall|completed_for_us|rating_count)[^}]*?"value":\d/.exec(text);
    const at = place === null ? text.search(/"value":\d/) + 8 : place.index + place[0].length - 1;
    const digit = Number(text[at]);
    const flipped = `${text.slice(0, at)}${digit === 9 ? 8 : digit + 1}${text.slice(at + 1)}`;
    if (flipped.length !== text.length || flipped === text) throw new Error('nothing was flipped');
    db.prepare('UPDATE body SET bytes = ? WHERE id = ?').run(packText(flipped), row.body);
    if (isHashMended)
      db.prepare('UPDATE body_key SET hash = ? WHERE id = ?').run(Buffer.from(hashText(flipped), 'hex'), row.body);
    const resting = db
      .prepare<[number], string>(
        `SELECT ${ID} FROM decision WHERE id IN (SELECT decision FROM candidate WHERE body = ?) ORDER BY decision.id`,
      )
      .pluck()
      .all(row.body);
    return { provider: row.provider, resting };
  });
}
