import type { Body, Sandbox } from '../http/context.ts';
import { type Fault, parseFault } from './fault.ts';

/** Switches a fault on; or says what is wrong with it. */
export function addFault(sandbox: Pick<Sandbox, 'faults'>, given: Body): Fault | string {
  const { faults } = sandbox;
  const fault = parseFault(given, faults.added + 1);
  if (typeof fault === 'string') return fault;
  faults.added += 1;
  faults.list = [...faults.list, fault];
  return fault;
}
