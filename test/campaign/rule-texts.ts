import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { diffRuleSets, type EitherFile } from '../../src/analysis/diff-rule-sets.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatRuleFile } from '../../src/rules/format.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { anyDispatchJson, anyReviewJson, writtenAnyhow } from '../rules/arbitrary-rule-file.ts';
import type { Campaign, CampaignFailure } from './campaign-contract.ts';

const MAX_FAILURES = 10;
const FILE = fc.oneof({ weight: 3, arbitrary: anyDispatchJson() }, anyReviewJson());
const TEXTS = fc.tuple(FILE, FILE).chain(([json, stranger]) =>
  fc.record({
    one: writtenAnyhow(json),
    other: writtenAnyhow(json),
    stranger: fc.constant(JSON.stringify(stranger)),
  }),
);

/** Random rule files, written at random: what rules fmt and rules diff promise of every text. */
export const ruleTexts: Campaign = {
  name: 'rule-texts',
  about: 'random rule files, written at random: rules fmt changes no meaning, rules diff sees none where there is none',
  runs: 4_000,
  mutants: [],
  needed: ['dispatch files', 'review files', 'changes told'],
  perform: async ({ seed, from, runs }) => {
    const counts = { runs: 0, 'dispatch files': 0, 'review files': 0, 'changes told': 0 };
    const failures: CampaignFailure[] = [];
    for (let run = from; run < from + runs && failures.length < MAX_FAILURES; run += 1) {
      const [texts] = fc.sample(TEXTS, { seed: Math.imul(seed, 1_000_003) + run, numRuns: 1 });
      if (texts === undefined) throw new TypeError('nothing was drawn');
      const file = parsed(texts.one);
      const message = file === null ? 'the parser refuses it' : brokenPromise(texts, file);
      if (message !== null) failures.push({ run, message: `${message}\n${texts.one}` });
      counts.runs += 1;
      if (file === null) continue;
      counts[file.kind === 'dispatch' ? 'dispatch files' : 'review files'] += 1;
      const stranger = parsed(texts.stranger) ?? file;
      const [there, back] = [countOf(file, stranger), countOf(stranger, file)];
      counts['changes told'] += there;
      if (there === back) continue;
      failures.push({ run, message: `${there} changes, and ${back} back\n${texts.one}\n${texts.stranger}` });
    }
    return { failures, counts };
  },
};

/** Null: every promise is kept. */
function brokenPromise(
  { one, other }: { readonly one: string; readonly other: string },
  file: EitherFile,
): string | null {
  const formatted = formatRuleFile({ path: 'some.json', text: one }, DEFAULT_LIMITS);
  if (formatted.kind === 'problems') return 'it cannot be formatted';
  if (!isDeepStrictEqual(JSON.parse(formatted.text), JSON.parse(one))) return 'formatting loses something';
  const again = formatRuleFile({ path: 'some.json', text: formatted.text }, DEFAULT_LIMITS);
  if (again.kind === 'problems' || again.text !== formatted.text) return 'formatting twice is not formatting once';
  for (const [what, text] of [
    ['formatted', formatted.text],
    ['written otherwise', other],
  ] as const) {
    const same = parsed(text);
    if (same === null) return `${what}, the parser refuses it`;
    if (countOf(file, same) > 0) return `${what}, it seems to say something else`;
  }
  return null;
}

function parsed(text: string): EitherFile | null {
  const reading = parseRuleFile({ path: 'some.json', text }, DEFAULT_LIMITS);
  if (reading.kind === 'ok') return { kind: 'dispatch', file: reading.file };
  return reading.kind === 'review' ? { kind: 'review', file: reading.review } : null;
}

function countOf(before: EitherFile, after: EitherFile): number {
  return diffRuleSets([before], [after]).reduce((sum, { changes }) => sum + changes.length, 0);
}
