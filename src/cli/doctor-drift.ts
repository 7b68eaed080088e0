import type { Config } from '../config.ts';
import { reasonRemedy, reasonSentence } from '../domain/reason-codes.ts';
import { driftReason, readDrift } from '../engine/close-run.ts';
import { LedgerFailure, type LedgerView } from '../engine/ports.ts';
import { type Check, ok, warn } from './doctor-check.ts';

const PARITY = { name: 'parity', about: 'ledger' } as const;

/** Whether our verdicts have come apart from Field Nation's lately. */
export async function checkDrift(
  reader: Pick<LedgerView, 'parityDays'>,
  { limits }: Pick<Config, 'limits'>,
  nowMs: number,
): Promise<readonly Check[]> {
  let found: Awaited<ReturnType<typeof readDrift>>;
  try {
    found = await readDrift(reader, { nowMs, limits });
  } catch (error) {
    if (!(error instanceof LedgerFailure)) throw error;
    return [warn(PARITY, error.message, error.remedy)];
  }
  if (found.length === 0) return [ok(PARITY, 'no verdicts of ours drift from Field Nation’s')];
  return found.map((drift) => {
    const { code, detail } = driftReason(drift);
    return warn(PARITY, `${code} ${reasonSentence(code, detail)}`, reasonRemedy(code, detail));
  });
}
