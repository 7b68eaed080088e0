import { text } from 'node:stream/consumers';
import { processEnvironment } from '../config.ts';
import type { TextSink } from './command.ts';
import { runCli } from './run-cli.ts';

/** Runs this process's command line and ends the process with its exit code. */
export async function runProcess(): Promise<never> {
  const stop = new AbortController();
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals++;
    if (signals > 1) process.exit(signal === 'SIGINT' ? 130 : 143);
    stop.abort(signal);
    if (process.stderr.isTTY) process.stderr.write('Stopping after what is under way; once more stops at once.\n');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const stdout = patientSink(process.stdout);
  const stderr = patientSink(process.stderr);
  const code = await runCli(process.argv.slice(2), {
    stdout: process.stdout.isTTY ? { ...stdout, columns: process.stdout.columns } : stdout,
    stderr: { ...stderr, isTTY: process.stderr.isTTY === true },
    env: processEnvironment(),
    cwd: process.cwd(),
    readStdin: () => text(process.stdin),
    signal: stop.signal,
    ownsProcess: true,
  });
  await stdout.flush();
  await stderr.flush();
  // Not left to the event loop: an idle connection of the pool would hold it open.
  process.exit(code);
}

/**
 * A stream whose reader may go away (`… | head`): what is written afterwards is dropped, and the command goes on to its
 * end, since a run must not stop between two writes because nobody reads its output.
 */
function patientSink(stream: NodeJS.WriteStream): TextSink & { readonly flush: () => Promise<void> } {
  let isGone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isGone = true;
  });
  const write = (text: string) => isGone || stream.write(text);
  const flush = () => new Promise<void>((done) => (isGone ? done() : stream.write('', () => done())));
  return { write, flush };
}
