import type { Fact } from '../domain/fact.ts';
import { plainName } from '../domain/plain-name.ts';
import type { PlatformVerdict } from '../domain/provider.ts';
import { primaryTypeOfWork, type WorkOrder } from '../domain/work-order.ts';
import type { CandidateFact, FactInput } from './definition.ts';
import { known, rowTime, textParam, unknown } from './reading.ts';

/**
 * Field Nation's own verdict of one criterion, as a fact. `labelOf` turns whatever name a rule file uses (key, alias,
 * code) into the platform's label; a name it does not know comes back as it is, for labels of company rules.
 */
export function platformVerdictFact(labelOf: (name: string) => string): CandidateFact {
  return {
    name: 'fn.criterion',
    scope: 'candidate',
    type: { kind: 'text', values: ['match', 'no_match_required', 'no_match_preferred'] },
    params: {
      name: {
        kind: 'text',
        doc: 'The criterion: its label on Field Nation, or our key, alias or code for it.',
        example: 'Provider cancel rate',
      },
    },
    sources: ['platform', 'directory'],
    doc: "Field Nation's own verdict of a criterion in the selection rule in force: match, no_match_required or no_match_preferred. Read from the pending list; for providers not in it, from the last list they were in, for criteria about the provider alone. Unknown when that rule has no such criterion.",
    example: 'match',
    read: (input, params) => {
      const name = textParam(params, 'name');
      return readVerdict(input, name, [name, fillKindOfWork(labelOf(name), input.workOrder)].map(plainName));
    },
  };
}

/** Names to look for, in plain form, best first. */
function readVerdict(input: FactInput, written: string, names: readonly string[]): Fact {
  if (input.row !== null) {
    const verdict = findVerdict(input.row.platform?.verdicts ?? [], names);
    if (verdict !== null) return known(statusOf(verdict), 'platform', rowTime(input));
    return unknown(`Field Nation gave no verdict named "${written}" for this provider.`);
  }
  const verdict = findVerdict(input.directory?.verdicts ?? [], names);
  if (verdict !== null) return known(statusOf(verdict), 'directory', verdict.observedAtMs);
  return unknown(`The provider is not in the pending list, and no earlier verdict named "${written}" is kept.`);
}

function findVerdict<Verdict extends PlatformVerdict>(
  verdicts: readonly Verdict[],
  names: readonly string[],
): Verdict | null {
  const found = names.map((name) => verdicts.find((verdict) => plainName(verdict.name) === name));
  return found.find((verdict) => verdict !== undefined) ?? null;
}

function statusOf(verdict: PlatformVerdict): string {
  if (verdict.isMatch) return 'match';
  return verdict.isRequired ? 'no_match_required' : 'no_match_preferred';
}

/** The label as the platform shows it for this work order: its primary kind of work in place of `{type_of_work}`. */
function fillKindOfWork(label: string, workOrder: WorkOrder): string {
  const kind = primaryTypeOfWork(workOrder);
  return kind === null ? label : label.replace('{type_of_work}', () => kind.name);
}
