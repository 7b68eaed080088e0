import { sql } from 'drizzle-orm';
import { blob, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Reason } from '../../domain/decision.ts';
import type { DirectoryEntry } from '../../domain/provider.ts';
import type { Environment } from '../../domain/run.ts';
import { checks, hashColumn, isHash, jsonColumn } from './columns.ts';
import type { CountedParity } from './count-parity.ts';
import type { CountedSet } from './count-slate.ts';
import { decision, intent } from './decision-tables.ts';

/* Beside the ledger: these may change, and hold nothing that a past decision rests on. */

export const ledgerIdentity = sqliteTable('ledger_identity', {
  /** Always 1. */
  id: integer().primaryKey(),
  environment: text().$type<Environment>().notNull(),
  /** Null until a run knows it. */
  companyId: integer('company_id'),
});

/**
 * Every intent without a final effect, so that nobody has to look through all there ever were. One of a work order's may have
 * been claimed, which is the work order's lock. Kept by triggers on `intent`, `claim` and `effect`; verify compares.
 */
export const openIntent = sqliteTable(
  'open_intent',
  {
    intent: integer()
      .primaryKey()
      .references(() => intent.id),
    workOrderId: integer('work_order_id').notNull(),
    /** 0: nothing was sent. */
    claims: integer().notNull(),
    claimedAtMs: integer('claimed_at_ms'),
  },
  (table) => [uniqueIndex('open_intent_lock').on(table.workOrderId).where(sql`${table.claims} > 0`)],
);

/** The directory. */
export const provider = sqliteTable('provider', {
  id: integer().primaryKey(),
  firstSeenMs: integer('first_seen_ms').notNull(),
  lastSeenMs: integer('last_seen_ms').notNull(),
  flags: jsonColumn<NonNullable<DirectoryEntry['flags']>>('flags'),
  verdicts: jsonColumn<DirectoryEntry['verdicts']>('verdicts').notNull(),
  /** With pools and imported values, which came later; a release before them wrote the profile alone. */
  profile: jsonColumn<NonNullable<DirectoryEntry['profile']> | Pick<DirectoryEntry, 'profile' | 'pools' | 'imported'>>(
    'profile',
  ),
});

/* Never written: exclusions and pins are directives (schema.ts), since what held at a decision must stay on record. */

export const exclusion = sqliteTable(
  'exclusion',
  {
    id: integer().primaryKey(),
    providerId: integer('provider_id').notNull(),
    /** Null: under every rule file. */
    ruleFileId: text('rule_file_id'),
    untilMs: integer('until_ms'),
    because: text().notNull(),
    actor: text().notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (table) => [index('exclusion_provider').on(table.providerId)],
);

export const pin = sqliteTable('pin', {
  workOrderId: integer('work_order_id').primaryKey(),
  providerId: integer('provider_id').notNull(),
  untilMs: integer('until_ms'),
  because: text().notNull(),
  actor: text().notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
});

/**
 * How the slate of each decision came out, counted: a hundred bytes for what is thousands in `candidate`, so that reports over
 * everything need not read that. Can be made again from the ledger. By decision and not by day, so that every range of time, rule
 * file, client and project can be summed up exactly.
 */
export const rollUp = sqliteTable('roll_up', {
  decision: integer()
    .primaryKey()
    .references(() => decision.id),
  decidedAtMs: integer('decided_at_ms').notNull(),
  workOrderId: integer('work_order_id').notNull(),
  ruleFileId: text('rule_file_id'),
  ruleFileHash: hashColumn('rule_file_hash'),
  isShadow: integer('is_shadow').notNull(),
  /** Null: a decision without a slate, by hand or of a review. */
  sets: jsonColumn<readonly CountedSet[]>('sets'),
  /** Who has the most points of those not eligible, and why they are not; null: all are. */
  bestBlockedId: integer('best_blocked_id'),
  bestBlockedBy: jsonColumn<readonly Reason[]>('best_blocked_by'),
  /** Our verdicts beside Field Nation's; null: no candidate came with an evaluation of theirs. */
  parity: jsonColumn<CountedParity>('parity'),
});

/** Whose work order it is, so that reports can be of one client or project; made again from the bodies of decisions. */
export const workOrderLabel = sqliteTable(
  'work_order_label',
  {
    workOrderId: integer('work_order_id').primaryKey(),
    clientId: integer('client_id'),
    projectId: integer('project_id'),
  },
  (table) => [
    index('work_order_label_client').on(table.clientId),
    index('work_order_label_project').on(table.projectId),
  ],
);

/**
 * The pending list of each open work order as it was pulled last, so that only what has changed need be pulled. `intents` and
 * `effects`: the last of the work order's then; later ones of ours have most likely changed the list. See pending-lists.ts.
 */
export const pendingList = sqliteTable(
  'pending_list',
  {
    workOrderId: integer('work_order_id').primaryKey(),
    /** Of what the list of work orders showed of it. */
    shownHash: hashColumn('shown_hash').notNull(),
    observedAtMs: integer('observed_at_ms').notNull(),
    changesAtMs: integer('changes_at_ms'),
    /** Of the form of the bytes: what another one wrote is not read. */
    version: text().notNull(),
    intents: integer().notNull(),
    effects: integer().notNull(),
    bytesHash: hashColumn('bytes_hash').notNull(),
    bytes: blob({ mode: 'buffer' }).notNull(),
  },
  (table) => checks('pending_list', { shown_hash: isHash(table.shownHash), bytes_hash: isHash(table.bytesHash) }),
);
