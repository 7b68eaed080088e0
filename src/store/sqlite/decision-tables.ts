import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, unique, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Effect, EffectKind, OpenedAt, Outcome, Reason } from '../../domain/decision.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { Observation } from '../../domain/observation.ts';
import type { WriteCall, WriteKind } from '../../domain/write-call.ts';
import { checks, hashColumn, isFlag, isHash, isOneOf, isOrdinal, jsonColumn } from './columns.ts';
import type { DecisionHeader } from './decision-header.ts';
import { bodyKey, ruleSet, run } from './schema.ts';

/* The ledger's tables of one decision and of what became of it. What holds for all of the ledger is told in schema.ts. */

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
    /** The work order's time as decided on, for commitments: from `workSpan`; null: no known time. */
    startMs: integer('start_ms'),
    endMs: integer('end_ms'),
    /** `YYYY-MM-DD`, in the work order's own zone. */
    localDate: text('local_date'),
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
    openedSource: text('opened_source').$type<OpenedAt['source']>().notNull(),
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
    // Its guard figures are counted before each run.
    index('decision_canary').on(table.ruleFileHash).where(sql`${table.mode} = 'canary'`),
    ...checks('decision', {
      episode: isOrdinal(table.episode),
      seq: isOrdinal(table.seq),
      rule_file_hash: sql`${table.ruleFileHash} IS NULL OR ${isHash(table.ruleFileHash)}`,
      rule_set_hash: isHash(table.ruleSetHash),
      input_hash: isHash(table.inputHash),
    }),
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
    /** JSON of what no body says, by leaf: see row-evidence.ts. */
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
    ...checks('candidate', {
      kind: sql`${table.kind} IN (0, 1, 2)`,
      is_eligible: isFlag(table.isEligible),
      is_match: isFlag(table.isMatch),
    }),
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
  (table) => [unique('intent_n').on(table.decision, table.n), ...checks('intent', { n: isOrdinal(table.n) })],
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
  (table) => [
    unique('claim_n').on(table.intent, table.n),
    index('claim_at').on(table.atMs),
    ...checks('claim', { n: isOrdinal(table.n) }),
  ],
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
    runId: text('run_id')
      .notNull()
      .references(() => run.runId),
    saw: jsonColumn<Effect['saw']>('saw').notNull(),
  },
  (table) => [
    unique('effect_n').on(table.intent, table.n),
    index('effect_at').on(table.atMs),
    ...checks('effect', {
      n: isOrdinal(table.n),
      kind: isOneOf(table.kind, ['confirmed', 'refused', 'lost_race', 'unknown'] satisfies EffectKind[]),
    }),
  ],
);

/** What `recordObservation` may write, at most one of a kind per work order, episode and provider. */
export const OBSERVATION_KINDS = [
  'route_accepted',
  'assigned_by_other',
  'unassigned',
] as const satisfies readonly Observation['kind'][];

/**
 * What happened on the platform and no intent of ours says: a route that its provider accepted, or something a person did
 * that differs from what was decided, as far as we could see it. And, of kind `reason`, why a person did so: see override-reasons.ts.
 */
export const override = sqliteTable(
  'override',
  {
    id: integer().primaryKey(),
    workOrderId: integer('work_order_id').notNull(),
    episode: integer().notNull(),
    /** Whose invitation or assignment it concerns, null when none of ours; of a reason, the decision that it answers, null: all. */
    decision: integer().references(() => decision.id),
    kind: text().notNull(),
    providerId: integer('provider_id'),
    actor: text(),
    because: text(),
    atMs: integer('at_ms').notNull(),
    detail: jsonColumn<JsonValue>('detail').notNull(),
  },
  (table) => [
    index('override_work_order').on(table.workOrderId),
    index('override_at').on(table.atMs),
    uniqueIndex('override_observation')
      // Nulls are distinct in an index; `coalesce` has a comma, at which drizzle-kit cuts it in two.
      .on(
        table.workOrderId,
        table.episode,
        table.kind,
        sql`CASE WHEN ${table.providerId} IS NULL THEN 0 ELSE ${table.providerId} END`,
      )
      .where(isOneOf(table.kind, OBSERVATION_KINDS)),
    ...checks('override', { episode: isOrdinal(table.episode) }),
  ],
);
