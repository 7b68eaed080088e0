import type { PlannedDecision } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { CompiledRuleFile } from '../evaluate/compile.ts';
import { type FlipCase, firmness, firmnessWanted } from './flip-case.ts';
import { type RuleEdit, type RuleLever, withRuleEdits } from './flip-rule-edits.ts';
import { changeSize, choices, compareSizes, type Setting } from './flip-search.ts';
import { turningWeights } from './flip-weights.ts';
import { compileVariant } from './score-variant.ts';
import { scoringOnce } from './without-criterion.ts';

export type RuleTrials = {
  /** The least change of exactly these levers with which the provider is chosen; null: none is. */
  readonly least: (picked: readonly RuleLever[]) => readonly Setting<RuleEdit>[] | null;
  /** More was asked than may be: what was not found may exist. */
  readonly isSpent: () => boolean;
};

/** Tries rule edits for one provider by deciding again. */
export function ruleTrials(flip: FlipCase, provider: ProviderId, maxTrials: number): RuleTrials {
  let left = maxTrials;
  const wanted = firmnessWanted(flip.baseline);
  const decide = (file: CompiledRuleFile): PlannedDecision | null => {
    left -= 1;
    return left < 0 ? null : flip.decide({ file });
  };
  const reaches = (decision: PlannedDecision | null) => decision !== null && firmness(decision, provider) >= wanted;
  const tryAll = (picked: readonly RuleLever[], given: readonly Setting<RuleEdit>[]) => {
    const base = variant(flip.compiled, given);
    const { ways, isWhole } = weightSettings(flip, provider, { picked, base });
    for (const weighted of ways) {
      const file = weighted.length === 0 ? base : variant(base, weighted);
      if (!mayLead(flip, provider, file)) continue;
      for (const bars of choices(barSettings(flip, provider, { picked, file }))) {
        for (const margins of marginSettings(flip, picked, { file: variant(file, bars), decide, reaches })) {
          const settings = inOrder(picked, [...given, ...weighted, ...bars, ...margins]);
          if (settings.length === picked.length && reaches(decide(variant(flip.compiled, settings)))) return settings;
        }
      }
    }
    if (!isWhole) left = -1;
    return null;
  };
  return {
    isSpent: () => left < 0,
    least: (picked) => {
      if (left < 0 || picked.filter(({ settings }) => settings === 'weight').length > 1) return null;
      const plain = picked.flatMap(({ settings }) => (typeof settings === 'string' ? [] : [settings]));
      const found = [...choices(plain)]
        .flatMap((given) => [tryAll(picked, given) ?? []])
        .filter(({ length }) => length > 0);
      return found.sort(compareSizes)[0] ?? null;
    },
  };
}

function variant(compiled: CompiledRuleFile, settings: readonly Setting<RuleEdit>[]): CompiledRuleFile {
  const edits = settings.map(({ edit }) => edit);
  return edits.length === 0 ? compiled : scoringOnce(compileVariant(compiled, withRuleEdits(compiled.file, edits)));
}

type Picked = { readonly picked: readonly RuleLever[] };

/** One way to leave the weights alone, or each turning weight of the one picked. */
function weightSettings(
  { slate, mates }: FlipCase,
  provider: ProviderId,
  { picked, base }: Picked & { readonly base: CompiledRuleFile },
): { readonly ways: readonly (readonly Setting<RuleEdit>[])[]; readonly isWhole: boolean } {
  const position = picked.find(({ settings }) => settings === 'weight')?.at;
  const criterion = base.file.criteria.find((one) => one.position === position);
  if (criterion === undefined) return { ways: [[]], isWhole: true };
  const { key, weight: from } = criterion;
  const turning = turningWeights(base, [slate, ...mates], { provider, position: criterion.position });
  const ways = turning.weights.map((to): readonly Setting<RuleEdit>[] => [
    { edit: { kind: 'weight', position: criterion.position, key, from, to }, size: changeSize(from, to) },
  ]);
  return { ways, isWhole: turning.isWhole };
}

/**
 * Each picked bar lowered onto the provider's points; where others of the run want the same providers, onto anybody's, since
 * a lower bar may give them somebody else. The least change first.
 */
