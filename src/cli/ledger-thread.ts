import { parentPort, workerData } from 'node:worker_threads';
import type { LedgerPiece } from '../engine/figures.ts';
import type { ThreadAnswer, ThreadTask } from './ledger-threads.ts';
import { toThreadFailure } from './thread-failure.ts';

/* A thread of a command that goes through the ledger: see ledger-threads.ts, which begins it with a task and gives it pieces. */

const going = begin(workerData as ThreadTask);
// Whoever asks for a piece is told.
going.catch(() => undefined);

parentPort?.on('message', async (piece: LedgerPiece) => {
  let answer: ThreadAnswer;
  try {
    const go = await going;
    answer = { kind: 'done', result: await go(piece) };
  } catch (error) {
    answer = { kind: 'failed', failure: toThreadFailure(error) };
  }
  parentPort?.postMessage(answer);
});

async function begin(task: ThreadTask): Promise<(piece: LedgerPiece) => Promise<unknown>> {
  switch (task.kind) {
    case 'replay': {
      const { openReplay } = await import('./replay-pieces.ts');
      return openReplay(task);
    }
    case 'backtest': {
      const { openBacktest } = await import('./backtest-pieces.ts');
      return openBacktest(task);
    }
  }
}
