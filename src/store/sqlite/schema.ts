import { sql } from 'drizzle-orm';
import { blob, index, integer, sqliteTable, text, unique, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Directive } from '../../domain/directive.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { RuleEvent } from '../../domain/rule-event.ts';
import type { Environment, RunEnd } from '../../domain/run.ts';
import { checks, hashColumn, isHash, isOneOf, isOrdinal, jsonColumn } from './columns.ts';

/*
 * The ledger, append-only: triggers in the migrations refuse every UPDATE and DELETE, and every INSERT over a row that is
 * there, since REPLACE takes rows away without asking the other triggers. So nothing here is inserted with `ON CONFLICT`:
 * look first, under the write lock. A decision's own tables are in decision-tables.ts.
 *
 * Row hashes cover the columns in table order without trailing nulls, so a later migration may append a nullable column to
 * a table and change no hash; it may never reorder, rename the meaning of, or drop one.
 */

export const run = sqliteTable(
  'run',
  {
    id: integer().primaryKey(),
    runId: text('run_id').notNull().unique(),
    environment: text().$type<Environment>().notNull(),
    tick: text().notNull(),
    startedAtMs: integer('started_at_ms').notNull(),
    engineVersion: text('engine_version').notNull(),
    ruleSetHash: hashColumn('rule_set_hash').notNull(),
  },
  (table) => [
    unique('run_tick').on(table.environment, table.tick),
    index('run_started').on(table.startedAtMs),
    ...checks('run', { rule_set_hash: isHash(table.ruleSetHash) }),
  ],
);

export const runEnd = sqliteTable(
  'run_end',
  {
    id: integer().primaryKey(),
    runId: text('run_id')
      .notNull()
      .unique()
      .references(() => run.runId),
    endedAtMs: integer('ended_at_ms').notNull(),
    result: text().$type<RunEnd['result']>().notNull(),
    summary: jsonColumn<RunEnd['summary']>('summary').notNull(),
  },
  (table) =>
    checks('run_end', { result: isOneOf(table.result, ['done', 'tripped', 'failed'] satisfies RunEnd['result'][]) }),
);

/** A rule file's text by its hash; its address is its proof, so it needs no link of the chain. */
export const ruleText = sqliteTable(
  'rule_text',
  {
    hash: hashColumn().primaryKey(),
    text: text().notNull(),
  },
  (table) => checks('rule_text', { hash: isHash(table.hash) }),
);

export const ruleSet = sqliteTable(
  'rule_set',
  {
    id: integer().primaryKey(),
    hash: hashColumn().notNull().unique(),
    /** `[rule file id, hash of its text]`, in the set's order. */
    files: jsonColumn<readonly (readonly [string, string])[]>('files').notNull(),
    recordedAtMs: integer('recorded_at_ms').notNull(),
  },
  (table) => checks('rule_set', { hash: isHash(table.hash) }),
);

/** Every body there ever was, also an erased one: what the row hashes of decisions name. */
export const bodyKey = sqliteTable(
  'body_key',
  {
    id: integer().primaryKey(),
    /** Of the uncompressed canonical JSON. */
    hash: hashColumn().notNull().unique(),
  },
  (table) => checks('body_key', { hash: isHash(table.hash) }),
);

/**
 * Raw rows and facts, deflated. The one table that may lose rows, each only after a chained tombstone for its hash; and a hash
 * that has one takes no bytes ever again. A later decision that rests on the same has it under another hash: see `NewBodies`.
 */
export const body = sqliteTable('body', {
  id: integer()
    .primaryKey()
    .references(() => bodyKey.id),
  bytes: blob({ mode: 'buffer' }).notNull(),
});

/** A person's yes or no to a recommended decision or a tripped run. */
export const approval = sqliteTable(
  'approval',
  {
    id: integer().primaryKey(),
    subjectKind: text('subject_kind').$type<'decision' | 'run'>().notNull(),
    /** Decision id or run id, as people write it. */
    subject: text().notNull(),
    verdict: text().$type<'approved' | 'rejected'>().notNull(),
    actor: text().notNull(),
    because: text(),
    atMs: integer('at_ms').notNull(),
    detail: jsonColumn<JsonValue>('detail').notNull(),
  },
  (table) => [index('approval_subject').on(table.subjectKind, table.subject)],
);

