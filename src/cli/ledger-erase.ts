import { join } from 'node:path';
import { systemClock } from '../compose.ts';
import type { Config } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import { type ProviderId, providerId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { packageRoot } from '../package-root.ts';
import { counted } from '../report/counted.ts';
import { writtenTime } from '../report/report.ts';
import type { Erased, ProviderPlan, PrunePlan } from '../store/sqlite/erasures.ts';
import { openLedger, openLedgerReader } from '../store/sqlite/open-ledger.ts';
import type { SqliteLedgerReader } from '../store/sqlite/sqlite-ledger-reader.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { endTerms, sayDirective } from './directives.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { MOMENT_FORMS, parseMoment } from './moment.ts';
import { showProgress } from './progress.ts';
import { takeActingLock } from './run.ts';

type Given<Options> = Pick<CommandInput, 'args' | 'overrides'> & { readonly options: Options };
type Common = { readonly because: string | null; readonly dryRun: boolean; readonly json: boolean };

/** `ledger prune`: what only decisions before a moment rest on. */
export async function pruneCommand(
  input: Given<Common & { readonly before: string | null }>,
  io: CliIo,
): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const nowMs = Date.now();
  const beforeMs = readBefore(input.options.before, nowMs);
  const terms = endTerms(input.options, config, nowMs);
  const plan = await withReader(config, (reader) => reader.planPrune(beforeMs));
  const erased = await eraseUnlessDry(input.options, config, {
    io,
    bodies: plan.bodies.length,
    erase: (store, onProgress) => store.prune(beforeMs, { terms, onProgress }),
  });
  const json = { type: 'pruned', before: beforeMs, ...terms, ...counts(plan), keptBodies: plan.keptBodies };
  return say(input.options, io, { json, erased, text: pruneText(plan, beforeMs, erased) });
}

/** `ledger erase-provider`: what the ledger and the directory hold of one person. */
export async function eraseProviderCommand(input: Given<Common>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const id = readProvider(input.args[0] ?? '');
  const terms = endTerms(input.options, config, Date.now());
  const plan = await withReader(config, (reader) => reader.planProvider(id));
  const erased = await eraseUnlessDry(input.options, config, {
    io,
    bodies: plan.bodies.length,
    erase: (store, onProgress) => store.eraseProvider(id, { terms, onProgress }),
  });
  const { isInDirectory, pendingLists, candidateRows, rowsWithValues, directives } = plan;
  const stays = { candidateRows, rowsWithValues, directives };
  const json = { type: 'provider_erased', provider: id, ...terms, ...counts(plan), isInDirectory, pendingLists, stays };
  return say(input.options, io, { json, erased, text: providerText(plan, erased) });
}

function readBefore(text: string | null, nowMs: number): number {
  const atMs = text === null ? null : parseMoment(text, nowMs);
  if (atMs !== null && atMs <= nowMs) return atMs;
  const what =
    text === null ? 'is missing' : atMs === null ? `is no moment: ${JSON.stringify(text)}` : 'is yet to come';
  throw mistake('--before', what, `Write a moment that is past: ${MOMENT_FORMS}.`);
}

function readProvider(text: string): ProviderId {
  if (/^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text))) return providerId(Number(text));
  throw mistake(
    'PROVIDER',
    `is no number of a provider: ${JSON.stringify(text)}`,
    'Write the number alone, such as 557.',
  );
}

function mistake(where: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, 'FM-C282', { what, fix })]);
}

const MIGRATIONS = () => join(packageRoot(), 'migrations', 'sqlite');

