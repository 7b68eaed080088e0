import { z } from 'zod';
import { centsFromUsd } from '../../domain/money.ts';
import type { FinishedWork } from '../../domain/work-order.ts';
import { optionalNumber, optionalObject, optionalText, orUnknown } from './scalars.ts';

/** Top-level keys that only finished work needs; they are long. */
export const FINISHED_WORK_COLUMNS = ['time_logs', 'problems', 'tasks', 'attachments', 'closing_notes'] as const;

const amount = orUnknown(optionalNumber.pipe(z.number().nonnegative().nullable()));

/** Unknown when it is cut off: a part must not be counted for the whole. */
function wholeList<Item extends z.ZodType>(item: Item) {
  return z
    .preprocess(
      (value) => (Array.isArray(value) ? { results: value } : value),
      z.object({ metadata: optionalObject(z.object({ total: optionalNumber })), results: z.array(item) }),
    )
    .refine(({ metadata, results }) => (metadata?.total ?? 0) <= results.length, { message: 'cut off' })
    .transform(({ results }) => results);
}

/** Open unless it says that it was solved. */
const problem = z.object({ resolved: orUnknown(z.boolean()) });
const task = z.object({ status: optionalText });

/** A folder with its files, or (as other lists have it) a file by itself. */
const filesOf = z.union([
  wholeList(z.unknown()).transform((files) => files.length),
  z.object({ results: z.undefined().optional() }).transform(() => 1),
]);

const wireFinishedWork = z.object({
  time_logs: orUnknown(z.object({ hours: amount })),
  pay: orUnknown(z.object({ reported_hours: amount, total: amount })),
  problems: orUnknown(wholeList(problem)),
  tasks: orUnknown(wholeList(task)),
  attachments: orUnknown(wholeList(filesOf)),
  closing_notes: orUnknown(z.string()),
});

/** Each part for itself: what is missing or misshapen is unknown. */
export function toFinishedWork(raw: unknown): FinishedWork {
  const { time_logs, pay, problems, tasks, attachments, closing_notes } = wireFinishedWork.parse(raw);
  const logged = time_logs?.hours ?? null;
  // Hours can be reported without logs, which then say 0.
  const hours = logged === null || logged === 0 ? (pay?.reported_hours ?? logged) : logged;
  const total = pay?.total ?? null;
  return {
    reportedMinutes: hours === null ? null : Math.round(hours * 60),
    problemsOpen: problems?.filter(({ resolved }) => resolved !== true).length ?? null,
    tasksOpen: tasks?.filter(({ status }) => !/^(?:complete|completed|done)$/i.test(status)).length ?? null,
    attachmentsCount: attachments?.reduce((sum, files) => sum + files, 0) ?? null,
    hasClosingNotes: closing_notes === null ? null : closing_notes.trim() !== '',
    approvedPayCents: total === null ? null : centsFromUsd(total),
  };
}
