import type { Sha256 } from '../../domain/ids.ts';
import { hashText } from '../../domain/json.ts';
import type { KeptPart, RecordedRules } from '../../domain/recorded-run.ts';
import { hashRow } from './chain.ts';
import { hashFromBytes, hashToBytes } from './columns.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

type SetRow = { readonly id: number; readonly files: string; readonly rowHash: Buffer | null };

/** Null: no such rule set. */
export function readRecordedRules({ db }: Connection, hash: Sha256): RecordedRules | null {
  const row = prepared<[Buffer], SetRow>(
    db,
    `SELECT rule_set.id, files, chain.row_hash AS rowHash FROM rule_set
     LEFT JOIN chain ON chain.kind = 'rule_set' AND chain.row_id = rule_set.id WHERE rule_set.hash = ?`,
  ).get(hashToBytes(hash));
  if (row === undefined) return null;
  const files = JSON.parse(row.files) as readonly (readonly [string, Sha256])[];
  return {
    files: files.map(([id, textHash]) => ({ id, hash: textHash, text: readText({ db }, id, textHash) })),
    isAsChained: row.rowHash !== null && hashRow({ db }, 'rule_set', row.id) === hashFromBytes(row.rowHash),
  };
}

function readText({ db }: Pick<Connection, 'db'>, id: string, hash: Sha256): KeptPart<string> {
  const part = `the text of rule file ${id} (${hash.slice(0, 12)})`;
  const text = prepared<[Buffer], string>(db, 'SELECT text FROM rule_text WHERE hash = ?')
    .pluck()
    .get(hashToBytes(hash));
  if (text === undefined) return { kind: 'broken', part: { part, how: 'is gone' } };
  if (hashText(text) !== hash) return { kind: 'broken', part: { part, how: 'is not what its hash says' } };
  return { kind: 'kept', value: text };
}