async function withReader<Result>(
  { databasePath }: Config,
  use: (reader: SqliteLedgerReader) => Promise<Result>,
): Promise<Result> {
  const reader = openLedgerReader({ path: databasePath, migrationsFolder: MIGRATIONS() });
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

type Erasing = {
  readonly io: CliIo;
  readonly bodies: number;
  readonly erase: (store: SqliteStore, onProgress: (done: number) => void) => Promise<Erased>;
};

/** With no run under way. Null: nothing was to be erased but in words. */
async function eraseUnlessDry(
  { dryRun }: Common,
  config: Config,
  { io, bodies, erase }: Erasing,
): Promise<Erased | null> {
  if (dryRun) return null;
  const lock = await takeActingLock(config, { clock: systemClock() }, io);
  try {
    const store = openLedger({ path: config.databasePath, migrationsFolder: MIGRATIONS() });
    try {
      return await erase(store, showProgress(io, { of: bodies, what: 'bodies' }));
    } finally {
      await store.close();
    }
  } finally {
    lock.release();
  }
}

function counts({ bodies, bytes }: Pick<PrunePlan, 'bodies' | 'bytes'>) {
  return { bodies: bodies.length, bytes };
}

function pruneText(
  { decisions, bodies, bytes, keptBodies }: PrunePlan,
  beforeMs: number,
  erased: Erased | null,
): string {
  const goes = `${erased === null ? 'Would erase' : 'Erased'} ${bodyText(erased?.bodies ?? bodies.length, bytes)} of ${counted(decisions, 'decision')} before ${writtenTime(beforeMs)}.`;
  const kept =
    keptBodies === 0
      ? ''
      : ` ${counted(keptBodies, 'body', 'bodies')} as old stay for now: later decisions, writes not yet settled, or limits on money rest on them too.`;
  return `${goes}${kept} ${STAYS}`;
}

function providerText(plan: ProviderPlan, erased: Erased | null): string {
  const {
    providerId: id,
    bodies,
    bytes,
    isInDirectory,
    pendingLists,
    candidateRows,
    rowsWithValues,
    directives,
  } = plan;
  const directory = isInDirectory ? ' and the row of the directory' : '';
  const forgets = erased === null ? 'Would forget' : 'Forgot';
  const verb = erased === null ? 'Would erase' : 'Erased';
  const lines = [
    `${verb} ${bodyText(erased?.bodies ?? bodies.length, bytes)}${directory} of provider ${id}.`,
    ...(pendingLists === 0
      ? []
      : [`${forgets} ${counted(pendingLists, 'remembered pending list')}; the next run reads them anew.`]),
    `The number ${id} stays on ${counted(candidateRows, 'slate')}, with verdicts, points, rank and money, and in what was sent and decided: the chain rests on it.`,
    ...(rowsWithValues === 0
      ? []
      : [
          `NOT erased: ${counted(rowsWithValues, 'row')} written by an earlier release ${rowsWithValues === 1 ? 'keeps' : 'keep'} the values that criteria looked at (rating, distance, rates), and rows cannot be changed without breaking the chain.`,
        ]),
    ...(directives === 0
      ? []
      : [
          `${counted(directives, 'exclusion, pin or override', 'exclusions, pins or overrides')} of the provider stay as people wrote them.`,
        ]),
    'Backups made before still hold it all: erase there too (--db BACKUP), or delete them. New decisions keep what the platform shows of the provider then, and an import brings the row of the directory back.',
  ];
  return lines.join(' ');
}

const STAYS =
  'Ids, verdicts, points, outcomes, reasons, writes and money stay for ever: the chain, limits and reports rest on them. Replay and explain say erased of the rest.';

function bodyText(bodies: number, bytes: number): string {
  return `${counted(bodies, 'body', 'bodies')} (raw rows and facts, ${Math.ceil(bytes / 1000)} kB)`;
}

function say(
  { dryRun, json: isJson }: Common,
  io: CliIo,
  { json, erased, text }: { readonly json: JsonObject; readonly erased: Erased | null; readonly text: string },
): ExitCode {
  const cleaned = erased === null ? null : { ...erased.cleaned };
  const held =
    erased?.cleaned.log === 'held'
      ? ' NOT YET gone from the disk: another process reads the ledger, and its log (-wal) keeps the old pages. End it (a daemon, a report), then give this command again.'
      : '';
  const bodies = erased === null ? {} : { bodies: erased.bodies };
  sayDirective(io, isJson, { json: { ...json, ...bodies, dryRun, cleaned }, text: `${text}${held}` });
  return EXIT_CODES.done.code;
}
