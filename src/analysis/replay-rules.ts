import type { Sha256 } from '../domain/ids.ts';
import type { BrokenPart, RecordedRules } from '../domain/recorded-run.ts';
import { type CompiledRuleFile, compileRuleFile } from '../evaluate/compile.ts';
import { type CompiledReviewFile, compileReviewFile } from '../evaluate/review.ts';
import { parseRuleFile } from '../rules/parse-rule-file.ts';
import type { RuleFileLimits } from '../rules/scan-limits.ts';

/** A recorded rule set made ready to decide again, or why it cannot be. */
export type ReplayRules =
  | {
      readonly kind: 'ready';
      readonly files: readonly CompiledRuleFile[];
      readonly reviews: readonly CompiledReviewFile[];
    }
  | { readonly kind: 'broken'; readonly parts: readonly BrokenPart[] }
  /** `because`: a whole sentence. */
  | { readonly kind: 'unreadable'; readonly because: string };

/** By their texts alone, whatever the rule folder holds now. A text of which only the tests are wrong decides as it did. */
export function prepareReplayRules(hash: Sha256, recorded: RecordedRules | null, limits: RuleFileLimits): ReplayRules {
  const part = `rule set ${hash.slice(0, 12)}`;
  if (recorded === null) return { kind: 'broken', parts: [{ part, how: 'is gone' }] };
  if (!recorded.isAsChained)
    return { kind: 'broken', parts: [{ part, how: 'is not what the chain says was written' }] };
  const broken = recorded.files.flatMap(({ text }) => (text.kind === 'broken' ? [text.part] : []));
  if (broken.length > 0) return { kind: 'broken', parts: broken };
  const files: CompiledRuleFile[] = [];
  const reviews: CompiledReviewFile[] = [];
  for (const { id, hash: textHash, text } of recorded.files) {
    const read = parseRuleFile({ path: id, text: text.kind === 'kept' ? text.value : '' }, limits);
    const said = read.kind === 'problems' ? read.behind : read;
    if (said === null) {
      const [first] = read.kind === 'problems' ? read.problems : [];
      const why = first === undefined ? '' : `: ${first.code}, ${first.what}`;
      const name = `The text of rule file ${id} (${textHash.slice(0, 12)})`;
      return { kind: 'unreadable', because: `${name} can no longer be read by this version${why}.` };
    }
    if (said.kind === 'ok') files.push(compileRuleFile(said.file));
    else reviews.push(compileReviewFile(said.review));
  }
  return { kind: 'ready', files, reviews };
}
