import type { WriteAnswer, WriteCall } from '../domain/write-call.ts';
import type { DispatchTarget } from '../engine/ports.ts';

/** A target that sends nothing and says so. */
export function dryRunTarget(): DispatchTarget {
  return {
    async send(call: WriteCall): Promise<WriteAnswer> {
      return { kind: 'not_sent', message: `dry run: ${call.kind} of work order ${call.workOrderId} was not sent` };
    },
  };
}
