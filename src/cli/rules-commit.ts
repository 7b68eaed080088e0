import { execFile } from 'node:child_process';
import type { RulesCommit } from '../domain/rule-event.ts';
import type { CliIo } from './command.ts';

/** A folder on a disk that hangs must not hold up a run. */
const GIT_DEADLINE_MS = 2_000;
const MAX_OUTPUT_BYTES = 1_048_576;

/** Ignored files count as well: a rule file that git does not keep is in no commit. */
const ARGUMENTS = [
  // A repository may name a program there, which would then run with our rights.
  ...['-c', 'core.fsmonitor=false'],
  ...['status', '--porcelain=v2', '--branch', '--untracked-files=all', '--ignored=matching'],
  ...['--', ':(glob)*.json'],
];

/**
 * The commit that a folder of rule files is checked out at, by asking git. Null: no checkout, no commit yet, no git, or no
 * answer in time; what is recorded then says so, and nothing fails or waits for it. Git is given no setting of ours.
 */
export function readRulesCommit(
  folder: string,
  { env }: Pick<CliIo, 'env'>,
  deadlineMs = GIT_DEADLINE_MS,
): Promise<RulesCommit | null> {
  const given = { GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', PATH: env['PATH'], HOME: env['HOME'] };
  const killed = { timeout: deadlineMs, killSignal: 'SIGKILL' } as const;
  const options = { cwd: folder, env: given, maxBuffer: MAX_OUTPUT_BYTES, ...killed };
  return new Promise((resolve) => {
    // Beside the one that kills git: what hangs on a disk does not die, and execFile waits until it has.
    const timer = setTimeout(resolve, deadlineMs, null);
    const answer = (commit: RulesCommit | null) => {
      clearTimeout(timer);
      resolve(commit);
    };
    try {
      execFile('git', ARGUMENTS, options, (error, stdout) => answer(error === null ? toCommit(stdout) : null));
    } catch {
      // Some failures to start are thrown rather than handed on: a folder that became something else, no memory.
      answer(null);
    }
  });
}

/** `# branch.oid <hash>` and other heads, then a line for each file that differs. */
function toCommit(status: string): RulesCommit | null {
  const lines = status.split('\n').filter((line) => line !== '');
  const hash = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(status)?.[1];
  return hash === undefined ? null : { hash, isDirty: lines.some((line) => !line.startsWith('#')) };
}
