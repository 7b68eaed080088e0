import { solveNone } from '../decide/assignment/program.ts';
import type { RecordedInput } from '../domain/recorded-decision.ts';
import { type ReviewFile, type RuleFile, talentPoolsOf } from '../domain/rule-file.ts';
import { compileRuleFile } from '../evaluate/compile.ts';
import type { ReadRow } from './complete-facts.ts';
import { decideAgain, prepareRules } from './decide-again.ts';
import { type CameOut, judgeReview, notFor } from './decide-test.ts';
import { readRecordedBatch } from './recorded-batch.ts';

/**
 * A recorded decision taken again by a test's rule file alone, on what was known then: work order, candidates, attempts,
 * commitments, money. `missing`: why that cannot be, as a sentence.
 */
export function decideRecordedTest(
  { slate, batch }: RecordedInput,
  rules: RuleFile | ReviewFile,
  readRow: ReadRow,
): CameOut | { readonly missing: string } {
  const read = readRecordedBatch(batch);
  if (read.kind === 'not_understood') return { missing: `What its run shared cannot be read: ${read.because}` };
  if (!('stages' in rules)) {
    if (read.kind === 'dispatch')
      return { missing: 'It was a decision about who does the work, and this file reviews finished work.' };
    const { workOrder, facts, takenAtMs } = slate;
    return judgeReview(rules, { workOrder, facts, atMs: takenAtMs, attempts: [] });
  }
  if (read.kind === 'reviews')
    return { missing: 'It was a review of finished work, and this file decides who does the work.' };
  const file: RuleFile = { ...rules, mode: 'enforce' };
  const unread = talentPoolsOf(file).filter((pool) => !read.batch.talentPools.has(pool));
  if (unread.length > 0)
    return { missing: `The members of talent pool ${unread.join(', ')}, which this file invites, were not read then.` };
  const again = decideAgain({
    batch: read.batch,
    slates: [slate],
    rules: prepareRules({ files: [file] }),
    solve: solveNone,
    readRow,
  });
  // A file that was demoted in that run decides beside, and then its decision is not the first.
  const decision = again.decisions.find(({ ruleFileId }) => ruleFileId === file.id) ?? again.decisions[0];
  if (decision === undefined) return { missing: 'Its run does not know this work order.' };
  return { decision, notFor: notFor(compileRuleFile(file).appliesTo(slate.facts)) };
}
