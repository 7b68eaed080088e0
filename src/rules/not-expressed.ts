import type { JsonValue } from '../domain/json.ts';
import { formatProblem } from '../domain/problem.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import type { RuleProblemCode } from './problem-codes.ts';
import { readJson } from './read-json.ts';

/** Something that the other format has no words for, or that had to be read with a guess; never left out in silence. */
export type NotExpressed = {
  readonly code: RuleProblemCode;
  /** Which part of what is translated: `decision.stages`, `criterion "rating"`. */
  readonly at: string;
  readonly what: string;
  /** A whole sentence. */
  readonly fix: string;
  /** As the source has it; null: there is nothing to show. */
  readonly value: JsonValue;
};

/** One line: `decision.stages FM-R943 … — …`. */
export function formatNotExpressed({ at, code, what, fix }: NotExpressed): string {
  return formatProblem({ where: at, line: null, column: null, code, what, fix });
}

type Part = Omit<NotExpressed, 'value' | 'at'> & { readonly path: JsonPath };

const APART = 'Keep the rule file beside the export: it says who acts, when and up to what limit.';

/** What stands in a rule file around its criteria. Only a rule file has it, whatever the other format. */
const PARTS: readonly Part[] = [
  { path: ['owner'], code: 'FM-R945', what: 'The format does not say who answers for the rules', fix: APART },
  { path: ['because'], code: 'FM-R945', what: 'The format does not say why the rules are as they are', fix: APART },
  { path: ['mode'], code: 'FM-R945', what: 'The format does not say whether the rules act', fix: APART },
  {
    path: ['canary_percent'],
    code: 'FM-R945',
    what: 'The format does not say on which share of the work orders the rules act',
    fix: APART,
  },
  { path: ['priority'], code: 'FM-R945', what: 'The format does not say which of several files decides', fix: APART },
  { path: ['applies_to'], code: 'FM-R945', what: 'The rules do not say which work orders they are for', fix: APART },
  {
    path: ['conditions'],
    code: 'FM-R948',
    what: 'Conditions stand wherever they are used, without their names',
    fix: 'Change such a one in the rule file, and export again.',
  },
  { path: ['decision', 'stages'], code: 'FM-R943', what: 'The format has no stages: what is done when', fix: APART },
  {
    path: ['decision', 'tie_break'],
    code: 'FM-R943',
    what: 'The format does not say who is first among equals',
    fix: APART,
  },
  {
    path: ['decision', 'batch'],
    code: 'FM-R943',
    what: 'The format does not say which work orders are assigned together',
    fix: APART,
  },
  {
    path: ['decision', 'fill_weight'],
    code: 'FM-R943',
    what: 'The format does not say which work orders come first when providers are few',
    fix: APART,
  },
  {
    path: ['decision', 'max_verdict_age_days'],
    code: 'FM-R943',
    what: 'The format does not know how old a verdict may be',
    fix: APART,
  },
  {
    path: ['decision', 'accept_client_pay_terms'],
    code: 'FM-R943',
    what: 'The format does not say whether pay terms are accepted',
    fix: APART,
  },
  { path: ['guardrails'], code: 'FM-R944', what: 'The format has no limits, quiet hours and exclusions', fix: APART },
  {
    path: ['tests'],
    code: 'FM-R946',
    what: 'The examples of the file are not exported',
    fix: 'Run them with the rule file.',
  },
];

/** What of the file around its criteria no other format has, in a fixed order; what the file leaves out is not listed. */
export function notExpressedOf(file: RuleFile): readonly NotExpressed[] {
  const { document } = readJson(file.text);
  return PARTS.flatMap(({ path, ...part }) => {
    const node = document === null ? null : nodeAt(document.root, path);
    return node === null ? [] : [{ ...part, at: path.join('.'), value: toJsonValue(node) }];
  });
}

/** What a criterion says besides its comparison, by key; null where no criterion says it. */
export function notExpressedByKey(
  file: RuleFile,
  part: Pick<NotExpressed, 'code' | 'at' | 'what' | 'fix'>,
  pick: (criterion: RuleFile['criteria'][number]) => JsonValue,
): readonly NotExpressed[] {
  const said = file.criteria.flatMap((criterion) => {
    const value = pick(criterion);
    return value === null ? [] : [[criterion.key, value] as const];
  });
  return said.length === 0 ? [] : [{ ...part, value: Object.fromEntries(said) }];
}

/** Members of the source that nothing was made of. */
export function leftMembers(at: string, left: readonly string[]): readonly NotExpressed[] {
  if (left.length === 0) return [];
  const what = `These members have no place in a rule file: ${left.join(', ')}`;
  const fix = 'All else of it was taken over; look whether it holds without.';
  return [{ code: 'FM-R959', at, what, fix, value: [...left] }];
}
