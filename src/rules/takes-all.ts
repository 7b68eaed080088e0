import type { RuleFile } from '../domain/rule-file.ts';

/** Whether no other file decides what it applies to: a canary leaves all but its share to the next. */
export function takesAll({ mode }: Pick<RuleFile, 'mode'>): boolean {
  return mode === 'enforce' || mode === 'recommend';
}
