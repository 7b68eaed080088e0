import type { Problem } from '../../domain/problem.ts';
import type { RuleFileText } from '../parse-rule-file.ts';
import { parseRuleSet } from '../parse-rule-set.ts';
import type { RuleFileLimits } from '../scan-limits.ts';
import { lintRuleSet } from './lint-rule-set.ts';

export type RuleSetCheck = { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

export type CheckTerms = {
  readonly limits: RuleFileLimits;
  readonly nowMs: number;
  /** False: there are other files, which are not looked at, so nothing can be said of work orders that none applies to. */
  readonly isWholeSet: boolean;
};

/** Everything that can be said of rule files without data: their form, and of what is well formed whether it can be meant. */
export function checkRuleSet(inputs: readonly RuleFileText[], { limits, nowMs, isWholeSet }: CheckTerms): RuleSetCheck {
  const parsed = parseRuleSet(inputs, limits);
  const readable = parsed.kind === 'ok' ? parsed.set : parsed.readable;
  const ofForm = parsed.warnings.filter(({ code }) => isWholeSet || code !== 'FM-R801');
  const warnings = [...ofForm, ...lintRuleSet(readable, nowMs)];
  return { problems: parsed.kind === 'ok' ? [] : parsed.problems, warnings };
}
