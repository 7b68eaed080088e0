import { configurationProblem } from '../configuration-problems.ts';
import { type DecisionId, parseDecisionId, type WorkOrderId, workOrderId } from '../domain/ids.ts';
import { OperatorMistake } from './exit-codes.ts';

/** What a command is asked about. */
export type Subject =
  | { readonly kind: 'decision'; readonly id: DecisionId }
  | { readonly kind: 'work_order'; readonly id: WorkOrderId };

/** `4047`, or `4047.1.3` for one decision. Throws `OperatorMistake`. */
export function readSubject(text: string): Subject {
  const decision = parseDecisionId(text);
  if (decision !== null) return { kind: 'decision', id: decision };
  if (/^[1-9]\d{0,14}$/.test(text)) return { kind: 'work_order', id: workOrderId(Number(text)) };
  throw unknownSubject(`is neither a work order id nor a decision id: ${JSON.stringify(text)}`);
}

export function unknownSubject(what: string): OperatorMistake {
  const fix =
    'Take an id from "fieldmarshal report decisions", or name the right ledger with --db. Ids look like 4047 or 4047.1.3.';
  return new OperatorMistake([configurationProblem('WORK_ORDER_OR_DECISION', 'FM-C203', { what, fix })]);
}
