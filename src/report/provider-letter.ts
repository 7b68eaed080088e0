import type { FactUnit } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';
import { ageText, factText } from './fact-text.ts';
import { writtenTime } from './report.ts';
import type { Section } from './section.ts';

type OwnCriterion = RecordedCandidate['criteria'][number];

export type LetterInput = {
  readonly decision: RecordedDecision;
  /** Whom it is for; a candidate of the decision. */
  readonly provider: ProviderId;
  /** Name of the rule file; null: it is not known. */
  readonly ruleFileName: string | null;
  /** Whom to write to; null: a place to fill in. */
  readonly contact: string | null;
  /** Unit of a fact by its name; null: it has none. */
  readonly unitOf: (factName: string) => FactUnit | null;
};

/**
 * What a provider may be told of a decision: the criteria, the provider's own facts, what was missed, and how to contest.
 * Nothing about anybody else: neither who, how many, what they asked nor how many points they had; and no note of ours.
 */
export function providerLetter(input: LetterInput): readonly Section[] {
  const { decision, provider, contact } = input;
  const own = decision.candidates.find(({ providerId }) => providerId === provider);
  if (own === undefined) return [];
  return [
    {
      title: `How work order ${decision.workOrderId} was decided`,
      sentences: [
        `This is about you, provider ${provider}, and was decided on ${writtenTime(decision.decidedAtMs)} (UTC) by a program, ${byWhat(input)}.`,
        resultFor(decision, own),
      ],
      table: null,
    },
    criteriaSection(own, input),
    helpSection(own, input),
    {
      title: 'If you think this is wrong',
      sentences: [
        `Write to ${contact ?? '[name and address of the person to ask]'}, and name decision ${decision.id}. A person will look at it.`,
        'Say which of the values above is wrong and what shows it. A value read from your profile is corrected there, and counts from the next work order on.',
      ],
      table: null,
    },
  ];
}

function byWhat({ decision, ruleFileName }: LetterInput): string {
  const { ruleFileId, ruleFileHash } = decision;
  if (ruleFileId === null) return 'with no rules recorded';
  const name = ruleFileName === null ? ruleFileId : `"${ruleFileName}" (${ruleFileId})`;
  return `by the rules ${name}, version ${ruleFileHash?.slice(0, 12) ?? 'not known'}`;
}

/** A mass-route names its winners in its calls; one who was invited was not refused. */
function resultFor(decision: RecordedDecision, own: RecordedCandidate): string {
  const { outcome, winner, mode, intents } = decision;
  const invited = intents.some(({ call }) => call.kind === 'mass_route' && call.providerIds.includes(own.providerId));
  if (mode === 'shadow') return 'The rules were only tried out: nothing was done by them.';
  if (winner === own.providerId)
    return outcome === 'assign' ? 'You were chosen for it.' : 'You were chosen to be invited.';
  if (invited) return 'You were chosen to be invited.';
  if (!own.isEligible) return 'You were not chosen, for what is said below.';
  if (outcome === 'assign' || outcome === 'route' || outcome === 'mass_route')
    return 'You met everything that was required. You were not chosen, since the rules put somebody else first.';
  return 'You met everything that was required. Nobody was chosen at that time.';
}

function criteriaSection({ criteria }: RecordedCandidate, { decision, unitOf }: LetterInput): Section {
  const rows = criteria
    .filter(({ applies }) => applies)
    .flatMap((criterion) => {
      const { label, isRequired, evidence } = criterion;
      return evidence.map(({ fact, written, value, source, observedAtMs }, place) => [
        place === 0 ? label : '',
        place === 0 ? (isRequired ? 'required' : 'preferred') : '',
        written,
        value === null ? 'not known' : factText(value, unitOf(nameOf(fact))),
        source === null ? '' : (SOURCES[source] ?? source),
        observedAtMs === null ? '' : ageText(decision.decidedAtMs - observedAtMs),
        place === 0 ? resultOf(criterion) : '',
      ]);
    });
  const names = ['criterion', 'kind', 'asked', 'your value', 'read from', 'age', 'result'];
  return {
    title: 'What was asked, and what was known of you',
    sentences: [
      'Whoever misses something required cannot be chosen. What is preferred decides the order among the others.',
    ],
    table: { columns: names.map((name) => ({ name, alignment: 'left' })), rows },
  };
}

