import { type ReplayResult, replay } from '../../src/analysis/replay.ts';
import type { ReplayRules } from '../../src/analysis/replay-rules.ts';
import type { ReplayTerms } from '../../src/analysis/replayed.ts';
import { loadHighs } from '../../src/decide/assignment/highs.ts';
import type { Sha256 } from '../../src/domain/ids.ts';
import type { RuleSet } from '../../src/domain/rule-file.ts';
import { confirmByAuthority, confirmReviewByAuthority } from '../../src/engine/authority.ts';
import { fingerprint } from '../../src/engine/fingerprint.ts';
import type { ReplayReader } from '../../src/engine/replay-reader.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { compileReviewFile } from '../../src/evaluate/review.ts';

const EVERYTHING = { sinceMs: null, untilMs: null };

/** Everything in a ledger taken again by rule sets that are at hand, whatever texts they have. */
export async function replayAll(
  reader: ReplayReader,
  ruleSets: readonly RuleSet[],
  given: Partial<ReplayTerms> & { readonly of?: Parameters<ReplayReader['recordedRuns']>[0] } = {},
): Promise<ReplayResult> {
  const { of = EVERYTHING, ...terms } = given;
  const known = new Map(ruleSets.map((set) => [set.hash, ready(set)] as const));
  const rulesOf = async (hash: Sha256): Promise<ReplayRules> =>
    known.get(hash) ?? { kind: 'unreadable', because: `no rule set ${hash} is at hand` };
  return replay(
    reader.recordedRuns(of),
    {
      rulesOf,
      fingerprint,
      confirm: confirmByAuthority,
      confirmReview: confirmReviewByAuthority,
      solve: await loadHighs(),
      engineVersion: '0.0.0-test',
      ...terms,
    },
    () => undefined,
  );
}

function ready({ files, reviews }: RuleSet): ReplayRules {
  return { kind: 'ready', files: files.map(compileRuleFile), reviews: reviews.map(compileReviewFile) };
}

/** Nothing, or what is neither identical nor by hand, told as briefly as it helps. */
export function notAsRecorded({ told }: ReplayResult): readonly string[] {
  return told.map(({ decisionId, verdict }) => `${decisionId} of the ledger: ${JSON.stringify(verdict).slice(0, 600)}`);
}
