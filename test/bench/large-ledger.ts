import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Counts up with every change of how rows are copied or made up; what is copied is in the small ledger's name. */
const VERSION = 3;

/** So far apart are the ids of one copy and the next. */
const STRIDE = 10_000_000;

/** The small ledger decides 400 work orders a day, to which no limit on a day's money would ever say yes: its time is stretched so often. */
const STRETCH = 20;

/** By so much each copy is earlier than the one before it: the small ledger's whole span, stretched, about. */
const EARLIER_MS = 450_000_000 * STRETCH;

/**
 * The path of a ledger with the decisions of another one many times over, the last copy as a shadow file's of the work orders of
 * the one before. Rows are copied in SQL with shifted ids: the chain has no links for them, and all copies share their bodies.
 * What became of decisions (claims, effects, observations, ends of runs, people's directives and answers, edits of rules) is made up in
 * plausible numbers. One made before is used again.
 */
export function largeLedger(smallPath: string, copies: number, onProgress: (copy: number) => void): string {
  const path = smallPath.replace(/\.db$/, `-x${copies}-v${VERSION}.db`);
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}`;
  try {
    copyFileSync(smallPath, draft);
    const db = new Database(draft);
    db.pragma('synchronous = OFF');
    db.pragma('journal_mode = MEMORY');
    db.pragma('foreign_keys = OFF');
    db.pragma('cache_size = -200000');
    withoutTriggers(db, () => {
      stretchTime(db);
      db.exec(MADE_UP);
      for (let copy = 1; copy < copies; copy += 1) {
        copyRows(db, copy, copy === copies - 1);
        onProgress(copy + 1);
      }
      db.exec(MADE_UP_AFTER);
    });
    db.pragma('journal_mode = WAL');
    db.close();
    renameSync(draft, path);
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(draft + suffix, { force: true });
  }
  return path;
}

/** The ledger lets nobody write what has no link; and triggers would be most of the work. */
function withoutTriggers(db: Database.Database, work: () => void): void {
  const triggers = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`);
  work();
  for (const { sql } of triggers) db.exec(sql);
}

const STRETCHED: { readonly [table: string]: readonly string[] } = {
  run: ['started_at_ms'],
  decision: ['decided_at_ms', 'start_ms', 'taken_at_ms', 'opened_at_ms'],
  roll_up: ['decided_at_ms'],
};

/** Backwards from the newest decisions, which stay as they are (the last link is looked at whenever a ledger is opened); the work itself stays as long as it is. */
function stretchTime(db: Database.Database): void {
  const newestMs = db.prepare<[], number>('SELECT max(decided_at_ms) FROM decision').pluck().get() ?? 0;
  const stretched = (column: string) => `${newestMs} - (${newestMs} - ${column}) * ${STRETCH}`;
  const older = `WHERE decided_at_ms < ${newestMs}`;
  db.exec(`UPDATE decision SET end_ms = ${stretched('start_ms')} + end_ms - start_ms ${older}`);
  for (const [table, columns] of Object.entries(STRETCHED)) {
    const values = columns.map((column) => `${column} = ${stretched(column)}`).join();
    db.exec(`UPDATE ${table} SET ${values} ${older.replace('decided_at_ms', columns[0] ?? '')}`);
  }
  db.exec(`UPDATE decision SET local_date = ${LOCAL_DATE} ${older}`);
}

const LOCAL_DATE = "date(start_ms / 1000, 'unixepoch')";

/** What becomes of each column of a table in a copy; all others stay. `@` is the copy's number. */
type Shifts = { readonly [column: string]: string };

function earlier(column: string): string {
  return `${column} - @ * ${EARLIER_MS}`;
}

function shifted(column: string): string {
  return `${column} + @ * ${STRIDE}`;
}

const COPIED: { readonly [table: string]: Shifts } = {
  run: { id: shifted('id'), run_id: "run_id || '-@'", tick: "tick || '-@'", started_at_ms: earlier('started_at_ms') },
  run_end: { id: shifted('id'), run_id: "run_id || '-@'", ended_at_ms: earlier('ended_at_ms') },
  decision: {
    id: shifted('id'),
    run_id: "run_id || '-@'",
    work_order_id: shifted('work_order_id'),
    start_ms: earlier('start_ms'),
    end_ms: earlier('end_ms'),
    local_date: LOCAL_DATE.replace('start_ms', `(${earlier('start_ms')})`),
    decided_at_ms: earlier('decided_at_ms'),
    taken_at_ms: earlier('taken_at_ms'),
    opened_at_ms: earlier('opened_at_ms'),
  },
  candidate: { decision: shifted('decision') },
  roll_up: {
    decision: shifted('decision'),
    work_order_id: shifted('work_order_id'),
    decided_at_ms: earlier('decided_at_ms'),
  },
  intent: { id: shifted('id'), decision: shifted('decision') },
  claim: { id: shifted('id'), intent: shifted('intent'), at_ms: earlier('at_ms') },
  effect: { id: shifted('id'), intent: shifted('intent'), run_id: "run_id || '-@'", at_ms: earlier('at_ms') },
  override: {
    id: shifted('id'),
    work_order_id: shifted('work_order_id'),
    decision: shifted('decision'),
    at_ms: earlier('at_ms'),
  },
  work_order_label: { work_order_id: shifted('work_order_id'), client_id: '50 + work_order_id % 12' },
};

/** A shadow file's: no writes and nothing seen, and the work orders are those of the copy before. */
const SHADOW: Shifts = {
  work_order_id: `work_order_id + (@ - 1) * ${STRIDE}`,
  rule_file_id: "'trial'",
  mode: "'shadow'",
  seq: 'seq + 1000',
  is_shadow: '1',
};
const OF_SHADOW = ['run', 'run_end', 'decision', 'candidate', 'roll_up'];

