import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, readSecrets } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import { type Directive, type DirectiveTerms, directiveDetail, isInForce } from '../domain/directive.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Problem } from '../domain/problem.ts';
import type { OverrideBook } from '../engine/override-book.ts';
import type { ApprovalBook, DirectiveBook } from '../engine/ports.ts';
import { packageRoot } from '../package-root.ts';
import { printable } from '../report/printable.ts';
import { createScrubber } from '../scrub.ts';
import { openLedger, openLedgerReader } from '../store/sqlite/open-ledger.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { CliIo, OptionValues } from './command.ts';
import type { BEGIN_OPTIONS } from './directive-options.ts';
import { OperatorMistake } from './exit-codes.ts';
import { parseDuration, parseInstant } from './moment.ts';

type Begin = Pick<OptionValues<typeof BEGIN_OPTIONS>, 'because' | 'for' | 'until'>;

const MAX_REASON = 500;
const MAX_NAME = 100;

/** Who, why and how long; throws with all mistakes at once. */
export function beginTerms(given: Begin, config: Pick<Config, 'actor'>, nowMs: number): DirectiveTerms {
  const problems: Problem[] = [];
  const wrong = (where: string, what: string, fix: string) => {
    problems.push(configurationProblem(where, 'FM-C180', { what, fix }));
  };
  const because = textOf(given.because, MAX_REASON);
  if (because === null)
    wrong(
      '--because',
      `is missing, empty or longer than ${MAX_REASON} characters`,
      'Say why: --because "site ban, ticket OPS-881".',
    );
  const actor = textOf(config.actor, MAX_NAME);
  if (actor === null)
    wrong(
      '--by',
      `is missing, empty or longer than ${MAX_NAME} characters`,
      'Say who you are: --by NAME, or set FIELDMARSHAL_ACTOR.',
    );
  const untilMs = toUntil(given, nowMs, wrong);
  if (because === null || actor === null || problems.length > 0) throw new OperatorMistake(problems);
  return { atMs: nowMs, actor, because, untilMs };
}

/** The same for what ends at once. */
export function endTerms(
  given: { readonly because: string | null },
  config: Pick<Config, 'actor'>,
  nowMs: number,
): Omit<DirectiveTerms, 'untilMs'> {
  const { untilMs: _never, ...terms } = beginTerms({ ...given, for: null, until: null }, config, nowMs);
  return terms;
}

/** Null: nothing, or too much. It is shown on one line wherever it stops something. */
function textOf(given: string | null, most: number): string | null {
  const text = printable(given ?? '').trim();
  return text === '' || text.length > most ? null : text;
}

function toUntil(
  { for: length, until }: Begin,
  nowMs: number,
  wrong: (where: string, what: string, fix: string) => void,
): number | null {
  if (length !== null && until !== null) wrong('--for', 'and --until exclude each other', 'Give one of them.');
  if (length !== null) {
    const lengthMs = parseDuration(length);
    if (lengthMs === null || lengthMs === 0)
      wrong('--for', `cannot be ${JSON.stringify(length)}`, 'Write 30m, 2h, 3d or 1w.');
    return lengthMs === null ? null : nowMs + lengthMs;
  }
  if (until === null) return null;
  const untilMs = parseInstant(until);
  if (untilMs === null)
    wrong('--until', `cannot be ${JSON.stringify(until)}`, 'Write 2026-11-22 (midnight UTC) or 2026-11-22T14:00:00Z.');
  else if (untilMs <= nowMs) wrong('--until', `is over: ${until}`, 'Give a moment that is still to come.');
  return untilMs;
}

/** An id of the platform's, as an argument. */
export function idArgument(given: string | null, what: string): number {
  if (given !== null && /^[1-9]\d{0,14}$/.test(given)) return Number(given);
  throw directiveMistake(what, `cannot be ${JSON.stringify(given)}`, 'Write its id, a whole number.');
}

export function directiveMistake(where: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, 'FM-C180', { what, fix })]);
}

const migrationsFolder = () => join(packageRoot(), 'migrations', 'sqlite');

/**
 * The ledger, for writing a person's word into it: no lock is waited for and no page of it looked through, since a pause
 * must not wait for what it is to stop. Says so when there was none: whoever is in the wrong folder has told nobody.
 */
export async function withBook<Result>(
  { databasePath }: Config,
  io: CliIo,
  use: (book: DirectiveBook & ApprovalBook & OverrideBook & Pick<SqliteStore, 'readDirectory'>) => Promise<Result>,
): Promise<Result> {
  const isNew = !existsSync(databasePath);
  const store = openLedger({ path: databasePath, migrationsFolder: migrationsFolder(), check: 'none' });
  if (isNew)
    io.stderr.write(
      `note: there was no ledger at ${printable(databasePath)}, so this one is new; a daemon on another one does not see it.\nIf that is not what you meant: go to its folder, or give its ledger with --db PATH.\n`,
    );
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Ends those meant that nobody has ended yet, also where their time is over by this machine's clock; says how many. */
export async function endOpen(
  book: DirectiveBook,
  end: Omit<DirectiveTerms, 'untilMs'>,
  isMeant: (one: Directive) => boolean,
): Promise<number> {
  const open = (await book.directives()).filter((one) => one.ended === null && isMeant(one));
  return book.endDirectives(
    open.map(({ id }) => id),
    end,
  );
}

/** Oldest first; none where there is no ledger yet. */
export async function readBook({ databasePath: path }: Config): Promise<readonly Directive[]> {
  if (!existsSync(path)) return [];
  const reader = openLedgerReader({ path, migrationsFolder: migrationsFolder() });
  try {
    return await reader.directives();
  } finally {
    await reader.close();
  }
}

/** The end of a directive was counted on this machine's clock, and the engine may go by another. */
export function noteClock(
  { clock }: Pick<Config, 'clock'>,
  { untilMs }: Pick<DirectiveTerms, 'untilMs'>,
  io: CliIo,
): void {
  if (clock !== 'server' || untilMs === null) return;
  const until = new Date(untilMs).toISOString();
  io.stderr.write(
    `note: FIELDMARSHAL_CLOCK=server: it ends when the server's clock shows ${until}, however far that is from this machine's\n`,
  );
}

/** One line or one object; `text` is a whole sentence. */
export function sayDirective(
  io: CliIo,
  isJson: boolean,
  said: { readonly json: JsonValue; readonly text: string },
): void {
  const line = isJson ? JSON.stringify(said.json) : printable(said.text);
  io.stdout.write(`${createScrubber(readSecrets(io)).scrub(line)}\n`);
}

/** `by ana until further notice: site ban` */
export function termsText(terms: DirectiveTerms): string {
  const { by, until, because } = directiveDetail(terms);
  return `by ${by} until ${until}: ${because}`;
}

/** What `list` shows: those in force, or all. */
export function listDirectives(
  all: readonly Directive[],
  { kind, isAll, nowMs }: { readonly kind: Directive['kind']; readonly isAll: boolean; readonly nowMs: number },
): readonly Directive[] {
  return all.filter((one) => one.kind === kind && (isAll || isInForce(one, nowMs)));
}

/** `since 2026-11-22T14:00:00.000Z by ana until further notice: site ban; ended …` */
export function lifeText(one: Directive, nowMs: number): string {
  const since = `since ${new Date(one.atMs).toISOString()} ${termsText(one)}`;
  if (one.ended !== null)
    return `${since}; ended at ${new Date(one.ended.atMs).toISOString()} by ${one.ended.actor}: ${one.ended.because}`;
  return isInForce(one, nowMs) ? since : `${since}; its time is over`;
}
