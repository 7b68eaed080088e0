import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LedgerPiece } from '../engine/figures.ts';
import { packageRoot } from '../package-root.ts';
import type { BacktestTask } from './backtest-pieces.ts';
import type { CliIo } from './command.ts';
import type { Blocked } from './exit-codes.ts';
import type { ReplayTask } from './replay-pieces.ts';
import { fromThreadFailure, type ThreadFailure } from './thread-failure.ts';

/** What a thread does with each piece of the ledger that it is given: see ledger-thread.ts. */
export type ThreadTask = ({ readonly kind: 'replay' } & ReplayTask) | ({ readonly kind: 'backtest' } & BacktestTask);

/** A thread's answer to one piece. */
export type ThreadAnswer =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly failure: ThreadFailure };

type Through = {
  readonly task: ThreadTask;
  readonly jobs: number;
  readonly signal: CliIo['signal'];
  /** What is thrown when the process is asked to stop. */
  readonly stopped: () => Blocked;
};

/** Pieces that are done, or under way, before the first of them is taken: bounds what waits. */
const AHEAD = 2;

/**
 * What threads make of each piece, in the order of the pieces. A thread opens the ledger for itself, for reading. What the
 * earliest failing piece throws is thrown here; in any case no thread is left.
 */
export async function* throughPieces(
  pieces: readonly LedgerPiece[],
  { task, jobs, signal, stopped }: Through,
): AsyncGenerator<unknown> {
  const pool = openPool(Math.min(jobs, pieces.length), task);
  const stop = stopOn(signal, stopped);
  try {
    const begun: Promise<unknown>[] = [];
    for (const piece of pieces) {
      begun.push(noted(pool.run(piece)));
      if (begun.length >= jobs * AHEAD) yield await Promise.race([begun.shift(), stop.asked]);
    }
    for (const one of begun) yield await Promise.race([one, stop.asked]);
  } finally {
    stop.forget();
    await pool.close();
  }
}

/** It may fail long before anybody waits for it. */
function noted<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

function stopOn(signal: CliIo['signal'], stopped: () => Blocked) {
  const { promise, reject } = Promise.withResolvers<never>();
  const refuse = () => reject(stopped());
  signal?.addEventListener('abort', refuse);
  if (signal?.aborted === true) refuse();
  return { asked: noted(promise), forget: () => signal?.removeEventListener('abort', refuse) };
}

/** One that fails is not given another piece: what waits for it waits in vain, behind the failure. */
function openPool(threads: number, task: ThreadTask) {
  const all = Array.from({ length: threads }, () => openThread(task));
  const idle = [...all];
  const waiting: ((worker: Worker) => void)[] = [];
  const run = async (piece: LedgerPiece): Promise<unknown> => {
    const thread = idle.shift() ?? (await new Promise<Worker>((take) => waiting.push(take)));
    const result = await ask(thread, piece);
    const next = waiting.shift();
    if (next === undefined) idle.push(thread);
    else next(thread);
    return result;
  };
  return { run, close: () => Promise.all(all.map((thread) => thread.terminate())) };
}

function ask(thread: Worker, piece: LedgerPiece): Promise<unknown> {
  return new Promise((done, failed) => {
    thread.removeAllListeners();
    thread.once('message', (answer: ThreadAnswer) => {
      if (answer.kind === 'done') done(answer.result);
      else failed(fromThreadFailure(answer.failure));
    });
    thread.once('error', failed);
    thread.once('messageerror', failed);
    thread.once('exit', (code) => failed(new Error(`a thread ended with ${code} before its piece was done`)));
    thread.postMessage(piece);
  });
}

/** From `src/` in a checkout; scripts/build.ts makes the other. Without flags that are meant for the process, such as what to load first. */
function openThread(task: ThreadTask): Worker {
  const built = import.meta.filename.endsWith('.js');
  const file = built ? ['dist', 'ledger-thread.js'] : ['src', 'cli', 'ledger-thread.ts'];
  return new Worker(join(packageRoot(), ...file), { workerData: task, execArgv: [] });
}
