import { asc, desc, eq, inArray } from 'drizzle-orm';
import {
  isKnownRuleEvent,
  type RecordedRuleEvent,
  type RuleEvent,
  type RuleState,
  type RulesCommit,
} from '../../domain/rule-event.ts';
import { appendLink } from './chain.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { insertRow } from './insert-row.ts';
import { type RuleEventDetail, ruleEvent } from './schema.ts';

type EventRow = typeof ruleEvent.$inferSelect;

export function recordRuleEvent(connection: Connection, event: RuleEvent): 'recorded' | 'known' {
  return writeAtomically(connection, () => {
    const state = readRuleState(connection);
    if (isKnownRuleEvent(state, event)) return 'known';
    const { kind, atMs, setHash, textHash, commit } = event;
    const row = {
      kind,
      atMs,
      setHash,
      beforeSetHash: kind === 'taken' ? state.takenSetHash : null,
      textHash,
      ruleFileId: kind === 'demoted' ? event.ruleFileId : null,
      commit: commit?.hash ?? null,
      isDirty: commit === null ? null : Number(commit.isDirty),
      detail: toDetail(event),
    };
    appendLink(connection, 'rule_event', insertRow(connection, ruleEvent, row));
    return 'recorded';
  });
}

function toDetail(event: RuleEvent): RuleEventDetail {
  switch (event.kind) {
    case 'taken':
      return { files: event.files };
    case 'refused':
      return { problems: event.problems };
    case 'demoted':
      return { reason: event.reason, figures: event.figures };
  }
}

export function readRuleState({ orm }: Connection): RuleState {
  const last = (kinds: readonly RuleEvent['kind'][]) =>
    orm
      .select()
      .from(ruleEvent)
      .where(inArray(ruleEvent.kind, [...kinds]))
      .orderBy(desc(ruleEvent.id))
      .limit(1)
      .get();
  const demoted = orm.select().from(ruleEvent).where(eq(ruleEvent.kind, 'demoted')).orderBy(asc(ruleEvent.id)).all();
  const seen = last(['taken', 'refused']);
  return {
    takenSetHash: last(['taken'])?.setHash ?? null,
    refused:
      seen?.kind === 'refused' && 'problems' in seen.detail
        ? { textHash: seen.textHash, problems: seen.detail.problems }
        : null,
    demotions: demoted.map(toEvent).flatMap((event) => (event.kind === 'demoted' ? [event] : [])),
  };
}

/** Oldest first. */
export function readRuleEvents({ orm }: Connection): readonly RecordedRuleEvent[] {
  return orm.select().from(ruleEvent).orderBy(asc(ruleEvent.id)).all().map(toEvent);
}

function toEvent(row: EventRow): RecordedRuleEvent {
  const { id, atMs, setHash, beforeSetHash, textHash, ruleFileId, detail } = row;
  const any = { id, atMs, setHash, beforeSetHash, textHash, commit: toCommit(row) };
  if ('files' in detail) return { ...any, kind: 'taken', files: detail.files };
  if ('problems' in detail) return { ...any, kind: 'refused', problems: detail.problems };
  // The table's checks let no demotion in without its file.
  return { ...any, kind: 'demoted', ruleFileId: ruleFileId ?? '', reason: detail.reason, figures: detail.figures };
}

function toCommit({ commit, isDirty }: EventRow): RulesCommit | null {
  return commit === null ? null : { hash: commit, isDirty: isDirty === 1 };
}
