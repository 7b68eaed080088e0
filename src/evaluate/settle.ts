import type { Criterion, OnMissing } from '../domain/rule-file.ts';
import type { Candidate, CriterionResult, Verdict } from '../domain/scored-slate.ts';
import { findPlatformVerdict } from './platform-verdict.ts';

/** How a criterion ended, after `can_remote` and `on_missing`. */
export type Settlement = Pick<CriterionResult, 'applies' | 'factVerdict' | 'verdict' | 'decidedBy' | 'needsPerson'>;

/** A criterion as it stands on one slate, the same for all its candidates. */
export type CriterionOnSlate = {
  readonly criterion: Criterion;
  /** As `fillLabel` gives it. */
  readonly label: string;
  /** The work is remote, and this criterion cannot be. */
  readonly isLeftOut: boolean;
  /** A verdict of the directory from before does not count. */
  readonly oldestVerdictMs: number;
};

/* There are only so many ways to end: one value for each, so that a candidate's row of them costs a pointer per criterion. */

const BY_FACTS = endings({ applies: true, decidedBy: 'facts' });
const NOT_APPLYING = endings({ applies: false, decidedBy: 'facts' });
const BY_PLATFORM = endings({ applies: true, decidedBy: 'platform', factVerdict: 'unknown' });
const BY_FILE = endings({ applies: true, decidedBy: 'on_missing', factVerdict: 'unknown' });
const ASKS_A_PERSON: Settlement = { ...BY_FILE.unknown, needsPerson: true };
const IGNORED: Settlement = { ...BY_FILE.unknown, applies: false };

function endings(shared: Pick<Settlement, 'applies' | 'decidedBy'> & Partial<Pick<Settlement, 'factVerdict'>>): {
  readonly [verdict in Verdict]: Settlement;
} {
  const ending = (verdict: Verdict): Settlement => ({ factVerdict: verdict, ...shared, verdict, needsPerson: false });
  return { match: ending('match'), no_match: ending('no_match'), unknown: ending('unknown') };
}

/** `verdict`: from the facts alone. */
export function settle(on: CriterionOnSlate, candidate: Candidate, verdict: Verdict): Settlement {
  if (on.isLeftOut) return NOT_APPLYING[verdict];
  if (verdict !== 'unknown') return BY_FACTS[verdict];
  const onMissing = on.criterion.onMissing[candidate.kind];
  if (onMissing !== 'platform') return settleByFile(onMissing);
  const given = findPlatformVerdict(candidate.verdicts, on.label, on.oldestVerdictMs);
  if (given === null) return BY_FACTS.unknown;
  return given.isMatch ? BY_PLATFORM.match : BY_PLATFORM.no_match;
}

function settleByFile(onMissing: Exclude<OnMissing, 'platform'>): Settlement {
  switch (onMissing) {
    case 'no_match':
      return BY_FILE.unknown;
    case 'match':
      return BY_FILE.match;
    case 'hold':
      return ASKS_A_PERSON;
    case 'ignore':
      return IGNORED;
  }
}
