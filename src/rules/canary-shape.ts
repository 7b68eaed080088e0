import { z } from 'zod';
import { DEFAULT_CANARY_LIMITS } from '../domain/canary.ts';
import { wholeNumber } from './shape-fields.ts';

const LIMITS = DEFAULT_CANARY_LIMITS;
const percent = { min: 0, max: 100 };

/** What demotes a canary; numbers left out are the defaults. */
export const CANARY_SHAPE = z.strictObject({
  min_decisions: wholeNumber(
    { min: 1, max: 10_000 },
    `A share counts as one of at least so many cases, and pay is judged from so many assignments on: one misfortune is no verdict. Default ${LIMITS.minDecisions}.`,
  ).optional(),
  max_undone_percent: wholeNumber(
    percent,
    `Of its assignments, un-assigned, cancelled or replaced since. Default ${LIMITS.maxUndonePercent}.`,
  ).optional(),
  max_conflict_percent: wholeNumber(
    percent,
    `Of its writes, refused by the guard or the platform or overtaken by somebody else. Default ${LIMITS.maxConflictPercent}.`,
  ).optional(),
  max_pay_over_base_percent: wholeNumber(
    percent,
    `How far its assignments may cost more than the same work orders offered, together. Default ${LIMITS.maxPayOverBasePercent}.`,
  ).optional(),
  max_no_eligible_percent: wholeNumber(
    percent,
    `Of its work orders, those for which nobody is eligible though its last acting stage is due. Default ${LIMITS.maxNoEligiblePercent}.`,
  ).optional(),
});
