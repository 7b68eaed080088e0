/** One thing that was looked at. */
export type Check = {
  readonly name: string;
  /** `skipped`: it could not be looked at, because of what an earlier check says. */
  readonly result: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly saw: string;
  /** A whole sentence; null when there is nothing to do. */
  readonly todo: string | null;
  /** Decides the exit code of a failure. */
  readonly about: 'setup' | 'platform' | 'ledger';
};

type About = Pick<Check, 'name' | 'about'>;

export function ok(of: About, saw: string): Check {
  return { ...of, result: 'ok', saw, todo: null };
}

export function warn(of: About, saw: string, todo: string): Check {
  return { ...of, result: 'warn', saw, todo };
}

export function fail(of: About, saw: string, todo: string): Check {
  return { ...of, result: 'fail', saw, todo };
}

export function skipped(of: About, saw: string): Check {
  return { ...of, result: 'skipped', saw, todo: null };
}
