import type { Limits } from '../../../src/domain/limits.ts';
import type { Ports } from './engine-process.ts';

/** A flaw built in on purpose. */
export type Mutant = {
  readonly name: string;
  readonly limits?: Partial<Limits>;
  readonly flaw?: (ports: Ports) => Ports;
};
