import type { EffectTrail } from '../domain/effect-trail.ts';
import { namedProviders } from '../domain/write-call.ts';
import { callText } from './call-text.ts';
import { columnsOf } from './columns.ts';
import { type RecordedReason, reasonText } from './reason-text.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, writtenTime } from './report.ts';

const { column, wide, cut } = columnsOf<EffectTrail>();

const COLUMNS: readonly ReportColumn<EffectTrail>[] = [
  column('work_order', 'Work order id.', (trail) => trail.workOrderId),
  column('decision', 'The decision it belongs to, for explain.', (trail) => trail.decisionId),
  cut('write', 'What was to be done.', { length: 40, cell: ({ intent }) => callText(intent.call) }),
  column(
    'claims',
    'How often it was claimed for sending, so how often it may have been sent.',
    ({ intent }) => intent.claimedAtMs.length,
  ),
  column(
    'ended',
    'confirmed, refused, lost_race; unknown: looked at, and not settled; sent: nobody has looked since; not sent.',
    endOf,
  ),
  column('minutes', 'From the first claim until it was settled; empty while it is open.', minutesUntilSettled),
  column(
    'settled_by',
    'its run: the one that decided it; a later run, by reading; a person, by word, and who.',
    settledBy,
  ),
  column('reason', 'Code of its last effect.', (trail) => lastOf(trail)?.reason.code ?? null),
  cut('because', 'The same in a sentence.', { length: 80, cell: (trail) => sentenceOf(lastOf(trail)?.reason) }),
  wide('effects', 'Every effect with its time and code, oldest first.', ({ intent: { effects } }) =>
    effects.map(({ kind, atMs, reason }) => `${writtenTime(atMs)} ${kind} ${reason.code}`).join('; '),
  ),
  wide('remedy', 'What to do about the last one.', (trail) => remedyOf(trail)),
  wide('kind', 'Kind of the write.', ({ intent }) => intent.call.kind),
  wide('provider', 'Whom it names; of a mass-route each of them.', ({ intent }) => {
    const [first = null, ...more] = namedProviders(intent.call);
    return more.length === 0 ? first : [first, ...more].join(' ');
  }),
  wide('rule_file', 'The rule file that decided; none: a person by hand.', (trail) => trail.ruleFileId),
  wide('decided_utc', 'When it was decided.', (trail) => writtenTime(trail.decidedAtMs)),
  wide('claimed_utc', 'When it was first claimed for sending.', ({ intent: { claimedAtMs } }) =>
    timeOrNull(claimedAtMs[0]),
  ),
  wide('last_utc', 'When its last effect was recorded.', (trail) => timeOrNull(lastOf(trail)?.atMs)),
  wide('intent', 'Its number in the decision.', ({ intent }) => intent.n),
  wide('run', 'The run that decided it.', (trail) => trail.runId),
  wide('settled_in_run', 'The run of the last effect.', (trail) => lastOf(trail)?.runId ?? null),
];

export const effectsReport = defineReport({
  name: 'effects',
  summary:
    'Every write that was not simply confirmed at once: refused, raced, unknown, sent again or still open, and how it was settled; of a provider those that name it.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [13],
  remedy: 'Those still open block their work orders: report open-intents. What to do about each is in csv and json.',
  load: (reader, query) => reader.figures.effectTrails(query),
});

type LastEffect = EffectTrail['intent']['effects'][number];

function lastOf({ intent }: EffectTrail): LastEffect | null {
  return intent.effects.at(-1) ?? null;
}

function endOf(trail: EffectTrail): string {
  return lastOf(trail)?.kind ?? (trail.intent.claimedAtMs.length === 0 ? 'not sent' : 'sent');
}

/** Null: it is not settled. */
function settledOf(trail: EffectTrail): LastEffect | null {
  const last = lastOf(trail);
  return last === null || last.kind === 'unknown' ? null : last;
}

function minutesUntilSettled(trail: EffectTrail): number | null {
  const [firstMs] = trail.intent.claimedAtMs;
  const settled = settledOf(trail);
  return settled === null || firstMs === undefined ? null : Math.round((settled.atMs - firstMs) / 60_000);
}

/** What a person said of a write that could not be read. */
const BY_WORD: readonly string[] = ['FM-6045', 'FM-6046', 'FM-6047'];

function settledBy(trail: EffectTrail): string | null {
  const settled = settledOf(trail);
  if (settled === null) return null;
  if (BY_WORD.includes(settled.reason.code)) return `person: ${settled.reason.detail['by'] ?? 'not said'}`;
  return settled.runId === trail.runId ? 'its run' : 'a later run';
}

function sentenceOf(reason: RecordedReason | undefined): string | null {
  return reason === undefined ? null : reasonText(reason).sentence;
}

function remedyOf(trail: EffectTrail): string {
  const last = lastOf(trail);
  return last === null ? 'The next run settles it by reading.' : reasonText(last.reason).remedy;
}

function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : writtenTime(ms);
}