function barSettings(
  { slate, mates, isAlone }: FlipCase,
  provider: ProviderId,
  { picked, file }: Picked & { readonly file: CompiledRuleFile },
): readonly (readonly Setting<RuleEdit>[])[] {
  const wanted = picked.filter(({ settings }) => settings === 'min_points');
  if (wanted.length === 0) return [];
  const all = [slate, ...mates].flatMap((one) => file.score(one).candidates);
  const asked = isAlone ? all.filter(({ candidate }) => candidate.providerId === provider) : all;
  const bars = [...new Set(asked.map(({ pointsMilli }) => Math.floor(pointsMilli / 1000)))].sort((a, b) => b - a);
  return wanted.map(({ at }) => bars.flatMap((to) => lowered(file.file, { kind: 'min_points', at, to })));
}

type Asking = {
  readonly file: CompiledRuleFile;
  readonly decide: (file: CompiledRuleFile) => PlannedDecision | null;
  readonly reaches: (decision: PlannedDecision | null) => boolean;
};

/**
 * The picked margins lowered onto the lead that the provider then has; where others of the run want the same providers, every
 * lower one. The least change first; empty: a margin is no hindrance, or not the only one.
 */
function marginSettings(
  { isAlone }: FlipCase,
  picked: readonly RuleLever[],
  { file, decide, reaches }: Asking,
): readonly (readonly Setting<RuleEdit>[])[] {
  const wanted = picked.filter(({ settings }) => settings === 'min_margin').map(({ at }) => at);
  if (wanted.length === 0) return [[]];
  const to = (at: number, lead: number) => lowered(file.file, { kind: 'min_margin', at, to: lead });
  if (!isAlone) {
    const margins = file.file.stages.map((stage) => (stage.do === 'assign' ? stage.minMargin : 0));
    const leads = Array.from({ length: Math.max(0, ...margins) }, (_, place) => place).reverse();
    return [...choices(wanted.map((at) => leads.flatMap((lead) => to(at, lead))))];
  }
  const decision = decide(
    variant(
      file,
      wanted.flatMap((at) => to(at, 0)),
    ),
  );
  if (decision === null || !reaches(decision)) return [];
  const lead = Math.max(0, Math.floor((decision.marginMilli ?? 0) / 1000));
  const settings = wanted.flatMap((at) => to(at, lead));
  return settings.length === wanted.length ? [settings] : [];
}

function lowered(
  file: RuleFile,
  { kind, at, to }: { readonly kind: 'min_points' | 'min_margin'; readonly at: number; readonly to: number },
): readonly Setting<RuleEdit>[] {
  const stage = file.stages.find(({ n }) => n === at);
  const minMargin = stage?.do === 'assign' ? stage.minMargin : 0;
  const minPoints = stage !== undefined && 'minPoints' in stage ? stage.minPoints : 0;
  const from = kind === 'min_points' ? minPoints : minMargin;
  return to < from ? [{ edit: { kind, stage: at, from, to }, size: changeSize(from, to) }] : [];
}

/** As the levers stand, which is how the file does. */
function inOrder(picked: readonly RuleLever[], settings: readonly Setting<RuleEdit>[]): readonly Setting<RuleEdit>[] {
  return picked.flatMap((lever) => {
    const given = lever.settings;
    if (typeof given !== 'string') return settings.filter((setting) => given.includes(setting));
    return settings.filter(
      ({ edit }) =>
        edit.kind === given && lever.at === ('stage' in edit ? edit.stage : 'position' in edit ? edit.position : 0),
    );
  });
}

/** False only where somebody who may be chosen has more points, points come first, and nobody else wants these providers. */
function mayLead(flip: FlipCase, provider: ProviderId, file: CompiledRuleFile): boolean {
  const [first] = file.file.tieBreak;
  const { candidates } = file.score(flip.slate);
  const own = candidates.find(({ candidate }) => candidate.providerId === provider);
  const isPointsFirst = first?.by === 'points' && first.direction === 'desc';
  if (!flip.isAlone || !isPointsFirst || own?.candidate.kind !== 'request') return true;
  const free = new Set(
    flip.prepared.standings
      .filter(({ constraints, bookings }) => constraints.length + bookings.length === 0)
      .map(({ scored }) => scored.candidate.providerId),
  );
  return candidates.every(
    ({ candidate, isMatch, pointsMilli }) =>
      candidate.kind !== 'request' || !isMatch || !free.has(candidate.providerId) || pointsMilli <= own.pointsMilli,
  );
}
