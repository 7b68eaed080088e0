import type { OnMissing } from '../domain/rule-file.ts';
import type { CriterionResult } from '../domain/scored-slate.ts';
import { codeAt, MATCH, NO_MATCH, UNKNOWN, type VerdictCode, verdictOf } from './kleene.ts';
import { findPlatformVerdict } from './platform-verdict.ts';
import type { Placed, ReadyCriterion, SlateTerms } from './slate-terms.ts';

/** How a criterion ended, after `can_remote` and `on_missing`. */
export type Settlement = Pick<CriterionResult, 'applies' | 'factVerdict' | 'verdict' | 'decidedBy' | 'needsPerson'>;

/* There are only so many ways to end: one value for each, so that a candidate's row of them costs a pointer per criterion. */

const BY_FACTS = endings({ applies: true, decidedBy: 'facts' });
const NOT_APPLYING = endings({ applies: false, decidedBy: 'facts' });
const BY_PLATFORM = endings({ applies: true, decidedBy: 'platform', factVerdict: 'unknown' });
const BY_FILE = endings({ applies: true, decidedBy: 'on_missing', factVerdict: 'unknown' });
const ASKS_A_PERSON: Settlement = { ...BY_FILE[UNKNOWN], needsPerson: true };
const IGNORED: Settlement = { ...BY_FILE[UNKNOWN], applies: false };

type Endings = { readonly [verdict in VerdictCode]: Settlement };

function endings(
  shared: Pick<Settlement, 'applies' | 'decidedBy'> & Partial<Pick<Settlement, 'factVerdict'>>,
): Endings {
  const ending = (code: VerdictCode): Settlement => {
    const verdict = verdictOf(code);
    return { factVerdict: verdict, ...shared, verdict, needsPerson: false };
  };
  return [ending(NO_MATCH), ending(UNKNOWN), ending(MATCH)];
}

export function settle(terms: SlateTerms, ready: ReadyCriterion, { candidate, place }: Placed): Settlement {
  const { slate, judged } = terms;
  const { criterion, index, column } = ready;
  const verdict = codeAt(judged.codes, column * judged.count + place);
  if (slate.workOrder.isRemote && !criterion.canRemote) return NOT_APPLYING[verdict];
  if (verdict !== UNKNOWN) return BY_FACTS[verdict];
  const onMissing = criterion.onMissing[candidate.kind];
  if (onMissing !== 'platform') return settleByFile(onMissing);
  const label = terms.labels[index] ?? criterion.label;
  const given = findPlatformVerdict(candidate.verdicts, label, terms.oldestVerdictMs);
  if (given === null) return BY_FACTS[UNKNOWN];
  return given.isMatch ? BY_PLATFORM[MATCH] : BY_PLATFORM[NO_MATCH];
}

function settleByFile(onMissing: Exclude<OnMissing, 'platform'>): Settlement {
  switch (onMissing) {
    case 'no_match':
      return BY_FILE[UNKNOWN];
    case 'match':
      return BY_FILE[MATCH];
    case 'hold':
      return ASKS_A_PERSON;
    case 'ignore':
      return IGNORED;
  }
}
