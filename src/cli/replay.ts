import { setImmediate } from 'node:timers/promises';
import { joinReplays, noReplay, type ReplayResult, replay } from '../analysis/replay.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { Limits } from '../domain/limits.ts';
import type { RecordedRun } from '../domain/recorded-run.ts';
import type { LedgerPiece } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import type { ReplayReader } from '../engine/replay-reader.ts';
import { packageVersion } from '../package-root.ts';
import { replayJson, replayText } from '../report/replay-text.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { Blocked, EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { CLEAR_LINE } from './guarded-io.ts';
import { jobsFor, pieceSize } from './jobs.ts';
import { throughPieces } from './ledger-threads.ts';
import { withLedgerReader } from './open-reader.ts';
import { showProgress } from './progress.ts';
import { replayTerms } from './replay-pieces.ts';
import { collectAlone, spareMemory } from './spare-memory.ts';
import { readSubject, type Subject, unknownSubject } from './subject.ts';
import { readTimeRange } from './time-range.ts';

type ReplayInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: {
    readonly all: boolean;
    readonly since: string | null;
    readonly until: string | null;
    readonly json: boolean;
    readonly jobs: number | null;
  };
};

type Asked = { readonly kind: 'range'; readonly sinceMs: number | null; readonly untilMs: number | null } | Subject;

/** `replay`: reads the ledger, decides, and writes nothing. */
export async function replayCommand(input: ReplayInput, io: CliIo): Promise<ExitCode> {
  const asked = readAsked(input);
  const { limits, databasePath } = checkedConfig(input, io);
  const { jobs } = input.options;
  spareMemory(io);
  const result = await withLedgerReader(input, io, (reader) =>
    replayAsked(reader, asked, { limits, databasePath, jobs, io }),
  );
  const report = { result, engineVersion: packageVersion() };
  io.stdout.write(input.options.json ? replayJson(report) : replayText(report));
  // What an earlier version did not keep is lost for good, and no finding.
  const { different, altered, not_replayable: notReplayable } = result.counts;
  if (different + altered > 0) return EXIT_CODES.ledger.code;
  return notReplayable > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

function readAsked({ args: [subject = null], options: { all, since, until } }: ReplayInput): Asked {
  const isRanged = since !== null || until !== null;
  if (subject !== null && !all && !isRanged) return readSubject(subject);
  if (subject === null && (all || isRanged)) {
    const { range, problems } = readTimeRange({ since, until }, Date.now());
    if (problems.length > 0) throw new OperatorMistake(problems);
    return { kind: 'range', ...range };
  }
  const what = subject === null ? 'is not told what to take again' : 'is given one decision and all of them';
  const fix = 'Name a decision like 4047.1.3, a work order, or --all (with --since and --until for a part of it).';
  throw new OperatorMistake([configurationProblem('replay', 'FM-C275', { what, fix })]);
}

type Reader = LedgerReader & ReplayReader;

type Replaying = {
  readonly limits: Limits;
  readonly databasePath: string;
  readonly jobs: number | null;
  readonly io: CliIo;
};

async function replayAsked(reader: Reader, asked: Asked, replaying: Replaying): Promise<ReplayResult> {
  const { io } = replaying;
  const of = asked.kind === 'range' ? await reader.countDecisions(asked) : 0;
  const show = showProgress(io, { of, what: 'decisions' });
  const jobs = asked.kind === 'range' ? jobsFor(of, replaying.jobs) : 1;
  const onProgress = (decisions: number) => {
    if (io.signal?.aborted === true) throw stopped();
    if (of > 0) show(decisions);
  };
  try {
    if (asked.kind === 'range' && jobs > 1) {
      collectAlone(io);
      const pieces = await reader.pieces(asked, pieceSize(of, jobs));
      return await replayTogether(pieces, { ...replaying, jobs, onProgress });
    }
    const terms = await replayTerms(reader, replaying.limits);
    const result = await replay(runsOf(reader, asked), terms, onProgress);
    if (asked.kind !== 'range' && result.decisions === 0)
      throw unknownSubject(`is not in this ledger: ${asked.kind.replace('_', ' ')} ${asked.id}`);
    return result;
  } finally {
    if (io.stderr.isTTY) io.stderr.write(CLEAR_LINE);
  }
}

function stopped(): Blocked {
  return new Blocked('the replay was stopped on request', 'Nothing was written; begin again when you like.');
}

async function replayTogether(
  pieces: readonly LedgerPiece[],
  {
    limits,
    databasePath,
    jobs,
    onProgress,
    io,
  }: Replaying & { readonly jobs: number; readonly onProgress: (decisions: number) => void },
): Promise<ReplayResult> {
  let whole = noReplay();
  const task = { kind: 'replay', databasePath, limits } as const;
  for await (const part of throughPieces(pieces, { task, jobs, signal: io.signal, stopped })) {
    whole = joinReplays(whole, part as ReplayResult);
    onProgress(whole.decisions);
  }
  return whole;
}

/** The ledger answers without waiting: between two runs, whoever presses Ctrl-C is heard. */
async function* runsOf(reader: Reader, asked: Asked): AsyncGenerator<RecordedRun> {
  for (const one of await readingsOf(reader, asked)) {
    for await (const run of reader.recordedRuns(one)) {
      yield run;
      await setImmediate();
    }
  }
}

async function readingsOf(reader: Reader, asked: Asked): Promise<readonly Parameters<Reader['recordedRuns']>[0][]> {
  if (asked.kind === 'range') return [asked];
  if (asked.kind === 'decision') return [{ decisionId: asked.id }];
  const everything = { sinceMs: null, untilMs: null, withCandidates: false };
  const decisions = await reader.decisions({ ...everything, workOrderId: asked.id });
  return decisions.map(({ id }) => ({ decisionId: id }));
}
