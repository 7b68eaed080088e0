import type { RulesSeen } from '../engine/note-rules.ts';
import type { RunDeps } from '../engine/run-once.ts';
import type { Log } from '../log.ts';

export type RuleSet = RunDeps['ruleSet'];

type Refused = NonNullable<RulesSeen['refused']>;

/** What is on disk now: a whole set, or everything that is wrong with it, one line each. */
export type RulesOnDisk =
  | { readonly kind: 'set'; readonly set: RuleSet; readonly warnings: readonly string[] }
  | ({ readonly kind: 'refused' } & Refused);

export type RulesInForce = {
  readonly set: RuleSet;
  /** The files on disk and what is wrong with them while this earlier set is in force; null: they are what is in force. */
  readonly refused: Refused | null;
};

/** The rule set of the next run. `current` reads the files again; `inForce` does not. */
export type LastGoodRules = {
  readonly current: () => RulesInForce;
  readonly inForce: () => RulesInForce;
};

export type RuleReloadParts = {
  /** The set that was good at the start. */
  readonly first: RuleSet;
  readonly read: () => RulesOnDisk;
  readonly log: Log;
  readonly onReload: (result: 'taken' | 'refused') => void;
};

/**
 * Rule files are read again before each run, the whole set or nothing: a file with a mistake, or one that an editor has
 * half written, leaves the last good set in force until all files are good again. Never within a run, which then writes what
 * it was given into the ledger: the log and the metrics say it at once.
 */
export function keepLastGoodRules({ first, read, log, onReload }: RuleReloadParts): LastGoodRules {
  let inForce: RulesInForce = { set: first, refused: null };
  const current = () => {
    const found = read();
    if (found.kind === 'refused') {
      // Said once for each state of the files, not once a run.
      if (!isSame(found, inForce.refused)) {
        log.error(
          { problems: found.problems, ruleSet: inForce.set.hash },
          'rule files refused; the last good set stays',
        );
        onReload('refused');
      }
      inForce = { set: inForce.set, refused: { textHash: found.textHash, problems: found.problems } };
      return inForce;
    }
    const isMended = inForce.refused !== null;
    if (isMended || found.set.hash !== inForce.set.hash) {
      log.info({ ruleSet: found.set.hash, warnings: found.warnings }, 'rule files taken');
      onReload('taken');
    }
    inForce = { set: found.set, refused: null };
    return inForce;
  };
  return { current, inForce: () => inForce };
}

function isSame(found: Refused, before: Refused | null): boolean {
  return found.textHash === before?.textHash && found.problems.join('\n') === before.problems.join('\n');
}
