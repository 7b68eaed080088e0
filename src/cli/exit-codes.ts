/** What every exit code of every command means. Scripts and schedulers rely on them: they never change. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done' },
  findings: { code: 1, meaning: 'done, and something was found (a rule file is wrong, a check failed)' },
  usage: { code: 2, meaning: 'the command line, a setting or an id is wrong; nothing was done' },
  blocked: { code: 3, meaning: 'stopped by a trip-wire, or another process holds the lock' },
  upstream: { code: 4, meaning: 'Field Nation could not be read: address, network or credentials' },
  ledger: { code: 5, meaning: 'the ledger or the disk failed' },
  bug: { code: 70, meaning: 'a bug in fieldmarshal' },
} as const satisfies { readonly [name: string]: { readonly code: number; readonly meaning: string } };

export type ExitName = keyof typeof EXIT_CODES;
export type ExitCode = (typeof EXIT_CODES)[ExitName]['code'];

export function exitMeaning(code: ExitCode): string {
  return Object.values(EXIT_CODES).find((exit) => exit.code === code)?.meaning ?? '';
}
