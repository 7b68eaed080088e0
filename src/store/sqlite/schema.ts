import { blob, index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import type { Effect, EffectKind, Outcome, Reason } from '../../domain/decision.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { Environment, RunEnd } from '../../domain/run.ts';
import type { WriteCall, WriteKind } from '../../domain/write-call.ts';
import { hashColumn, jsonColumn } from './columns.ts';
import type { DecisionHeader } from './decision-header.ts';

/*
 * The ledger, append-only: triggers in the first migration refuse every UPDATE and DELETE. Row hashes cover the columns in
 * table order without trailing nulls, so a later migration may append a nullable column to a table and change no hash;
 * it may never reorder, rename the meaning of, or drop one.
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
  (table) => [unique('run_tick').on(table.environment, table.tick), index('run_started').on(table.startedAtMs)],
);

export const runEnd = sqliteTable('run_end', {
  id: integer().primaryKey(),
  runId: text('run_id')
    .notNull()
    .unique()
    .references(() => run.runId),
  endedAtMs: integer('ended_at_ms').notNull(),
  result: text().$type<RunEnd['result']>().notNull(),
  summary: jsonColumn<RunEnd['summary']>('summary').notNull(),
});

/** A rule file's text by its hash; its address is its proof, so it needs no link of the chain. */
export const ruleText = sqliteTable('rule_text', {
  hash: hashColumn().primaryKey(),
  text: text().notNull(),
});

export const ruleSet = sqliteTable('rule_set', {
  id: integer().primaryKey(),
  hash: hashColumn().notNull().unique(),
  /** `[rule file id, hash of its text]`, in the set's order. */
  files: jsonColumn<readonly (readonly [string, string])[]>('files').notNull(),
  recordedAtMs: integer('recorded_at_ms').notNull(),
});

/** Every body there ever was, also an erased one: what the row hashes of decisions name. */
export const bodyKey = sqliteTable('body_key', {
  id: integer().primaryKey(),
  /** Of the uncompressed canonical JSON. */
  hash: hashColumn().notNull().unique(),
});

/** Raw rows and facts, deflated. The one table that may lose rows, each only after a chained tombstone for its hash. */
export const body = sqliteTable('body', {
  id: integer()
    .primaryKey()
    .references(() => bodyKey.id),
  bytes: blob({ mode: 'buffer' }).notNull(),
});

export const decision = sqliteTable(
  'decision',
  {
    id: integer().primaryKey(),
    runId: text('run_id')
      .notNull()
      .references(() => run.runId),
    workOrderId: integer('work_order_id').notNull(),
    episode: integer().notNull(),
    seq: integer().notNull(),
    title: text().notNull(),
    ruleFileId: text('rule_file_id'),
    ruleFileHash: hashColumn('rule_file_hash'),
    ruleSetHash: hashColumn('rule_set_hash')
      .notNull()
      .references(() => ruleSet.hash),
    mode: text(),
    decidedAtMs: integer('decided_at_ms').notNull(),
    /** When the slate was taken. */
    takenAtMs: integer('taken_at_ms').notNull(),
    engineVersion: text('engine_version').notNull(),
    openedAtMs: integer('opened_at_ms').notNull(),
    openedSource: text('opened_source').$type<'published' | 'routed' | 'first_seen' | 'created'>().notNull(),
    dueStages: jsonColumn<readonly number[]>('due_stages').notNull(),
    stage: integer(),
    outcome: text().$type<Outcome>().notNull(),
    reasonCode: text('reason_code').$type<Reason['code']>().notNull(),
    reasonDetail: jsonColumn<Reason['detail']>('reason_detail').notNull(),
    winnerId: integer('winner_id'),
    runnerUpId: integer('runner_up_id'),
    marginMilli: integer('margin_milli'),
    costCents: integer('cost_cents'),
    inputHash: hashColumn('input_hash').notNull(),
    /** What the candidates' rows share: see decision-header.ts. */
    header: jsonColumn<DecisionHeader>('header').notNull(),
    workOrderBody: integer('work_order_body')
      .notNull()
      .references(() => bodyKey.id),
    batchBody: integer('batch_body')
      .notNull()
      .references(() => bodyKey.id),
  },
  (table) => [
    unique('decision_place').on(table.workOrderId, table.episode, table.seq),
    index('decision_decided').on(table.decidedAtMs),
  ],
);

/** One provider on one slate. Bit n of a mask is the criterion at position n + 1. `WITHOUT ROWID` in the migration. */
export const candidate = sqliteTable(
  'candidate',
  {
    decision: integer()
      .notNull()
      .references(() => decision.id),
    providerId: integer('provider_id').notNull(),
    /** 0 request, 1 routed, 2 bench. */
    kind: integer().notNull(),
    isEligible: integer('is_eligible').notNull(),
    rank: integer(),
    isMatch: integer('is_match').notNull(),
    pointsMilli: integer('points_milli').notNull(),
    maxPoints: integer('max_points').notNull(),
    costCents: integer('cost_cents'),
    matched: integer().notNull(),
    missed: integer().notNull(),
    unknown: integer().notNull(),
    notApplying: integer('not_applying').notNull(),
    byPlatform: integer('by_platform').notNull(),
    byOnMissing: integer('by_on_missing').notNull(),
    needsPerson: integer('needs_person').notNull(),
    /** `header.shapes[shape]`: widths, and which leaves `evidence` has. */
    shape: integer().notNull(),
    /** Places in `header.reasons`, JSON; null: none. */
    blockedBy: text('blocked_by'),
    /** JSON `[position, points_milli]` where the points are neither 0 nor the whole weight; null: none. */
    graded: text(),
    /** JSON, one entry per leaf: null unknown; a value, from the leaf's usual origin; else `[value, origin]`. */
    evidence: text().notNull(),
    /** The candidate's times of observation: JSON, places in `header.times`; null: `[0]`. */
    times: text(),
    body: integer()
      .notNull()
      .references(() => bodyKey.id),
  },
  (table) => [
    primaryKey({ columns: [table.decision, table.providerId] }),
    index('candidate_provider').on(table.providerId, table.decision),
  ],
);

export const intent = sqliteTable(
  'intent',
  {
    id: integer().primaryKey(),
    decision: integer()
      .notNull()
      .references(() => decision.id),
    n: integer().notNull(),
    kind: text().$type<WriteKind>().notNull(),
    call: jsonColumn<WriteCall>('call').notNull(),
    costCents: integer('cost_cents').notNull(),
  },
  (table) => [unique('intent_n').on(table.decision, table.n)],
);

/** Each time an intent took its work order's lock: as often as it may have been sent. */
export const claim = sqliteTable(
  'claim',
  {
    id: integer().primaryKey(),
    intent: integer()
      .notNull()
      .references(() => intent.id),
    n: integer().notNull(),
    atMs: integer('at_ms').notNull(),
  },
  (table) => [unique('claim_n').on(table.intent, table.n), index('claim_at').on(table.atMs)],
);

/** The highest n counts; a trigger lets only `unknown` be followed. */
export const effect = sqliteTable(
  'effect',
  {
    id: integer().primaryKey(),
    intent: integer()
      .notNull()
      .references(() => intent.id),
    n: integer().notNull(),
    kind: text().$type<EffectKind>().notNull(),
    reasonCode: text('reason_code').$type<Reason['code']>().notNull(),
    reasonDetail: jsonColumn<Reason['detail']>('reason_detail').notNull(),
    atMs: integer('at_ms').notNull(),
    runId: text('run_id').notNull(),
    saw: jsonColumn<Effect['saw']>('saw').notNull(),
  },
  (table) => [unique('effect_n').on(table.intent, table.n)],
);

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

/** Something a person did that differs from what was decided, as far as we could see it. */
export const override = sqliteTable(
  'override',
  {
    id: integer().primaryKey(),
    workOrderId: integer('work_order_id').notNull(),
    episode: integer().notNull(),
    decision: integer().references(() => decision.id),
    kind: text().notNull(),
    providerId: integer('provider_id'),
    actor: text(),
    because: text(),
    atMs: integer('at_ms').notNull(),
    detail: jsonColumn<JsonValue>('detail').notNull(),
  },
  (table) => [index('override_work_order').on(table.workOrderId)],
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
  (table) => [index('tombstone_body').on(table.bodyHash)],
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
  (table) => [unique('chain_row').on(table.kind, table.rowId)],
);
