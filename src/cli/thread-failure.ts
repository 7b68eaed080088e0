import { LedgerFailure } from '../engine/ports.ts';

/** What a thread threw, in a form that goes from one thread to another. */
export type ThreadFailure = {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
  /** Of a `LedgerFailure`. */
  readonly remedy: string | null;
  /** Of an error of the system. */
  readonly code: string | null;
  readonly syscall: string | null;
  readonly cause: ThreadFailure | null;
};

export function toThreadFailure(thrown: unknown): ThreadFailure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const own = (key: string) => {
    const value: unknown = Reflect.get(error, key);
    return typeof value === 'string' ? value : null;
  };
  return {
    name: error.name,
    message: error.message,
    stack: error.stack ?? null,
    remedy: error instanceof LedgerFailure ? error.remedy : null,
    code: own('code'),
    syscall: own('syscall'),
    cause: error.cause instanceof Error ? toThreadFailure(error.cause) : null,
  };
}

/** Told, and ends the command, as if it had been thrown here. */
export function fromThreadFailure({ message, remedy, cause, ...own }: ThreadFailure): Error {
  const because = cause === null ? {} : { cause: fromThreadFailure(cause) };
  if (remedy !== null) return new LedgerFailure(message, remedy, because);
  const given = Object.entries(own).filter(([, value]) => value !== null);
  return Object.assign(new Error(message, because), Object.fromEntries(given));
}
