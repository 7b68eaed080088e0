import { type CanaryFigures, type CanaryLimits, DEFAULT_CANARY_LIMITS } from '../domain/canary.ts';
import type { Reason } from '../domain/decision.ts';
import { formatCents } from '../domain/money.ts';
import type { RuleFile } from '../domain/rule-file.ts';

/** The first limit of its own that a canary has broken; null: none. */
export function findBreach(file: Pick<RuleFile, 'id' | 'guardrails'>, figures: CanaryFigures): Reason | null {
  const limits = file.guardrails.canary ?? DEFAULT_CANARY_LIMITS;
  const share = (code: Reason['code'], [count, total, limit]: readonly [number, number, number]): Reason | null => {
    if (count * 100 <= limit * Math.max(total, limits.minDecisions)) return null;
    return { code, detail: { rule_file: file.id, count, total, limit, least: limits.minDecisions } };
  };
  return (
    share('FM-7030', [figures.undone, figures.assignments, limits.maxUndonePercent]) ??
    share('FM-7031', [figures.conflicts, figures.writes, limits.maxConflictPercent]) ??
    payBreach(file.id, figures, limits) ??
    share('FM-7033', [figures.withoutEligible, figures.workOrders, limits.maxNoEligiblePercent])
  );
}

/** Against what the same work orders offered: other files have other work, and prices of their own. */
function payBreach(id: string, figures: CanaryFigures, limits: CanaryLimits): Reason | null {
  const { priced, costCents, baseCents } = figures;
  const over = (costCents - baseCents) * 100;
  if (priced < limits.minDecisions || over <= limits.maxPayOverBasePercent * baseCents) return null;
  const detail = {
    rule_file: id,
    total: priced,
    cost: formatCents(costCents),
    base: formatCents(baseCents),
    percent: Math.floor(over / baseCents),
    limit: limits.maxPayOverBasePercent,
  };
  return { code: 'FM-7032', detail };
}
