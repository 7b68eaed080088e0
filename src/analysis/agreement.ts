import type { AgreementCase } from '../domain/agreement.ts';
import { isOfText, type RecordedRuleEvent } from '../domain/rule-event.ts';
import type { RuleMode } from '../domain/rule-file.ts';

/** A share with how far it can be trusted. All in tenths of a percent, 0 to 1,000. */
export type Share = { readonly perMille: number; readonly lowPerMille: number; readonly highPerMille: number };

/** What people did with what one rule file decided in one mode. */
export type Agreement = {
  readonly ruleFileId: string;
  readonly mode: RuleMode;
  /** Since when the file is in this mode; null: it is in another one now, or the ledger does not say. */
  readonly inModeSinceMs: number | null;
  /** Texts of the file that these decisions come from. */
  readonly texts: number;
  /** Its decisions that count: for each work order the last that named somebody, and those that a person rejected. */
  readonly named: number;
  /** Of these, a person assigned the same one, … */
  readonly same: number;
  /** … another one who was on the slate, … */
  readonly anotherOnSlate: number;
  /** … somebody who was not on it. */
  readonly notOnSlate: number;
  /** A person rejected the decision. */
  readonly rejected: number;
  /** Assigned by the engine itself, which is nobody's opinion. */
  readonly byEngine: number;
  readonly notYet: number;
  /** Same, of what people assigned or rejected; null: nothing yet. */
  readonly agreed: Share | null;
  /** Middle rank that the file gave to whom people assigned, the lower one of two; null: none of them was eligible. */
  readonly medianRank: number | null;
  /** Of those on the slate, whom the file did not find eligible. */
  readonly notEligible: number;
  /** What the figures mean for the next step up, as a sentence. */
  readonly nextStep: string;
};

/** One line for each rule file and mode, by id and then up the ladder. */
export function measureAgreement(
  cases: readonly AgreementCase[],
  events: readonly RecordedRuleEvent[],
): readonly Agreement[] {
  const groups = Map.groupBy(cases, ({ ruleFileId, mode }) => `${ruleFileId} ${mode}`);
  return [...groups.values()]
    .map((group) => measure(group, events))
    .sort((a, b) => compareText(a.ruleFileId, b.ruleFileId) || LADDER.indexOf(a.mode) - LADDER.indexOf(b.mode));
}

const LADDER: readonly RuleMode[] = ['off', 'shadow', 'recommend', 'canary', 'enforce'];

function measure(cases: readonly AgreementCase[], events: readonly RecordedRuleEvent[]): Agreement {
  const [{ ruleFileId, mode } = { ruleFileId: '', mode: 'off' as const }] = cases;
  const open = cases.filter(({ isRejected }) => !isRejected);
  const rejected = cases.length - open.length;
  const byPeople = open.flatMap(({ winner, assigned }) =>
    assigned?.isByPerson === true ? [{ isSame: assigned.providerId === winner, standing: assigned.standing }] : [],
  );
  const standings = byPeople.flatMap(({ standing }) => standing ?? []);
  const ranks = standings.flatMap(({ rank }) => rank ?? []).sort((a, b) => a - b);
  const same = byPeople.filter(({ isSame }) => isSame).length;
  const counts = {
    same,
    anotherOnSlate: byPeople.filter(({ isSame, standing }) => !isSame && standing !== null).length,
    notOnSlate: byPeople.filter(({ isSame, standing }) => !isSame && standing === null).length,
  };
  return {
    ruleFileId,
    mode,
    inModeSinceMs: modeSince(events, ruleFileId, mode),
    texts: new Set(cases.map(({ ruleFileHash }) => ruleFileHash)).size,
    named: cases.length,
    ...counts,
    rejected,
    byEngine: open.filter(({ assigned }) => assigned?.isByPerson === false).length,
    notYet: open.filter(({ assigned }) => assigned === null).length,
    agreed: wilsonShare(same, byPeople.length + rejected),
    medianRank: ranks[Math.floor((ranks.length - 1) / 2)] ?? null,
    notEligible: standings.length - ranks.length,
    nextStep: nextStep({ mode, same, total: byPeople.length + rejected, isDemoted: isDemoted(events, ruleFileId) }),
  };
}

