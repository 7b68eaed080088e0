import type { OpenHold } from '../analysis/open-holds.ts';
import { callText } from './call-text.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';

/** What an open work order waits for, and what a person can do about it. Whole sentences. */
export type WaitsFor = { readonly what: string; readonly remedy: string };

export function waitsFor(hold: OpenHold): WaitsFor {
  const { work, kind, failing } = hold;
  const id = work.decisionId;
  const action = work.outcome.replaceAll('_', '-');
  switch (kind) {
    case 'end':
      return {
        what: `The end of a write is not known: ${failing === null ? action : callText(failing.call)}.`,
        remedy: `The next run reads again. If it can never be read: settle ${id} --as confirmed|refused --because TEXT.`,
      };
    case 'failed':
      return failedText(hold);
    case 'answer':
      return {
        what: `A person’s yes or no to decision ${id}: ${action}${work.winner === null ? '' : ` provider ${work.winner}`}.`,
        remedy: `approve decision ${id}; or reject decision ${id} --because TEXT.`,
      };
    case 'rejected':
      return {
        what: `Decision ${id} was rejected by ${work.answer?.actor ?? 'a person'}${becauseText(hold)}, and nothing was decided since.`,
        remedy: `The next run goes on with the next best; or do it by hand: wo assign ${work.workOrderId} PROVIDER.`,
      };
    case 'acceptance':
      return {
        what: 'Providers are invited; the first of them to accept is assigned by the platform.',
        remedy: `A later stage goes on if nobody does. Who is invited: explain ${work.workOrderId}.`,
      };
    case 'platform':
      return {
        what: 'It was handed over to the platform’s own dispatch.',
        remedy: 'A later stage goes on if nobody is assigned; assigning by hand is possible any time.',
      };
    case 'run':
      return { what: 'The next run decides.', remedy: `run --once, or see explain ${work.workOrderId}.` };
    case 'stage':
    case 'person':
      return decidedText(hold);
  }
}

function becauseText({ work }: OpenHold): string {
  return work.answer?.because == null ? '' : ` (${work.answer.because})`;
}

function failedText({ work, failing }: OpenHold): WaitsFor {
  const last = failing?.effects.at(-1);
  if (failing === null || last === undefined) throw new TypeError('a failed write without an effect');
  const { sentence, remedy } = reasonText({ ...last.reason, detail: named(work, last.reason.detail) });
  const how = last.kind === 'lost_race' ? 'came too late' : last.kind;
  return { what: `${capital(callText(failing.call))} ${how}: ${sentence}`, remedy };
}

function decidedText({ work }: OpenHold): WaitsFor {
  const { sentence, remedy } = reasonText({ ...work.reason, detail: named(work, work.reason.detail) });
  const nextMs = nextStageMs(work);
  return { what: nextMs === null ? sentence : `${sentence} That is at ${writtenTime(nextMs)}.`, remedy };
}

type Detail = { readonly [name: string]: string | number };

/** Not every reason repeats whose it is. */
function named({ workOrderId, decisionId }: OpenHold['work'], detail: Detail): Detail {
  return { work_order: workOrderId, decision: decisionId, ...detail };
}

/** When the stage comes that it waits for; null: it waits for no stage. */
export function nextStageMs({ reason, openedAtMs }: OpenHold['work']): number | null {
  const { after_minutes: minutes } = reason.detail;
  const isForStage = reason.code === 'FM-2001' || reason.code === 'FM-2002';
  return isForStage && typeof minutes === 'number' ? openedAtMs + minutes * 60_000 : null;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
