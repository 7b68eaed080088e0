import type { RunReport } from '../engine/run-report.ts';
import type { OverdueHold } from './run-notices.ts';

/** The run's holds that nobody has looked at in time. */
export function findOverdueHolds(_report: RunReport): readonly OverdueHold[] {
  return [];
}