function nameOf(factKey: string): string {
  return factKey.replace(/\{.*\}$/s, '');
}

/** Who settled it, where the values did not. */
function resultOf({ verdict, decidedBy }: OwnCriterion): string {
  switch (decidedBy) {
    case 'facts':
      return VERDICTS[verdict];
    case 'platform':
      return `${VERDICTS[verdict]}: Field Nation says so itself`;
    case 'on_missing':
      return verdict === 'match' ? 'counted as met, since not known' : VERDICTS[verdict];
  }
}

const VERDICTS = { match: 'met', no_match: 'missed', unknown: 'not known' } as const;

/** Ours and the platform's words, for a reader outside. */
const SOURCES: { readonly [source: string]: string } = {
  row: 'the list of requests',
  profile: 'your profile',
  coordinates: 'the distance between two places',
  ledger: 'our own records',
  directory: 'an earlier request of yours',
  import: 'a list of ours',
  pool: 'our lists of providers',
  platform: 'Field Nation',
  work_order: 'the work order',
};

function helpSection(own: RecordedCandidate, { decision }: LetterInput): Section {
  const isChosen = decision.winner === own.providerId;
  const applying = own.criteria.filter(({ applies, verdict }) => applies && verdict !== 'match');
  const missed = applying.map(({ label, isRequired, verdict, decidedBy, evidence }) => {
    const asked = [...new Set(evidence.map(({ written }) => written))].join(' and ');
    const kind = isRequired ? 'Required' : 'Preferred';
    if (decidedBy === 'platform')
      return `${kind}, and missed by Field Nation's own verdict, which decided since your value was not known to us: ${label} (asked: ${asked}). Ask Field Nation what it rests on.`;
    return verdict === 'unknown'
      ? `${kind}, and not known of you: ${label} (asked: ${asked}). Showing it in your profile would have helped.`
      : `${kind}, and missed: ${label} (asked: ${asked}).`;
  });
  const others = own.blockedBy.flatMap(({ code }) =>
    code === 'FM-5001' || code === 'FM-5002' ? [] : [BLOCKS[code] ?? OTHER],
  );
  const sentences = [...new Set([...missed, ...others])];
  if (sentences.length > 0) return { title: 'What would have helped', sentences, table: null };
  const nothing = isChosen
    ? 'Nothing: you were chosen.'
    : 'You met every criterion; among those who do, the order of the rules decides.';
  return { title: 'What would have helped', sentences: [nothing], table: null };
}

const OTHER = 'Something of ours stood in the way that is not about your facts: ask, at the address below.';
const EXCLUDED = 'The buyer had excluded you from these work orders: ask why, and until when, at the address below.';
const BUSY = 'You already had work of ours at that time or on those days, as many as we give one provider.';
const DEAR = 'You asked for more than the buyer takes for this work order: asking less would have helped.';

/** Without what our reasons say beside: notes, limits, and other work orders. */
const BLOCKS: { readonly [code: string]: string } = {
  'FM-5003': 'Your request was no longer active: keeping it open would have helped.',
  'FM-5004': 'Your request had expired: a later expiry would have helped.',
  'FM-5005': 'The platform did not let us assign you: ask Field Nation.',
  'FM-5006':
    'You made a counter-offer, and the buyer takes none for this work order: asking its own pay would have helped.',
  'FM-5007': DEAR,
  'FM-5008': DEAR,
  'FM-5009': EXCLUDED,
  'FM-5010': BUSY,
  'FM-5011': BUSY,
  'FM-5012': BUSY,
  'FM-5013': 'You were already invited to this work order, and could have accepted.',
  'FM-5014': 'The platform says that you cannot be invited: ask Field Nation.',
  'FM-5015': 'The platform refused you for this work order: ask Field Nation.',
  'FM-5016': 'What you would cost was not known: naming it would have helped.',
  'FM-5017': 'You had been invited before, and did not accept in time.',
  'FM-5020': EXCLUDED,
  'FM-5040': 'You had declined this work order.',
  'FM-5041': 'You had this work order before, and it was open again.',
};
