import { findBreach } from '../decide/canary-breach.ts';
import { type Demotion, isOfText, type RuleEvent } from '../domain/rule-event.ts';
import type { RuleFile, RuleSet } from '../domain/rule-file.ts';
import type { Clock, DecisionStore, LedgerView } from './ports.ts';

/** A canary of this set that only shadows. `isNew`: since this run; in a dry run, it would be. */
export type DemotedCanary = Pick<Demotion, 'ruleFileId' | 'textHash' | 'reason'> & { readonly isNew: boolean };

export type RulesOfRun = {
  /** The set with each file in the mode that it really has. */
  readonly ruleSet: RuleSet;
  readonly demoted: readonly DemotedCanary[];
};

export type DemotionParts = {
  /** Null: a dry run without a ledger. */
  readonly ledger: LedgerView | null;
  /** Null: a dry run, which records nothing. */
  readonly store: Pick<DecisionStore, 'recordRuleEvent'> | null;
  readonly clock: Clock;
  readonly ruleSet: RuleSet;
};

/**
 * What the set may do in this run. A canary that broke a limit of its own is demoted in the ledger before anything is
 * planned: from that moment no run acts by this text again, whatever becomes of this one.
 */
export async function demoteCanaries(parts: DemotionParts): Promise<RulesOfRun> {
  const { ledger, ruleSet } = parts;
  if (ledger === null) return { ruleSet, demoted: [] };
  const { demotions } = await ledger.ruleState();
  const demoted: DemotedCanary[] = [];
  for (const file of ruleSet.files.filter(({ mode }) => mode === 'canary')) {
    const before = demotions.find((one) => isOfText(one, file));
    if (before !== undefined) {
      demoted.push({ ruleFileId: file.id, textHash: file.hash, reason: before.reason, isNew: false });
      continue;
    }
    const event = await findDemotion(ledger, parts, file);
    if (event === null) continue;
    await parts.store?.recordRuleEvent(event);
    demoted.push({ ruleFileId: file.id, textHash: file.hash, reason: event.reason, isNew: true });
  }
  return { ruleSet: withDemotions(ruleSet, demoted), demoted };
}

/** The set as it acts: demoted files in shadow, by their text, and all else as it is written. */
export function withDemotions(
  ruleSet: RuleSet,
  demotions: readonly Pick<Demotion, 'ruleFileId' | 'textHash'>[],
): RuleSet {
  if (demotions.length === 0) return ruleSet;
  return {
    ...ruleSet,
    files: ruleSet.files.map((file): RuleFile => {
      return demotions.some((one) => isOfText(one, file)) ? { ...file, mode: 'shadow' } : file;
    }),
  };
}

async function findDemotion(
  ledger: LedgerView,
  { clock, ruleSet }: DemotionParts,
  file: RuleFile,
): Promise<Extract<RuleEvent, { readonly kind: 'demoted' }> | null> {
  const lastActingStage = file.stages.findLast((stage) => stage.do !== 'hold')?.n ?? null;
  const figures = await ledger.canaryFigures({ ruleFileId: file.id, textHash: file.hash, lastActingStage });
  const reason = findBreach(file, figures);
  if (reason === null) return null;
  return {
    kind: 'demoted',
    atMs: clock.nowMs(),
    setHash: ruleSet.hash,
    commit: null,
    ruleFileId: file.id,
    textHash: file.hash,
    reason,
    figures,
  };
}