/** Two-sided, 95 %. */
const Z = 1.959964;

/**
 * The share with its Wilson score interval, which holds for few cases and for none or all of them agreeing too. Null: no cases.
 * Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212.
 */
export function wilsonShare(count: number, total: number): Share | null {
  if (total === 0) return null;
  const share = count / total;
  const spread = Z * Math.sqrt((share * (1 - share)) / total + (Z * Z) / (4 * total * total));
  const toPerMille = (value: number) => Math.round((1000 * value) / (1 + (Z * Z) / total));
  const middle = share + (Z * Z) / (2 * total);
  return {
    perMille: Math.round(1000 * share),
    lowPerMille: Math.max(0, toPerMille(middle - spread)),
    highPerMille: Math.min(1000, toPerMille(middle + spread)),
  };
}

/** The moment from which on the file was in this mode without a break, whatever its text; demoted, it is in shadow. */
function modeSince(events: readonly RecordedRuleEvent[], id: string, mode: RuleMode): number | null {
  const demotions = events.flatMap((event) => (event.kind === 'demoted' ? [event] : []));
  const told = events.flatMap((event) => {
    const inMode = modeAfter(event, id, demotions);
    return inMode === undefined ? [] : [{ inMode, atMs: event.atMs }];
  });
  const other = told.findLastIndex(({ inMode }) => inMode !== mode);
  return told[other + 1]?.atMs ?? null;
}

type DemotedEvent = Extract<RecordedRuleEvent, { readonly kind: 'demoted' }>;

/** Undefined: the event says nothing of the file. Null: the file is gone. */
function modeAfter(
  event: RecordedRuleEvent,
  id: string,
  demotions: readonly DemotedEvent[],
): RuleMode | null | undefined {
  if (event.kind === 'demoted') return event.ruleFileId === id ? 'shadow' : undefined;
  if (event.kind === 'refused') return undefined;
  const file = event.files.find((one) => one.id === id);
  if (file === undefined) return null;
  return demotions.some((one) => one.id < event.id && isOfText(one, file)) ? 'shadow' : file.mode;
}

/** Whether the text that was taken last is demoted. */
function isDemoted(events: readonly RecordedRuleEvent[], id: string): boolean {
  const taken = events.findLast((event) => event.kind === 'taken');
  const file = taken?.kind === 'taken' ? taken.files.find((one) => one.id === id) : undefined;
  return file !== undefined && events.some((event) => event.kind === 'demoted' && isOfText(event, file));
}

function nextStep(found: {
  readonly mode: RuleMode;
  readonly same: number;
  readonly total: number;
  readonly isDemoted: boolean;
}): string {
  const { mode, same, total } = found;
  const measured =
    total === 0 ? `${mode}: people have answered none of them yet` : `${mode}: ${same} of ${total} agree`;
  if (found.isDemoted) return `${measured}; it was demoted as a canary, and acts again with another text only.`;
  const next = LADDER[LADDER.indexOf(mode) + 1];
  if (next === undefined) return `${measured}; there is no further step.`;
  if (mode === 'canary') return `${measured}; it acts by itself: before ${next}, see what of it was undone.`;
  if (1000 * same < LEAST_LOW_PER_MILLE * total && total >= LEAST_ANSWERED)
    return `${measured}: too many disagree for ${next}, which takes more than ${LEAST_LOW_PER_MILLE / 10} %.`;
  const missing = answersMissing(same, total);
  return missing === 0
    ? `${measured}; ${next} is the next step.`
    : `${measured}; at least ${missing} more that agree are needed before ${next}.`;
}

/**
 * What the next step takes. The interval's lower end, not the share: of 2 of 2 the true share may be 34 %. With 80 % and no
 * disagreement at all it takes 16 answers; 20 leave room for a first week that happens to be easy. Rules of thumb, of ours.
 */
const LEAST_ANSWERED = 20;
const LEAST_LOW_PER_MILLE = 800;

/** How many more answers, all of them agreeing, the next step takes. */
function answersMissing(same: number, total: number): number {
  let more = Math.max(0, LEAST_ANSWERED - total);
  while ((wilsonShare(same + more, total + more)?.lowPerMille ?? 0) < LEAST_LOW_PER_MILLE) more += 1;
  return more;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
