import { type Config, type ConfigInput, type PlatformConfig, readConfig, readPlatformConfig } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { CliIo } from './command.ts';
import { OperatorMistake } from './exit-codes.ts';

type Given = Pick<ConfigInput, 'overrides' | 'defaults'>;

/** The configuration of a command that does not talk to the platform. Throws `OperatorMistake` with every problem. */
export function checkedConfig({ overrides, defaults = {} }: Given, { env, cwd }: CliIo): Config {
  const read = readConfig({ env, cwd, overrides, defaults });
  if (read.kind === 'problems') throw new OperatorMistake(read.problems);
  return read.config;
}

/**
 * The same for what can be asked of the ledger as well: where the login is missing, it says how. Throws `OperatorMistake`
 * with every problem.
 */
export function configToReadLive(given: Given, id: WorkOrderId, { env, cwd }: CliIo): PlatformConfig {
  const { overrides, defaults = {} } = given;
  const read = readPlatformConfig({ env, cwd, overrides, defaults });
  if (read.kind === 'config') return read.config;
  const what = 'is read from the platform, which takes these settings';
  const fix = `Without a login, use what the ledger has of it: ${id} --recorded, or a decision such as ${id}.1.1 (see explain ${id}).`;
  throw new OperatorMistake([...read.problems, configurationProblem(`work order ${id}`, 'FM-C102', { what, fix })]);
}

/** The same with address and login. */
export function checkedPlatformConfig({ overrides, defaults = {} }: Given, { env, cwd }: CliIo): PlatformConfig {
  const read = readPlatformConfig({ env, cwd, overrides, defaults });
  if (read.kind === 'problems') throw new OperatorMistake(read.problems);
  return read.config;
}
