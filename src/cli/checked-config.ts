import { type Config, type ConfigInput, type PlatformConfig, readConfig, readPlatformConfig } from '../config.ts';
import type { CliIo } from './command.ts';
import { OperatorMistake } from './exit-codes.ts';

type Given = Pick<ConfigInput, 'overrides' | 'defaults'>;

/** The configuration of a command that does not talk to the platform. Throws `OperatorMistake` with every problem. */
export function checkedConfig({ overrides, defaults = {} }: Given, { env, cwd }: CliIo): Config {
  const read = readConfig({ env, cwd, overrides, defaults });
  if (read.kind === 'problems') throw new OperatorMistake(read.problems);
  return read.config;
}

/** The same with address and login. */
export function checkedPlatformConfig({ overrides, defaults = {} }: Given, { env, cwd }: CliIo): PlatformConfig {
  const read = readPlatformConfig({ env, cwd, overrides, defaults });
  if (read.kind === 'problems') throw new OperatorMistake(read.problems);
  return read.config;
}
