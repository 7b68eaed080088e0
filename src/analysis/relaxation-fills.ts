import { loadHighs } from '../decide/assignment/highs.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { DecisionAlone, RecordedRun } from '../domain/recorded-run.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { Slate } from '../domain/scored-slate.ts';
import { boundProviders } from '../domain/write-call.ts';
import { type CompiledRuleFile, compileRuleFile } from '../evaluate/compile.ts';
import { fills } from './choice.ts';
import { readRecordedBatch } from './recorded-batch.ts';
import { letsIn, type RelaxedSet } from './relaxation.ts';
import { dispatchAgain } from './replay-dispatch.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { Again } from './replayed.ts';

/** What deciding again with the criteria preferred gives, in work orders; each counts once. */
export type RelaxedFills = {
  /** Given away or offered, and as recorded not. */
  readonly more: number;
  /** As recorded given away or offered, and now not: the provider goes to another work order, or a person must look. */
  readonly fewer: number;
  /** Filled both ways, but by somebody else: another winner, or others are invited. */
  readonly others: number;
  /** Of the winners of what is filled besides: the median of their points, in tenths of a percent of their maximum; null: none. */
  readonly medianPerMille: number | null;
};

export type Variant = { readonly ruleFileId: string; readonly set: RelaxedSet };

/** Decides every variant again where it can matter, run by run; elsewhere it is what was recorded. */
export function createFillsTally(variants: readonly Variant[]) {
  const tallies = variants.map((variant) => ({
    variant,
    keys: new Set(variant.set.criteria.map(({ key }) => key)),
    places: new Map<string, Filled>(),
    relaxed: new WeakMap<CompiledRuleFile, CompiledRuleFile>(),
  }));
  return {
    async add(run: RecordedRun, rules: ReplayRules): Promise<void> {
      const slates = slatesOf(run);
      for (const { variant, keys, places, relaxed } of tallies) {
        const own = run.decisions.filter(({ decision }) => isOf(decision, variant));
        if (own.length === 0) continue;
        const isTouched = own.some(({ candidates }) => letsIn(candidates(), keys));
        const toRelaxed = (file: CompiledRuleFile) => relaxedOnce(file, keys, relaxed);
        const again = isTouched ? await decideRelaxed({ run, rules, slates, variant, toRelaxed }) : null;
        for (const { decision } of own) note(places, decision, again);
      }
    },
    result: () => tallies.map(({ variant, places }) => ({ variant, fills: toFills([...places.values()]) })),
  };
}

type Filled = { before: boolean; now: boolean; isOther: boolean; perMille: number | null };

export function isOf({ ruleFileId, review }: DecisionAlone, { ruleFileId: id }: Pick<Variant, 'ruleFileId'>): boolean {
  return ruleFileId === id && review === undefined;
}

function slatesOf({ decisions }: RecordedRun): readonly Slate[] {
  const slates = new Map<number, Slate>();
  for (const { decision, slate } of decisions) {
    const known = slates.get(decision.workOrderId);
    if (slate !== null && (known === undefined || known.candidates.length < slate.candidates.length))
      slates.set(decision.workOrderId, slate);
  }
  return [...slates.values()];
}

type Deciding = {
  readonly run: RecordedRun;
  readonly rules: ReplayRules;
  readonly slates: readonly Slate[];
  readonly variant: Variant;
  readonly toRelaxed: (file: CompiledRuleFile) => CompiledRuleFile;
};

/** Null: its rules or its batch cannot be read, so that it counts as recorded. */
async function decideRelaxed({ run, rules, slates, variant, toRelaxed }: Deciding): Promise<Again | null> {
  if (rules.kind !== 'ready' || run.batch.kind !== 'kept') return null;
  const read = readRecordedBatch(run.batch.value);
  if (read.kind !== 'dispatch') return null;
  const files = rules.files.map((one) => (one.file.id === variant.ruleFileId ? toRelaxed(one) : one));
  // Nothing is sent, so nobody is asked a second time.
  const confirm = async (planned: PlannedDecision) => planned;
  // What the others were given stays theirs.
  const batch = { ...read.batch, solutions: read.batch.solutions === null ? null : [] };
  return dispatchAgain(batch, files, { confirm, solve: await loadHighs() }).decide(slates);
}

function relaxedOnce(
  compiled: CompiledRuleFile,
  keys: ReadonlySet<string>,
  known: WeakMap<CompiledRuleFile, CompiledRuleFile>,
): CompiledRuleFile {
  const made = known.get(compiled) ?? compileRuleFile(relaxFile(compiled.file, keys));
  known.set(compiled, made);
  return made;
}

/** The same file with these criteria preferred: they keep their points, and no longer keep anybody out. */
export function relaxFile(file: RuleFile, keys: ReadonlySet<string>): RuleFile {
  return {
    ...file,
    criteria: file.criteria.map((one) => (keys.has(one.key) ? { ...one, isRequired: false } : one)),
  };
}

function note(places: Map<string, Filled>, decision: DecisionAlone, again: Again | null): void {
  const place = `${decision.workOrderId} ${decision.episode}`;
  const known = places.get(place) ?? { before: false, now: false, isOther: false, perMille: null };
  places.set(place, known);
  const planned = again?.decisions.find(
    ({ workOrder, ruleFileId }) => workOrder.id === decision.workOrderId && ruleFileId === decision.ruleFileId,
  );
  const isFilled = fills(planned ?? decision);
  known.before ||= fills(decision);
  if (planned !== undefined && isFilled && fills(decision) && whomOf(planned) !== whomOf(decision))
    known.isOther = true;
  if (planned !== undefined && isFilled && !known.now) {
    const winner = planned.candidates.find(({ scored }) => scored.candidate.providerId === planned.winner)?.scored;
    known.perMille =
      winner === undefined || winner.maxPoints === 0 ? null : Math.floor(winner.pointsMilli / winner.maxPoints);
  }
  known.now ||= isFilled;
}

/** Whom it gives the work order, or offers it to. */
function whomOf({ winner, intents, recommends }: PlannedDecision | DecisionAlone): string {
  const asked = [...intents.flatMap(({ call }) => boundProviders(call)), ...(recommends?.providers ?? [])];
  return `${winner} ${asked.sort((a, b) => a - b).join()}`;
}

function toFills(places: readonly Filled[]): RelaxedFills {
  const more = places.filter(({ before, now }) => now && !before);
  const shares = more.flatMap(({ perMille }) => perMille ?? []).sort((a, b) => a - b);
  return {
    more: more.length,
    fewer: places.filter(({ before, now }) => before && !now).length,
    others: places.filter(({ isOther }) => isOther).length,
    medianPerMille: shares[Math.floor((shares.length - 1) / 2)] ?? null,
  };
}
