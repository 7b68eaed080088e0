import type { FactUnit } from '../domain/fact.ts';
import { FACT_SOURCES } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import { compareWithPlatform, isPlatformFact } from '../domain/parity.ts';
import type { PlatformEvaluation } from '../domain/provider.ts';
import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';
import { factText, pointsText } from './fact-text.ts';
import type { Section } from './section.ts';

export type ParityInput = {
  readonly decision: RecordedDecision;
  readonly asked: ProviderId | null;
  /** Of the platform's rows, by provider; who is not there came without one. */
  readonly platform: ReadonlyMap<ProviderId, PlatformEvaluation>;
  readonly unitOf: (factName: string) => FactUnit | null;
};

/** Our evaluation beside Field Nation's, of the winner and of the provider asked about. Null: they came without any. */
export function paritySection(input: ParityInput): Section | null {
  const sentences = comparedCandidates(input).map(({ candidate, platform }) =>
    paritySentence(candidate, platform, input),
  );
  return sentences.length === 0 ? null : { title: 'Beside Field Nation’s own evaluation', sentences, table: null };
}

/** The same for programs; of everybody, unless somebody is asked about. */
export function parityJson({ decision, asked, platform }: Omit<ParityInput, 'unitOf'>) {
  return decision.candidates.flatMap((candidate) => {
    const theirs = platform.get(candidate.providerId);
    if (theirs === undefined || (asked !== null && candidate.providerId !== asked)) return [];
    const { criteria, isSameRule, isSamePoints } = compare(candidate, theirs);
    const { ruleId, isMatch, points, maxPoints } = theirs;
    return [
      {
        providerId: candidate.providerId,
        fieldNation: { ruleId, isMatch, points, maxPoints },
        ours: { isMatch: candidate.isMatch, points: candidate.pointsMilli / 1000, maxPoints: candidate.maxPoints },
        isSameRule,
        isSamePoints,
        compared: criteria.length,
        differs: criteria.filter(({ ours, theirs: their }) => ours !== their),
      },
    ];
  });
}

function comparedCandidates({ decision, asked, platform }: ParityInput) {
  const shown = decision.candidates.filter(({ providerId }) => providerId === decision.winner || providerId === asked);
  return shown.flatMap((candidate) => {
    const theirs = platform.get(candidate.providerId);
    return theirs === undefined ? [] : [{ candidate, platform: theirs }];
  });
}

function compare({ criteria }: RecordedCandidate, platform: PlatformEvaluation) {
  return compareWithPlatform(
    criteria.map((one) => ({ ...one, restsOnPlatform: one.evidence.some(({ fact }) => isPlatformFact(fact)) })),
    platform,
  );
}

/** `Provider 557: Field Nation 175 of 530, ours 205 of 530; differs in distance (they no match; ours 48 from …).` */
function paritySentence(
  candidate: RecordedCandidate,
  platform: PlatformEvaluation,
  { unitOf }: Pick<ParityInput, 'unitOf'>,
): string {
  const { criteria, isSameRule } = compare(candidate, platform);
  const differing = criteria.filter(({ ours, theirs }) => ours !== theirs);
  const points = `Field Nation ${platform.points} of ${platform.maxPoints}, ours ${pointsText(candidate.pointsMilli)} of ${candidate.maxPoints}`;
  const rule = isSameRule
    ? ''
    : ` by other criteria or weights (${platform.ruleId === null ? 'its default ranking' : `its rule ${platform.ruleId}`})`;
  const words = (text: string) => text.replace('_', ' ');
  const what = differing.map(({ key, ours, theirs }) => {
    const values = valuesBehind(candidate, key, unitOf);
    return `${key} (they ${words(theirs)}; ours ${words(ours)}${values === '' ? '' : `: ${values}`})`;
  });
  const same =
    criteria.length === 0
      ? 'no criterion is judged by both'
      : `the same in all ${criteria.length} that both have judged`;
  return `Provider ${candidate.providerId}: ${points}${rule}; ${what.length === 0 ? same : `differs in ${what.join(', ')}`}.`;
}

function valuesBehind({ criteria }: RecordedCandidate, key: string, unitOf: ParityInput['unitOf']): string {
  const evidence = criteria.find((one) => one.key === key)?.evidence ?? [];
  return evidence
    .flatMap(({ fact, value, source }) => {
      const words = Object.entries(FACT_SOURCES).find(([name]) => name === source)?.[1];
      return value === null || words === undefined
        ? []
        : [`${factText(value, unitOf(fact.replace(/\{.*/s, '')))} from ${words}`];
    })
    .join(', ');
}
