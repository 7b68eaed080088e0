import { formatProblem, type Problem } from '../domain/problem.ts';
import { LedgerFailure, PlatformUnavailable } from '../engine/ports.ts';
import { printableLines } from '../report/printable.ts';

/** What every exit code of every command means. Scripts and schedulers rely on them: they never change. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done' },
  findings: { code: 1, meaning: 'done, and something was found that is wrong' },
  usage: { code: 2, meaning: 'the command line, a setting, a rule file or an id is wrong; nothing was done' },
  blocked: { code: 3, meaning: 'stopped by a trip-wire or on request, or another process holds the lock' },
  upstream: { code: 4, meaning: 'Field Nation could not be read: address, network or credentials' },
  ledger: { code: 5, meaning: 'the ledger or the disk failed' },
  bug: { code: 70, meaning: 'a bug in fieldmarshal' },
} as const satisfies { readonly [name: string]: { readonly code: number; readonly meaning: string } };

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]['code'];

export function exitMeaning(code: ExitCode): string {
  return Object.values(EXIT_CODES).find((exit) => exit.code === code)?.meaning ?? '';
}

/** Operator's mistakes, all of one input: exit 2. */
export class OperatorMistake extends Error {
  override readonly name = 'OperatorMistake';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** Another process or a limit stands in the way: exit 3. `remedy` is a whole sentence. */
export class Blocked extends Error {
  override readonly name = 'Blocked';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

export type Failure = { readonly code: ExitCode; readonly message: string };

const PLATFORM_REMEDIES: { readonly [kind in PlatformUnavailable['kind']]: string } = {
  unreachable: 'Check FIELDMARSHAL_BASE_URL, the network and any proxy in between.',
  credentials:
    'Check FIELDMARSHAL_CLIENT_ID, FIELDMARSHAL_CLIENT_SECRET, FIELDMARSHAL_USERNAME and FIELDMARSHAL_PASSWORD, and that they belong to the environment of FIELDMARSHAL_BASE_URL.',
  forbidden: 'Give the API user (FIELDMARSHAL_USERNAME) the permissions to see and manage work orders.',
  rate_limited: 'Run again later, or less often; lower FIELDMARSHAL_MAX_CONCURRENT_REQUESTS.',
  budget: 'Raise FIELDMARSHAL_MAX_REQUESTS_PER_RUN, or narrow the run with --only.',
  not_understood:
    'Check that FIELDMARSHAL_BASE_URL is the API and not a web page or a proxy; if it is, the API may have changed.',
  server_error: 'The platform itself failed: run again later, and see its status page if it goes on.',
};

/** What to do about it; a whole sentence. */
export function platformRemedy(kind: PlatformUnavailable['kind']): string {
  return PLATFORM_REMEDIES[kind];
}

const DISK_CODES = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EFBIG'];

/** The one place that turns whatever a command threw into an exit code and what to say. */
export function describeFailure(error: unknown, isDebug: boolean): Failure {
  if (error instanceof OperatorMistake) return failure(EXIT_CODES.usage.code, error.message);
  if (error instanceof Blocked) return failure(EXIT_CODES.blocked.code, `${error.message}. ${error.remedy}`);
  if (isTickTaken(error))
    return failure(EXIT_CODES.blocked.code, `${sentence(error.message)} Nothing was done: the other run decides.`);
  const stack = isDebug && error instanceof Error ? `\n${stackWithCauses(error)}` : '';
  if (error instanceof PlatformUnavailable) {
    return failure(EXIT_CODES.upstream.code, `${sentence(error.message)} ${PLATFORM_REMEDIES[error.kind]}${stack}`);
  }
  if (error instanceof LedgerFailure) {
    return failure(EXIT_CODES.ledger.code, `${sentence(error.message)} ${error.remedy}${stack}`);
  }
  if (isDiskError(error)) {
    return failure(EXIT_CODES.ledger.code, `${sentence(error.message)} Check the disk and its permissions.${stack}`);
  }
  const message = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
  const where = isDebug ? '' : ' Run it again with --debug to see where, and report that.';
  return failure(EXIT_CODES.bug.code, `This is a bug in fieldmarshal: ${sentence(message)}${where}${stack}`);
}

function failure(code: ExitCode, message: string): Failure {
  return { code, message: printableLines(message) };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** By name: its module is the engine, which takes long to load and which most commands do without. */
function isTickTaken(error: unknown): error is Error {
  return error instanceof Error && error.name === 'TickTaken';
}

function isDiskError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && DISK_CODES.includes(String(error.code)) && 'syscall' in error;
}

function stackWithCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackWithCauses(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
