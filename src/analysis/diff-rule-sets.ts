import type { ReviewFile, RuleFile } from '../domain/rule-file.ts';
import { diffOutlines, type RuleChange } from './diff-rule-files.ts';
import { type OrderChange, orderChanges, orderNotes, rankingWorths, type Worth } from './exchange-rates.ts';
import { outlineReviewFile, outlineRuleFile } from './outline-rule-file.ts';

export type EitherFile =
  | { readonly kind: 'dispatch'; readonly file: RuleFile }
  | { readonly kind: 'review'; readonly file: ReviewFile };

/** What criteria are worth among each other, before and after. */
export type RateDiff = {
  readonly before: readonly Worth[];
  readonly after: readonly Worth[];
  readonly orderChanges: readonly OrderChange[];
};

/** `same`: to the byte; `formatting`: another text, and nothing that it says differs. */
export type RuleFileDiff = {
  readonly kind: 'same' | 'formatting' | 'changed' | 'added' | 'removed';
  readonly id: string;
  /** Null: not there. */
  readonly before: string | null;
  readonly after: string | null;
  readonly changes: readonly RuleChange[];
  /** Null: a review file, whose weights decide nothing, or nothing about the worths changed. */
  readonly rates: RateDiff | null;
};

/** File by file, matched by id, in the order of `after`, then what is gone. One file on each side is compared whatever its id. */
export function diffRuleSets(before: readonly EitherFile[], after: readonly EitherFile[]): readonly RuleFileDiff[] {
  const [onlyOld, onlyNew] = [before[0], after[0]];
  if (before.length === 1 && after.length === 1 && onlyOld !== undefined && onlyNew !== undefined) {
    return onlyOld.kind === onlyNew.kind ? [diffPair(onlyOld, onlyNew)] : [gone(onlyOld), fresh(onlyNew)];
  }
  const isSame = (a: EitherFile, b: EitherFile) => a.kind === b.kind && a.file.id === b.file.id;
  return [
    ...after.map((each) => {
      const old = before.find((other) => isSame(other, each));
      return old === undefined ? fresh(each) : diffPair(old, each);
    }),
    ...before.filter((each) => !after.some((other) => isSame(other, each))).map(gone),
  ];
}

function fresh({ file }: EitherFile): RuleFileDiff {
  return { kind: 'added', id: file.id, before: null, after: file.path, changes: [], rates: null };
}

function gone({ file }: EitherFile): RuleFileDiff {
  return { kind: 'removed', id: file.id, before: file.path, after: null, changes: [], rates: null };
}

function diffPair(before: EitherFile, after: EitherFile): RuleFileDiff {
  const changes = diffOutlines(outlineOf(before), outlineOf(after));
  const rates = before.kind === 'dispatch' && after.kind === 'dispatch' ? diffRates(before.file, after.file) : null;
  const kind = changes.length > 0 ? 'changed' : before.file.text === after.file.text ? 'same' : 'formatting';
  return {
    kind,
    id: after.file.id,
    before: before.file.path,
    after: after.file.path,
    changes: rates === null ? changes : changes.map((change) => noted(change, rates)),
    rates: rates === null || isSameWorth(rates) ? null : rates,
  };
}

function outlineOf(either: EitherFile) {
  return either.kind === 'dispatch' ? outlineRuleFile(either.file) : outlineReviewFile(either.file);
}

function diffRates(before: RuleFile, after: RuleFile): RateDiff {
  const [old, now] = [rankingWorths(before.criteria), rankingWorths(after.criteria)];
  return { before: old, after: now, orderChanges: orderChanges(old, now) };
}

function isSameWorth({ before, after }: RateDiff): boolean {
  const byKey = (worths: readonly Worth[]) => JSON.stringify([...worths].sort((a, b) => (a.key < b.key ? -1 : 1)));
  return byKey(before) === byKey(after);
}

/** With what a weight now outweighs, and whether a criterion began or ceased to put candidates in order. */
function noted(change: RuleChange, rates: RateDiff): RuleChange {
  const key = /^criteria\.([^.]+)\.(weight|is_required|credit|on_missing)/.exec(change.path)?.[1];
  if (key === undefined)
    return change.path === 'mode' ? { ...change, notes: [...change.notes, ...modeNotes(change)] } : change;
  const [was, is] = [rates.before, rates.after].map((worths) => worths.some((worth) => worth.key === key));
  const isWeight = change.path.endsWith('.weight');
  const ceased = isWeight && change.after === '0' ? WEIGHTLESS : CEASED;
  const began = was === is ? [] : [is === true ? BEGAN : ceased];
  const idle = isWeight && was !== true && is !== true ? [CEASED] : [];
  const order = isWeight ? orderNotes(key, rates.orderChanges, rates.after) : [];
  return { ...change, notes: [...change.notes, ...began, ...idle, ...order] };
}

/** Whether it begins or ceases to act by itself. */
function modeNotes({ before, after }: RuleChange): readonly string[] {
  const [acted, acts] = [before, after].map((mode) => mode === 'enforce' || mode === 'canary');
  if (acted === acts) return [];
  return [acts === true ? 'now acts by itself' : 'no longer acts by itself'];
}

const BEGAN = 'now puts eligible providers in order';
const WEIGHTLESS = 'no longer puts eligible providers in order';
const CEASED = 'every eligible provider has it, so it puts none before another';
