import {
  hashRuleTexts,
  isKnownRuleEvent,
  type RefusedRules,
  type RuleEvent,
  type RulesCommit,
  takenFiles,
} from '../domain/rule-event.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import type { DecisionStore } from './ports.ts';

/** What whoever reads the rule files knows of them besides the set. */
export type RulesSeen = {
  /** What is on disk and was not taken; null: the set is what is on disk. */
  readonly refused: RefusedRules | null;
  /** Asked only when there is something to record; null: not known. */
  readonly readCommit: () => Promise<RulesCommit | null>;
};

type Ledger = Pick<DecisionStore, 'ruleState' | 'recordRuleEvent'>;

/**
 * The set of this run, and what was refused beside it, each where the ledger does not say it already: a process that starts
 * again, and another one on the same files, add nothing.
 */
export async function noteRules(
  store: Ledger,
  seen: RulesSeen,
  { set, atMs }: { readonly set: RuleSet; readonly atMs: number },
): Promise<void> {
  const { takenSetHash } = await store.ruleState();
  // A set that stays while others are refused is no news, and what is checked out by then says nothing of it.
  if (seen.refused === null) {
    await recordNews(store, takenEvent(set, atMs), seen.readCommit);
    return;
  }
  if (takenSetHash !== set.hash) await recordNews(store, takenEvent(set, atMs), async () => null);
  await noteRefusal(store, seen, { set, atMs });
}

/** `set` null: there is none, for the process would not start. */
export async function noteRefusal(
  store: Ledger,
  { refused, readCommit }: RulesSeen,
  { set, atMs }: { readonly set: RuleSet | null; readonly atMs: number },
): Promise<void> {
  if (refused === null) return;
  const problems = shorten(refused.problems);
  const event: RuleEvent = {
    kind: 'refused',
    atMs,
    setHash: set?.hash ?? null,
    textHash: refused.textHash,
    commit: null,
    problems,
  };
  await recordNews(store, event, readCommit);
}

async function recordNews(store: Ledger, event: RuleEvent, readCommit: RulesSeen['readCommit']): Promise<void> {
  if (isKnownRuleEvent(await store.ruleState(), event)) return;
  await store.recordRuleEvent({ ...event, commit: await readCommit() });
}

function takenEvent(set: RuleSet, atMs: number): RuleEvent {
  const textHash = hashRuleTexts([...set.files, ...set.reviews].map(({ text }) => text));
  return { kind: 'taken', atMs, setHash: set.hash, textHash, commit: null, files: takenFiles(set) };
}

/** The ledger is for ever, and a generated file can have a mistake on every line. */
const MAX_PROBLEMS = 50;

function shorten(problems: readonly string[]): readonly string[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  return [...problems.slice(0, MAX_PROBLEMS), `and ${problems.length - MAX_PROBLEMS} more`];
}