/** Leave to delete one body. */
export const tombstone = sqliteTable(
  'tombstone',
  {
    id: integer().primaryKey(),
    bodyHash: hashColumn('body_hash').notNull(),
    actor: text().notNull(),
    because: text().notNull(),
    atMs: integer('at_ms').notNull(),
  },
  (table) => [
    index('tombstone_body').on(table.bodyHash),
    ...checks('tombstone', { body_hash: isHash(table.bodyHash) }),
  ],
);

/** One link per row of the tables in chain.ts, written in the row's own transaction. */
export const chain = sqliteTable(
  'chain',
  {
    seq: integer().primaryKey(),
    kind: text().notNull(),
    rowId: integer('row_id').notNull(),
    rowHash: hashColumn('row_hash').notNull(),
    prevHash: hashColumn('prev_hash').notNull(),
    hash: hashColumn().notNull(),
  },
  (table) => [
    unique('chain_row').on(table.kind, table.rowId),
    ...checks('chain', {
      seq: isOrdinal(table.seq),
      row_hash: isHash(table.rowHash),
      prev_hash: isHash(table.prevHash),
      hash: isHash(table.hash),
    }),
  ],
);

/**
 * What a person told the engine to keep to: a pause, an exclusion, a pin. Ended by a row of `directive_end`, or by its time.
 * In the ledger, for a decision rests on what held when it was made.
 */
export const directive = sqliteTable(
  'directive',
  {
    id: integer().primaryKey(),
    kind: text().$type<Directive['kind']>().notNull(),
    /** Null of a pause. */
    providerId: integer('provider_id'),
    /** Of a pin only. */
    workOrderId: integer('work_order_id'),
    actor: text().notNull(),
    because: text().notNull(),
    atMs: integer('at_ms').notNull(),
    untilMs: integer('until_ms'),
  },
  (table) =>
    checks('directive', {
      kind: isOneOf(table.kind, ['pause', 'exclusion', 'pin'] satisfies Directive['kind'][]),
      provider: sql`(${table.kind} = 'pause') = (${table.providerId} IS NULL)`,
      work_order: sql`(${table.kind} = 'pin') = (${table.workOrderId} IS NOT NULL)`,
    }),
);

export const directiveEnd = sqliteTable('directive_end', {
  id: integer().primaryKey(),
  directive: integer()
    .notNull()
    .unique()
    .references(() => directive.id),
  actor: text().notNull(),
  because: text().notNull(),
  atMs: integer('at_ms').notNull(),
});

/** What became of rule files: a set that was taken, one that was refused, a canary that was demoted. */
export const ruleEvent = sqliteTable(
  'rule_event',
  {
    id: integer().primaryKey(),
    kind: text().$type<RuleEvent['kind']>().notNull(),
    atMs: integer('at_ms').notNull(),
    /** The set that decides after it; null: none. */
    setHash: hashColumn('set_hash'),
    /** Of `taken`: the set before it; null: none. */
    beforeSetHash: hashColumn('before_set_hash'),
    /** Of all texts; of a demoted canary, of its own. */
    textHash: hashColumn('text_hash').notNull(),
    /** Of `demoted` only. */
    ruleFileId: text('rule_file_id'),
    /** Hex; null: not known. */
    commit: text(),
    isDirty: integer('is_dirty'),
    /** Files, problems, or the broken limit with all figures. */
    detail: jsonColumn<RuleEventDetail>('detail').notNull(),
  },
  (table) => [
    uniqueIndex('rule_event_demotion').on(table.ruleFileId, table.textHash).where(sql`${table.kind} = 'demoted'`),
    ...checks('rule_event', {
      kind: isOneOf(table.kind, ['taken', 'refused', 'demoted'] satisfies RuleEvent['kind'][]),
      set_hash: sql`${table.setHash} IS NULL OR ${isHash(table.setHash)}`,
      before_set_hash: sql`${table.beforeSetHash} IS NULL OR ${isHash(table.beforeSetHash)}`,
      text_hash: isHash(table.textHash),
      rule_file: sql`(${table.kind} = 'demoted') = (${table.ruleFileId} IS NOT NULL)`,
      commit: sql`(${table.commit} IS NULL) = (${table.isDirty} IS NULL)`,
    }),
  ],
);

/** What the columns do not say, by kind. */
export type RuleEventDetail =
  | Pick<Extract<RuleEvent, { readonly kind: 'taken' }>, 'files'>
  | Pick<Extract<RuleEvent, { readonly kind: 'refused' }>, 'problems'>
  | Pick<Extract<RuleEvent, { readonly kind: 'demoted' }>, 'reason' | 'figures'>;
