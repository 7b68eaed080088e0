import type { FlipCard } from '../analysis/flip.ts';
import type { Flip, FlipAnswer, FlipBlock } from '../analysis/flip-facts.ts';
import type { WinnerDistance } from '../analysis/flip-winner.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import { counted } from './counted.ts';
import { pointsText } from './fact-text.ts';
import { factEditText, ruleEditText } from './flip-words.ts';
import { reasonText } from './reason-text.ts';
import type { Section } from './section.ts';

/** What would have had to be different, in words. */
export function flipSection(card: FlipCard): Section {
  const { provider, facts, rules, distance, ranksByLoad, labels } = card;
  const rows = [
    ...rowsOf('facts', facts, (edit) => factEditText(edit, labels)),
    ...rowsOf('rules', rules, (edit) => ruleEditText(edit, labels)),
  ];
  return {
    title: `What would have had to be different for provider ${provider} to be chosen`,
    sentences: [
      ...(facts.kind === 'chosen' ? ['Nothing: the provider was chosen.'] : foundNowhere(card)),
      ...(rows.length > 0 ? [HOW] : []),
      ...(rules.kind === 'found' ? [RULES] : []),
      ...(ranksByLoad && facts.kind !== 'chosen' && facts.kind !== 'blocked' ? [LOAD] : []),
      ...(distance === null ? [] : distanceSentences(distance, card)),
    ],
    table: rows.length === 0 ? null : { columns: COLUMNS, rows },
  };
}

const COLUMNS = [
  { name: 'of', alignment: 'left' },
  { name: 'smallest change', alignment: 'left' },
  { name: 'then', alignment: 'left' },
  { name: 'besides, in the same run', alignment: 'left' },
] as const;

const HOW =
  'Each line below does it by itself, all of its changes together, with everything else as it was: decided again with the whole run, and without any one of its changes it is not so. The smallest first: fewest changes, then the one whose largest change is smallest in proportion.';
const LOAD =
  'The tie-break also compares the work orders of seven days (assigned_7d). They are counted, not a fact of the provider: no change of it is looked for.';
const RULES =
  'Before a rule file is changed, backtest says what the change does to every other decision; here only those of the same run are named.';

function rowsOf<Edit>(of: string, answer: FlipAnswer<Edit>, text: (edit: Edit) => string): readonly string[][] {
  if (answer.kind !== 'found') return [];
  return answer.found.map(({ edits, decision, others }) => [
    of,
    edits.map(text).join('; and '),
    becomes(decision),
    others.length === 0
      ? 'nothing'
      : `${counted(others.length, 'work order')} otherwise: ${others.slice(0, 5).join(', ')}`,
  ]);
}

function becomes({ outcome, winner, stage }: PlannedDecision): string {
  const whom = winner === null ? '' : ` ${winner}`;
  return `${outcome.replace('_', '-')}${whom}${stage === null ? '' : `, stage ${stage}`}`;
}

/** Where the same stands in the way of both it is said once. */
function foundNowhere({ facts, rules }: FlipCard): readonly string[] {
  const [ofFacts, ofRules] = [facts, rules].map((answer) =>
    answer.kind === 'blocked' ? answer.blockedBy.map(blockText).join(' ') : null,
  );
  if (ofFacts !== undefined && ofFacts !== null && ofFacts === ofRules)
    return [`No change of facts, or of the rule file, would have done it as long as this stood in the way: ${ofFacts}`];
  return [...notFound('facts', facts), ...notFound('rules', rules)];
}

function notFound(of: 'facts' | 'rules', answer: FlipAnswer<unknown>): readonly string[] {
  const what = of === 'facts' ? 'facts' : 'the rule file';
  switch (answer.kind) {
    case 'found':
    case 'chosen':
      return [];
    case 'blocked':
      return [
        `No change of ${what} would have done it as long as this stood in the way: ${answer.blockedBy.map(blockText).join(' ')}`,
      ];
    case 'none': {
      if (answer.searchedTo === 0 && !answer.isWhole)
        return [
          `Changes of ${what} were not searched to the end: too many work orders of the run want the same providers.`,
        ];
      if (answer.isWhole) return [`No change of ${what} would have done it.`];
      const most = counted(answer.searchedTo, of === 'facts' ? 'fact' : 'place', of === 'facts' ? 'facts' : 'places');
      const limits = of === 'facts' ? '' : ' (one weight at most)';
      return [
        `No change of up to ${most}${of === 'facts' ? '' : ' of the rule file'} would have done it${limits}; larger ones were not searched to the end.`,
      ];
    }
  }
}

function blockText(block: FlipBlock): string {
  switch (block.kind) {
    case 'reason':
      return `${reasonText(block.reason).sentence} (${block.reason.code})`;
    case 'not_asked':
      return 'The provider has not asked for the work order, which went to one who has.';
    case 'no_stage':
      return 'No stage whose time had come chooses among those who stand to the work order as the provider does.';
  }
}

function distanceSentences(distance: WinnerDistance, { labels }: FlipCard): readonly string[] {
  const { winner, leadMilli, aboveMinimumMilli, aboveMarginMilli, nearest } = distance;
  const slack = [
    leadMilli === null ? 'nobody else was eligible' : `a lead of ${pointsText(leadMilli)} points`,
    ...(aboveMinimumMilli === null
      ? []
      : [`${pointsText(aboveMinimumMilli)} points above the least that the stage takes`]),
    ...(aboveMarginMilli === null ? [] : [`${pointsText(aboveMarginMilli)} points more lead than the stage asks for`]),
  ];
  return [
    `Provider ${winner} was chosen: ${slack.join(', ')}.`,
    nearest === null
      ? 'No single fact of anybody would have unseated the winner.'
      : `The smallest change of one fact that would have unseated the winner: provider ${nearest.provider}, ${nearest.flip.edits.map((edit) => factEditText(edit, labels)).join('; and ')} (then ${becomes(nearest.flip.decision)}).`,
  ];
}

/** The same for programs. */
export function flipJson({ provider, facts, rules, distance, labels }: FlipCard) {
  return {
    provider,
    facts: answerJson(facts, (edit) => factEditText(edit, labels)),
    rules: answerJson(rules, (edit) => ruleEditText(edit, labels)),
    winner:
      distance === null
        ? null
        : {
            ...distance,
            nearest:
              distance.nearest === null
                ? null
                : {
                    provider: distance.nearest.provider,
                    ...flipOf(distance.nearest.flip, (edit) => factEditText(edit, labels)),
                  },
          },
  };
}

function answerJson<Edit>(answer: FlipAnswer<Edit>, text: (edit: Edit) => string) {
  if (answer.kind !== 'found') return answer;
  return { kind: answer.kind, found: answer.found.map((flip) => flipOf(flip, text)) };
}

function flipOf<Edit>({ edits, size, decision, others }: Flip<Edit>, text: (edit: Edit) => string) {
  const { outcome, winner, stage, marginMilli } = decision;
  return { edits, words: edits.map(text), sizePpm: size, becomes: { outcome, winner, stage, marginMilli }, others };
}