/** A copy is of the small ledger's own rows, which alone have ids below the stride. */
function copyRows(db: Database.Database, copy: number, isShadow: boolean): void {
  for (const [table, shifts] of Object.entries(COPIED)) {
    if (isShadow && !OF_SHADOW.includes(table)) continue;
    const columns = db.prepare<[], { name: string }>(`PRAGMA table_info("${table}")`).all();
    const names = columns.map(({ name }) => name);
    const values = names.map((name) => (isShadow ? SHADOW[name] : undefined) ?? shifts[name] ?? `"${name}"`);
    const key = names.find((name) => name === 'id' || name === 'work_order_id' || name === 'decision') ?? 'id';
    const sql = `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join()}) SELECT ${values.join()} FROM "${table}" WHERE "${key}" < ${STRIDE}`;
    db.exec(sql.replaceAll('@', String(copy)));
  }
}

/** Of a hundred writes, by the intent's number. */
const EFFECTS = `CASE WHEN id % 100 < 88 THEN 'confirmed' WHEN id % 100 < 94 THEN 'refused'
  WHEN id % 100 < 98 THEN 'lost_race' ELSE 'unknown' END`;

/** Once somebody has it, nothing more is sent for a work order; but for a few, that there be something to find. */
const MADE_UP = `
  DELETE FROM intent WHERE id IN (
    SELECT later.id FROM intent AS later JOIN decision AS own ON own.id = later.decision
    WHERE own.work_order_id % 200 <> 3 AND own.id < (SELECT max(id) FROM decision) AND EXISTS (
      SELECT 1 FROM decision AS before JOIN intent AS sent ON sent.decision = before.id
      WHERE before.work_order_id = own.work_order_id AND before.seq < own.seq AND sent.id % 100 < 88
    )
  );
  INSERT INTO claim (id, intent, n, at_ms)
    SELECT intent.id, intent.id, 1, decided_at_ms + 4000 FROM intent JOIN decision ON decision.id = intent.decision;
  INSERT INTO effect (id, intent, n, kind, reason_code, reason_detail, at_ms, run_id, saw)
    SELECT intent.id, intent.id, 1, ${EFFECTS.replaceAll('id %', 'intent.id %')},
      CASE WHEN intent.id % 100 < 88 THEN 'FM-6001' WHEN intent.id % 100 < 98 THEN 'FM-6003' ELSE 'FM-6010' END,
      '{}', decided_at_ms + 6000, run_id, '{}'
    FROM intent JOIN decision ON decision.id = intent.decision;
  INSERT INTO override (work_order_id, episode, decision, kind, provider_id, at_ms, detail)
    SELECT decision.work_order_id, 1, decision.id, 'assigned_by_other', coalesce(runner_up_id, winner_id), max(decided_at_ms) + 60000, '{}'
    FROM decision WHERE winner_id IS NOT NULL AND work_order_id % 20 = 0 GROUP BY decision.work_order_id;
  INSERT INTO override (work_order_id, episode, decision, kind, provider_id, at_ms, detail)
    SELECT decision.work_order_id, 1, decision.id, 'unassigned', winner_id, max(decided_at_ms) + 90000, '{}'
    FROM decision WHERE winner_id IS NOT NULL AND work_order_id % 50 = 7 GROUP BY decision.work_order_id;
  INSERT INTO run_end (run_id, ended_at_ms, result, summary)
    SELECT run.run_id, run.started_at_ms + 20000, CASE WHEN run.id % 40 = 0 THEN 'tripped' ELSE 'done' END, json_object(
      'openWorkOrders', 20, 'decisions', 20, 'unchanged', 0, 'collisions', 0, 'byOutcome', json_object('assign', 20),
      'byReason', json_object('FM-1001', 20), 'effects', json_object('confirmed', 18, 'refused', 1, 'lost_race', 1, 'unknown', 0),
      'actions', 20, 'committedCents', 450000, 'quarantined', json_array(), 'httpRequests', 300, 'alarms', json_array(),
      'stopped', NULL)
    FROM run WHERE run.id % 500 <> 499;
  UPDATE work_order_label SET client_id = 50 + work_order_id % 12, project_id = 80 + work_order_id % 40`;

/** Once all rows are there. */
const MADE_UP_AFTER = `
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200)
  INSERT INTO rule_event (kind, at_ms, set_hash, before_set_hash, text_hash, "commit", is_dirty, detail)
    SELECT kind, at_ms - i * 20000000, randomblob(32), randomblob(32), randomblob(32), lower(hex(randomblob(20))), i % 2,
      json_replace(detail, '$.files[0].hash', lower(hex(randomblob(32))))
    FROM n, rule_event WHERE rule_event.id = 1;
  DELETE FROM open_intent;
  INSERT INTO open_intent (intent, work_order_id, claims, claimed_at_ms)
    SELECT intent.id, min(decision.work_order_id), 1, min(effect.at_ms) FROM effect JOIN intent ON intent.id = effect.intent
    JOIN decision ON decision.id = intent.decision WHERE effect.kind = 'unknown' GROUP BY decision.work_order_id;
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300)
  INSERT INTO directive (kind, provider_id, work_order_id, actor, because, at_ms, until_ms)
    SELECT 'exclusion', provider_id, NULL, 'ops', 'no show, ticket ' || i,
      (SELECT max(decided_at_ms) FROM decision) - i * 3600000, NULL
    FROM n JOIN (
      SELECT provider_id, row_number() OVER (ORDER BY provider_id) AS place FROM (
        SELECT DISTINCT provider_id FROM candidate WHERE decision < 10000000
        EXCEPT SELECT winner_id FROM decision
      )
    ) ON place = i * 10`;
