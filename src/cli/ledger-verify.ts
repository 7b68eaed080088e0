import { join, resolve } from 'node:path';
import { readSecrets } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import { packageRoot } from '../package-root.ts';
import { counted } from '../report/counted.ts';
import { printable } from '../report/printable.ts';
import { writtenTime } from '../report/report.ts';
import type { LedgerFault } from '../store/sqlite/ledger-fault.ts';
import { BESIDE_THE_LEDGER, type LedgerVerification, verifyLedger } from '../store/sqlite/verify-ledger.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { CLEAR_LINE } from './guarded-io.ts';
import { showProgress } from './progress.ts';

type VerifyInput = Pick<CommandInput, 'overrides'> & {
  readonly options: { readonly head: string | null; readonly file: string | null; readonly json: boolean };
};

/** `ledger verify`: exit 5 when anything is not as it was written, 1 when only the counts for reports are not. */
export async function verifyCommand(input: VerifyInput, io: CliIo): Promise<ExitCode> {
  const head = readHeadGiven(input.options.head);
  const { file, json } = input.options;
  const path = file === null ? checkedConfig(input, io).databasePath : resolve(io.cwd, file);
  const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');
  let progress: ((done: number) => void) | null = null;
  const found = verifyLedger({
    path,
    migrationsFolder,
    head,
    onProgress: (done, of) => {
      progress ??= showProgress(io, { of, what: 'links' });
      progress(done);
    },
  });
  if (io.stderr.isTTY) io.stderr.write(CLEAR_LINE);
  io.stdout.write(json ? `${JSON.stringify(toJson(path, head, found))}\n` : toText(path, head, found));
  const [first] = found.faults;
  if (first === undefined) return (found.countFault === null ? EXIT_CODES.done : EXIT_CODES.findings).code;
  if (file === null) await tellOthers(input, first, io);
  return EXIT_CODES.ledger.code;
}

/** Whoever runs this, perhaps cron, reads it late; of a file somewhere else it is their own affair. */
async function tellOthers(input: VerifyInput, { what }: LedgerFault, io: CliIo): Promise<void> {
  const { createTeller } = await import('./teller.ts');
  const warn = (sentence: string) => io.stderr.write(`${sentence}\n`);
  const teller = createTeller({
    config: checkedConfig(input, io),
    environment: 'ledger',
    nowMs: Date.now,
    secrets: readSecrets(io),
    warn,
  });
  const about = { subject: 'ledger', command: 'fieldmarshal ledger verify' };
  teller.note({ code: 'FM-8005', detail: { what } }, about);
  await teller.send();
}

/** Twelve digits of a hash cannot be met by chance. Runs print `link 812, HASH`: the hash alone is asked for. */
function readHeadGiven(text: string | null): string | null {
  if (text === null) return null;
  const head = text.trim().toLowerCase();
  if (/^[0-9a-f]{12,64}$/.test(head)) return head;
  const fix = 'Give the 64 digits (0-9, a-f) of a head as runs and backups print it, or at least the first 12 of them.';
  throw new OperatorMistake([
    configurationProblem('--head', 'FM-C280', { what: `is no head: ${JSON.stringify(text)}`, fix }),
  ]);
}

function toJson(ledger: string, givenHead: string | null, found: LedgerVerification) {
  const { faults, ...rest } = found;
  return {
    type: 'ledger_verification',
    ledger,
    isWhole: faults.length === 0,
    givenHead,
    ...rest,
    notCovered: BESIDE_THE_LEDGER,
    faults,
  };
}

function toText(path: string, givenHead: string | null, found: LedgerVerification): string {
  const [first, ...others] = found.faults;
  const lines =
    first === undefined
      ? [
          `${path} is whole: every row is as it was written, and none is missing, moved or put in.`,
          ...(found.countFault === null ? [] : faultLines('But reports may be wrong', found.countFault)),
        ]
      : [
          `${path} is NOT as it was written.`,
          '',
          ...faultLines('First', first),
          ...others.flatMap((one) => faultLines('Also', one)),
        ];
  return `${[...lines, '', ...factLines(found), '', ...headLines(givenHead, found)].map(printable).join('\n')}\n`;
}

function faultLines(name: string, { seq, what, fix }: LedgerFault): readonly string[] {
  return [`${name}: ${seq === null ? '' : `at link ${seq}, `}${what}.`, `  ${fix}`];
}

function factLines({ links, head, rows, bodies, erasures }: LedgerVerification): readonly string[] {
  const byTable = Object.entries(rows).map(([table, rowCount]) => `${table} ${rowCount}`);
  return [
    `Head: ${head === null ? 'none, nothing has happened yet' : `link ${links}, ${head}`}`,
    `Rows: ${byTable.join(', ') || 'none counted'}`,
    `Bodies (raw rows and facts): ${bodies}${erasures.length === 0 ? ', none erased' : '; erased, each with its tombstone in the chain:'}`,
    ...erasures.map(
      ({ actor, because, bodies: gone, firstAtMs, lastAtMs }) =>
        `  ${gone} by ${actor}, ${firstAtMs === lastAtMs ? writtenTime(firstAtMs) : `${writtenTime(firstAtMs)} to ${writtenTime(lastAtMs)}`}: ${because}`,
    ),
    `Not covered, for no decision rests on it: ${BESIDE_THE_LEDGER.join(', ')}.`,
  ];
}

function headLines(givenHead: string | null, { anchor, faults }: LedgerVerification): readonly string[] {
  if (givenHead === null) {
    return [
      'Not known: whether links were cut off at the end, or all of it was written anew with hashes that fit.',
      'Only a head kept elsewhere tells: runs and backups print it; give it with --head.',
    ];
  }
  if (anchor === null) return faults.length === 0 ? [] : ['The head given was not met before the first fault.'];
  const since = anchor.since === 0 ? 'nothing has come since' : `${counted(anchor.since, 'link')} since`;
  return [`The head given is link ${anchor.seq}: ${since}. Up to there nothing was cut off or written anew.`];
}
