import { type FlipCase, prepareFlip } from '../../src/analysis/flip-case.ts';
import { type FactEdit, withFactEdits } from '../../src/analysis/flip-fact-edits.ts';
import { FLIP_LIMITS, type FlipAnswer, flipFacts } from '../../src/analysis/flip-facts.ts';
import { type RuleEdit, withRuleEdits } from '../../src/analysis/flip-rule-edits.ts';
import { flipRules, RULE_FLIP_LIMITS } from '../../src/analysis/flip-rules.ts';
import { winnerDistance } from '../../src/analysis/flip-winner.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import type { Candidate, Slate } from '../../src/domain/scored-slate.ts';
import { bruteFlip, changed, decideWorld, isChosen, knobsOf } from './brute-flips.ts';
import { bruteRule, MOST_WEIGHT } from './brute-rules.ts';
import type { FlipWorld } from './flip-worlds.ts';

export type FlipFinding = {
  /** Null: nothing is wrong. */
  readonly flaw: string | null;
  /** What kind of case it was: `facts found 2`. */
  readonly kinds: readonly string[];
};

/** Looks at the losers in turn. `bruteTo`: sets of so many facts are tried one by one. */
export function findFlipFlaw(world: FlipWorld, turn: number, bruteTo: number): FlipFinding {
  const [file] = world.files;
  const flip = prepareFlip(world);
  if (flip === null || file === undefined) return { flaw: 'the case is not prepared', kinds: [] };
  const before = decideWorld(world, world.slate, file);
  const losers = world.slate.candidates.filter(({ providerId }) => !isChosen(before, before, providerId));
  const loser = losers[turn % Math.max(1, losers.length)];
  if (loser === undefined) return { flaw: null, kinds: ['no loser'] };
  const facts = flipFacts(flip, loser.providerId, FLIP_LIMITS);
  const rules = flipRules(flip, loser.providerId, RULE_FLIP_LIMITS);
  const around = { world, file, loser, flip };
  const flaws = [
    ...flawsOf(around, facts, (edits: readonly FactEdit[]) => ({
      slate: withFactEdits(flip.slate, loser, edits),
      file,
    })),
    ...flawsOf(around, rules, (edits: readonly RuleEdit[]) => ({
      slate: world.slate,
      file: withRuleEdits(file, edits),
    })),
    ...cheaperFacts(around, facts, bruteTo),
    ...cheaperRules(around, rules),
    ...nearerUnseating(around),
  ];
  const kinds = [kindOf('facts', facts), kindOf('rules', rules), before.outcome];
  return { flaw: flaws.length === 0 ? null : `provider ${loser.providerId}: ${flaws.join('; ')}`, kinds };
}

function kindOf(what: string, answer: FlipAnswer<unknown>): string {
  return `${what} ${answer.kind}${answer.kind === 'found' ? ` ${answer.found[0]?.edits.length}` : ''}`;
}

type Around = {
  readonly world: FlipWorld;
  readonly file: RuleFile;
  readonly loser: Candidate;
  readonly flip: FlipCase;
};

/** With the edits the loser is chosen, without any one of them not. */
function flawsOf<Edit>(
  { world, file, loser }: Around,
  answer: FlipAnswer<Edit>,
  changed: (edits: readonly Edit[]) => { readonly slate: Slate; readonly file: RuleFile },
): readonly string[] {
  if (answer.kind !== 'found') return [];
  const before = decideWorld(world, world.slate, file);
  const chosenWith = (edits: readonly Edit[]) => {
    const now = changed(edits);
    return isChosen(decideWorld(world, now.slate, now.file), before, loser.providerId);
  };
  return answer.found.flatMap(({ edits }) => [
    ...(chosenWith(edits) ? [] : [`is not chosen with ${JSON.stringify(edits)}`]),
    ...edits
      .filter((edit) => chosenWith(edits.filter((one) => one !== edit)))
      .map((edit) => `does not need ${JSON.stringify(edit)}`),
  ]);
}

function cheaperFacts({ world, loser }: Around, answer: FlipAnswer<FactEdit>, bruteTo: number): readonly string[] {
  const [best] = answer.kind === 'found' ? answer.found : [];
  const claimed = best?.edits.length ?? Number.POSITIVE_INFINITY;
  for (let count = 1; count <= Math.min(bruteTo, claimed); count += 1) {
    const brute = bruteFlip(world, loser, count);
    const size = count === claimed ? (best?.size ?? null) : null;
    if ((brute?.size ?? null) !== size)
      return [`${JSON.stringify(brute)} of ${count} facts, not ${JSON.stringify(best?.edits ?? answer)}`];
  }
  return [];
}

function cheaperRules({ world, loser }: Around, answer: FlipAnswer<RuleEdit>): readonly string[] {
  const brute = bruteRule(world, loser);
  const [best] = answer.kind === 'found' ? answer.found : [];
  const size = best?.edits.length === 1 ? best.size : null;
  const [edit] = best?.edits ?? [];
  // Weights are tried one by one up to a bound: a larger one that was verified has no counterpart.
  const isBeyond =
    size !== null && edit?.kind === 'weight' && edit.to > MOST_WEIGHT && size < (brute?.size ?? Infinity);
  if (isBeyond || (brute?.size ?? null) === size) return [];
  return [`${JSON.stringify(brute)}, not ${JSON.stringify(best?.edits ?? answer)}`];
}

/** One fact of anybody, whichever way: what unseats the winner must do so, and nothing tried one by one be nearer. */
function nearerUnseating({ world, file, flip }: Around): readonly string[] {
  const distance = winnerDistance(flip, FLIP_LIMITS);
  if (distance === null) return [];
  const { winner, nearest } = distance;
  const before = decideWorld(world, world.slate, file);
  const unseats = (slate: Slate) => !isChosen(decideWorld(world, slate, file), before, winner);
  const edited = world.slate.candidates.find(({ providerId }) => providerId === nearest?.provider);
  const isTrue =
    edited === undefined || nearest === null || unseats(withFactEdits(flip.slate, edited, nearest.flip.edits));
  const sizes = world.slate.candidates.flatMap((candidate) =>
    knobsOf(world, candidate)
      .filter(({ name }) => candidate.providerId !== winner || !REQUEST_ONLY.includes(name))
      .flatMap(({ name, ways }) =>
        ways.map(({ size, apply }) => ({
          size,
          name,
          provider: candidate.providerId,
          slate: changed(world.slate, apply(candidate)),
        })),
      ),
  );
  const best = sizes
    .toSorted((a, b) => a.size - b.size)
    .find(({ slate, size }) => size < (nearest?.flip.size ?? Number.POSITIVE_INFINITY) && unseats(slate));
  return [
    ...(isTrue ? [] : [`the winner stays with ${JSON.stringify(nearest)}`]),
    ...(best === undefined
      ? []
      : [
          `${best.name} of ${best.provider} unseats with ${best.size}, not ${JSON.stringify(nearest?.flip.edits ?? null)} of ${nearest?.provider} (${nearest?.flip.size})`,
        ]),
  ];
}

/** The winner's own withdrawal and the like are no change of facts that is searched. */
const REQUEST_ONLY: readonly string[] = ['active', 'expiry', 'pay', 'provider.is_routable'];
