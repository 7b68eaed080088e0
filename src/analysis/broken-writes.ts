import { findQuietHours } from '../decide/quiet-hours.ts';
import type { Finding, FindingKind } from '../domain/finding.ts';
import type { ProviderId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import type { SentIntent, SentWork } from '../domain/sent-work.ts';
import { idOf } from '../domain/standing.ts';
import { boundProviders } from '../domain/write-call.ts';
import type { RecordedFiles } from './recorded-rule-files.ts';

/** As often may one write be sent: once, and once more after the quiet time. */
const MOST_CLAIMS = 2;

/** A write is sent this soon after its decision, which was taken at one moment for the whole run; later it is judged by its own. */
const SAME_RUN_MS = 10 * 60_000;

/** What one write alone shows to be wrong. Of writes by hand only what holds for everybody. */
export function findBrokenWrites(works: readonly SentWork[], terms: WriteTerms): readonly Finding[] {
  return works.flatMap(({ intents }) =>
    intents.flatMap((intent) => [
      ...brokenRecord(intent),
      ...(intent.ruleFileId === null
        ? []
        : [...brokenMode(intent), ...brokenQuiet(intent, terms), ...brokenPay(intent, terms)]),
    ]),
  );
}

export type WriteTerms = {
  readonly files: RecordedFiles;
  /** What work orders offer, by the row of the decision: of every counter-offer that was accepted under a limit. */
  readonly baseCents: ReadonlyMap<number, number | null>;
};

export function toFinding(
  kind: FindingKind,
  intent: SentIntent,
  found: { readonly atMs?: number; readonly providerId?: ProviderId; readonly what: string },
): Finding {
  const {
    atMs = intent.claimedAtMs[0] ?? intent.decidedAtMs,
    providerId = boundProviders(intent.call)[0],
    what,
  } = found;
  const { workOrderId, ruleFileId } = intent;
  return { kind, decisionId: idOf(intent), workOrderId, providerId: providerId ?? null, ruleFileId, atMs, what };
}

function brokenRecord(intent: SentIntent): readonly Finding[] {
  const { n, call, effects, claimedAtMs } = intent;
  const write = `intent ${n} (${call.kind})`;
  const after = effects.find((_, place) => place > 0 && effects[place - 1]?.kind !== 'unknown');
  const confirmed = effects.filter(({ kind }) => kind === 'confirmed');
  const times = claimedAtMs.length;
  return [
    ...(after === undefined
      ? []
      : [
          toFinding('effect_after_final', intent, {
            atMs: after.atMs,
            what: `${write} was settled, and then again as ${after.kind}.`,
          }),
        ]),
    ...(confirmed.length < 2
      ? []
      : [
          toFinding('confirmed_twice', intent, {
            atMs: confirmed[1]?.atMs ?? 0,
            what: `${write} was confirmed ${confirmed.length} times.`,
          }),
        ]),
    ...(times <= MOST_CLAIMS
      ? []
      : [
          toFinding('claimed_too_often', intent, {
            atMs: claimedAtMs.at(-1) ?? 0,
            what: `${write} may have been sent ${times} times; ${MOST_CLAIMS} are allowed.`,
          }),
        ]),
  ];
}

function brokenMode(intent: SentIntent): readonly Finding[] {
  const { mode, call } = intent;
  if (mode !== 'shadow' && mode !== 'off') return [];
  return [toFinding('shadow_acted', intent, { what: `A file in mode ${mode} was to ${call.kind}.` })];
}

function brokenQuiet(intent: SentIntent, { files }: WriteTerms): readonly Finding[] {
  const file = intent.ruleFileHash === null ? undefined : files.get(intent.ruleFileHash);
  const quietHours = file?.file.guardrails.quietHours ?? [];
  if (quietHours.length === 0) return [];
  const moments = intent.claimedAtMs.map((atMs) =>
    atMs - intent.decidedAtMs > SAME_RUN_MS ? atMs : intent.decidedAtMs,
  );
  const atMs = moments.find((moment) => findQuietHours(quietHours, moment) !== null);
  if (atMs === undefined) return [];
  const { because, timeZone } = findQuietHours(quietHours, atMs) ?? { because: null, timeZone: 'UTC' };
  const why = because === null ? '' : `: ${because}`;
  return [
    toFinding('quiet_hours', intent, {
      atMs,
      what: `${intent.call.kind} in the file’s quiet hours (${timeZone})${why}.`,
    }),
  ];
}

function brokenPay(intent: SentIntent, { files, baseCents }: WriteTerms): readonly Finding[] {
  const { call, costCents, ruleFileHash, claimedAtMs } = intent;
  const found = ruleFileHash === null ? undefined : files.get(ruleFileHash);
  if (found?.kind !== 'dispatch' || claimedAtMs.length === 0 || boundProviders(call).length === 0) return [];
  const { maxTotalCents, acceptCounters, maxCounterOverBasePercent: percent } = found.file.guardrails.pay;
  const isCounter = call.kind === 'accept_counter';
  const base = isCounter && percent !== null ? (baseCents.get(intent.decisionRow) ?? null) : null;
  const isOverBase = base !== null && percent !== null && costCents * 100 > base * (100 + percent);
  const cost = formatCents(costCents);
  return [
    ...(maxTotalCents !== null && costCents > maxTotalCents
      ? [toFinding('over_pay', intent, { what: `${cost} was bound; the file allows ${formatCents(maxTotalCents)}.` })]
      : []),
    ...(isCounter && !acceptCounters
      ? [toFinding('over_pay', intent, { what: `A counter-offer of ${cost} was accepted; the file accepts none.` })]
      : []),
    ...(isOverBase
      ? [
          toFinding('over_pay', intent, {
            what: `A counter-offer of ${cost} was accepted for work that offers ${formatCents(base)}; the file allows ${percent} % more.`,
          }),
        ]
      : []),
  ];
}
