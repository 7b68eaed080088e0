import type { OpenHold, WaitKind } from '../analysis/open-holds.ts';
import type { Cancellation, Effect, Reason } from '../domain/decision.ts';
import type { DecisionId } from '../domain/ids.ts';
import type { Notice } from '../domain/notice.ts';
import { type ReasonCode, reasonRemedy } from '../domain/reason-codes.ts';
import type { OpenIntent } from '../engine/ports.ts';
import type { RunDecision } from '../engine/record-decisions.ts';
import type { RunReport } from '../engine/run-report.ts';
import { printable } from '../report/printable.ts';
import { waitsFor } from '../report/waits-for.ts';
import { toNotice } from './to-notice.ts';

export type RunFindings = {
  readonly report: RunReport;
  /** What the ledger still has open after the run. */
  readonly open: readonly OpenIntent[];
  /** Assignments of ours that somebody undid, of whatever time. */
  readonly undone: readonly Cancellation[];
  /** Of the work orders that wait for a person, at the moment of `nowMs`. */
  readonly holds: readonly OpenHold[];
  readonly nowMs: number;
};

/** What a person should know of a run: what went otherwise than meant, and nothing of what went well. */
export function noticesOfRun({ report, open, undone, holds, nowMs }: RunFindings): readonly Notice[] {
  if (report.isDryRun) return [];
  return [
    ...stops(report),
    ...report.effects.filter(({ kind }) => kind === 'lost_race').map(ofEffect),
    ...open.flatMap(ofOpenIntent),
    ...report.effects.filter((effect) => isAlarming(effect, report.summary)).map(ofEffect),
    ...report.decisions.flatMap((decision) => ofUndone(decision, undone)),
    ...report.decisions.flatMap(ofDispute),
    ...demotions(report),
    ...holds.filter(isOverdue).map((hold) => ofOverdue(hold, nowMs)),
    ...drifts(report),
  ];
}

/** What a person does on purpose, a pause or a stop of the process, is no news to anybody. */
const ON_PURPOSE: readonly ReasonCode[] = ['FM-7007', 'FM-7010', 'FM-7012'];

function stops({ run, summary }: RunReport): readonly Notice[] {
  const { stopped, wanted } = summary;
  if (stopped === null || ON_PURPOSE.includes(stopped.code)) return [];
  const command = wanted === undefined ? 'fieldmarshal report runs --since 24h' : `fieldmarshal approve run ${run.id}`;
  return [
    {
      code: stopped.code,
      subject: 'runs',
      sentence: printable(`The run ${run.id.slice(0, 8)} stopped: ${stopped.message}`),
      remedy: reasonRemedy(stopped.code, {}),
      command,
    },
  ];
}

function ofEffect({ decisionId, intentN, reason }: Effect): Notice {
  return aboutDecision(decisionId, reason, `step ${intentN}`);
}

/** Sent, and not known what became of it. */
function ofOpenIntent({ decisionId, intent, claimedAtMs }: OpenIntent): readonly Notice[] {
  if (claimedAtMs === null) return [];
  const code = 'FM-6010';
  return [
    {
      code,
      subject: `decision ${decisionId} step ${intent.n}`,
      sentence: `Work order ${orderOf(decisionId)}: it is not known what became of step ${intent.n} of decision ${decisionId}; nothing else is sent for it.`,
      remedy: `Runs settle it by reading. One that can never be read again: settle ${decisionId} --as confirmed|refused --because TEXT.`,
      command: 'fieldmarshal report open-intents',
    },
  ];
}

/** Confirmed, and yet not as decided. */
function isAlarming({ decisionId, reason }: Effect, { alarms }: RunReport['summary']): boolean {
  return alarms.some((alarm) => alarm.decisionId === decisionId && alarm.code === reason.code);
}

/** The first decision of an episode that follows another is how a run notices that a provider is gone. */
function ofUndone({ id, planned, isUnchanged }: RunDecision, undone: readonly Cancellation[]): readonly Notice[] {
  const { workOrder, episode } = planned;
  const left = undone.findLast((one) => one.workOrderId === workOrder.id);
  if (left === undefined || id === null || isUnchanged || episode < 2 || !id.endsWith('.1')) return [];
  const detail = { provider: left.providerId, work_order: workOrder.id };
  const about = { subject: `episode ${workOrder.id}.${episode - 1}`, command: `fieldmarshal explain ${workOrder.id}` };
  return [toNotice({ code: 'FM-8002', detail }, about)];
}

/** A bug of ours, which everybody should hear of. */
function ofDispute({ id, planned }: RunDecision): readonly Notice[] {
  if (id === null || planned.reason.code !== 'FM-3008') return [];
  return [aboutDecision(id, planned.reason, 'dispute')];
}

function demotions({ summary }: RunReport): readonly Notice[] {
  return (summary.demoted ?? []).flatMap(({ isNew, code, ruleFileId, message }) =>
    isNew
      ? [
          {
            code,
            subject: `rule file ${ruleFileId}`,
            sentence: printable(message),
            remedy: reasonRemedy(code, {}),
            command: 'fieldmarshal report rules',
          },
        ]
      : [],
  );
}

/** It waits for a person and for nothing else, and the person could still do something. A stopped run has a notice of its own. */
function isOverdue({ kind, isPast, isOver, work }: OpenHold): boolean {
  return isPast && !isOver && FOR_A_PERSON.includes(kind) && work.reason.code !== 'FM-3010';
}

const FOR_A_PERSON: readonly WaitKind[] = ['person', 'answer', 'rejected', 'failed'];

function ofOverdue(hold: OpenHold, nowMs: number): Notice {
  const { workOrderId, decisionId, sinceMs } = hold.work;
  const { what, remedy } = waitsFor(hold);
  const hours = Math.floor((nowMs - sinceMs) / 3_600_000) || 'less than 1';
  const reason = {
    code: 'FM-8001',
    detail: { work_order: workOrderId, hours, because: what, remedy: unended(remedy) },
  } as const;
  return toNotice(reason, { subject: `work order ${workOrderId}`, command: `fieldmarshal explain ${decisionId}` });
}

function drifts({ summary }: RunReport): readonly Notice[] {
  return (summary.drift ?? []).map(({ code, ruleFileId, criterion, message, remedy, command }) => ({
    code,
    subject: `drift of ${criterion} in ${ruleFileId}`,
    sentence: printable(message),
    remedy: printable(remedy),
    command: printable(command),
  }));
}

/** The reason's text has the full stop. */
export function unended(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function aboutDecision(decisionId: DecisionId, reason: Reason, part: string): Notice {
  const about = { subject: `decision ${decisionId} ${part}`, command: `fieldmarshal explain ${decisionId}` };
  const notice = toNotice(reason, about);
  return { ...notice, sentence: `Work order ${orderOf(decisionId)}: ${notice.sentence}` };
}

function orderOf(decisionId: DecisionId): string {
  return decisionId.split('.')[0] ?? '?';
}
