import type { Config } from '../config.ts';
import type { RunApproval, Wanted } from '../domain/approval.ts';
import type { ReasonCode } from '../domain/reason-codes.ts';
import type { LedgerReader, RunRow } from '../engine/ports.ts';
import { directiveMistake } from './directives.ts';
import type { OperatorMistake } from './exit-codes.ts';

/** A tripped run that a person may approve. */
export type ApprovalItem = { readonly run: RunRow; readonly wanted: Wanted };

/** Limits on how much a run may do at once: a person may say that this much is right. Nothing else can be approved away. */
const APPROVABLE: readonly ReasonCode[] = ['FM-7001', 'FM-7002', 'FM-7003'];

type Tripped = { readonly runs: readonly RunRow[]; readonly answers: readonly RunApproval[] };

export async function readTripped(
  reader: Pick<LedgerReader, 'runs'> & { approvals(): Promise<readonly RunApproval[]> },
): Promise<Tripped> {
  const runs = await reader.runs({ sinceMs: null, untilMs: null });
  return { runs: runs.filter(({ end }) => end?.result === 'tripped'), answers: await reader.approvals() };
}

/** Those that wait for an answer, newest first; of several that wanted the very same, the newest alone. */
export function openItems(
  { runs, answers }: Tripped,
  { limits }: Pick<Config, 'limits'>,
  nowMs: number,
): readonly ApprovalItem[] {
  const answered = new Set(answers.map(({ runId }) => runId));
  const seen = new Set<string>();
  return runs.toReversed().flatMap((run) => {
    const { wanted, stopped } = run.end?.summary ?? {};
    if (wanted === undefined || !stopped || !APPROVABLE.includes(stopped.code)) return [];
    if (answered.has(run.id) || nowMs - run.startedAtMs > limits.approvalMaxAgeMs) return [];
    const key = JSON.stringify(wanted.actions);
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ run, wanted }];
  });
}

/** The run that an id, or the beginning of one, names; throws with why it cannot be approved. */
export function findItem(
  tripped: Tripped,
  id: string,
  { limits, nowMs }: Pick<Config, 'limits'> & { readonly nowMs: number },
): ApprovalItem {
  const [run, ...more] = id === '' ? [] : tripped.runs.filter((one) => one.id.startsWith(id));
  if (run === undefined) throw wrong(id, 'is no run of this ledger that a trip-wire stopped', 'See approve list.');
  if (more.length > 0)
    throw wrong(id, 'is the beginning of several runs', 'Write more of the id; see approve list --json.');
  const { wanted, stopped } = run.end?.summary ?? {};
  if (!stopped || !APPROVABLE.includes(stopped.code) || wanted === undefined)
    throw wrong(
      id,
      `was stopped by ${stopped?.code ?? 'something'}, which nobody can approve away`,
      'Mend the cause; the next run decides again. Only limits on actions, share and money of dispatch files can be approved.',
    );
  const answer = tripped.answers.find(({ runId }) => runId === run.id);
  if (answer !== undefined)
    throw wrong(
      id,
      `was ${answer.verdict} by ${answer.actor} already`,
      'An answer counts once; the next run decides again.',
    );
  if (nowMs - run.startedAtMs > limits.approvalMaxAgeMs)
    throw wrong(
      id,
      `is older than ${Math.round(limits.approvalMaxAgeMs / 3_600_000)} h`,
      'Approve a newer run: see approve list.',
    );
  return { run, wanted };
}

function wrong(id: string, what: string, fix: string): OperatorMistake {
  return directiveMistake(`run ${id}`, what, fix);
}
