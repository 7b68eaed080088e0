import type { JsonValue } from '../domain/json.ts';
import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';
import type { ExplainInput } from './explain-input.ts';
import { ageText, factText, pointsText } from './fact-text.ts';
import { escapeHtml, tableHtml } from './page.ts';
import { shownCandidates, verdictMark } from './slate-table.ts';

type Terms = Pick<ExplainInput, 'decision' | 'unitOf' | 'asked'>;

/** Every fact of everybody on the slate, and of the work order, each with its value, source and age, for a page. */
export function factsOfAll(terms: Terms): readonly string[] {
  const { decision, asked } = terms;
  const shown = shownCandidates(decision);
  const named = decision.candidates.filter(({ providerId }) => providerId === asked);
  const candidates = [...named.filter((one) => !shown.includes(one)), ...shown];
  return [
    ...candidates.map((candidate) =>
      folded(`Provider ${candidate.providerId}, ${candidate.kind}`, CANDIDATE_HEADS, candidateRows(candidate, terms)),
    ),
    folded(`Work order ${decision.workOrderId}`, WORK_ORDER_HEADS, workOrderRows(terms)),
  ];
}

const CANDIDATE_HEADS = ['criterion', 'verdict', 'points', 'fact', 'asked', 'value', 'source', 'age'];
const WORK_ORDER_HEADS = ['fact', 'value', 'source', 'age'];

/** To be opened by a click or a key, without a script. */
function folded(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const columns = heads.map((name) => ({ name, alignment: name === 'points' ? 'right' : 'left' }) as const);
  const table = tableHtml({ caption: `Facts of ${title}`, columns, rows });
  return `<details><summary>${escapeHtml(title)}</summary>${table}</details>`;
}

function candidateRows({ criteria }: RecordedCandidate, { decision, unitOf }: Terms): readonly (readonly string[])[] {
  return criteria.flatMap((criterion) =>
    criterion.evidence.map(({ fact, written, value, source, observedAtMs, isErased }) => [
      criterion.key,
      verdictMark(criterion, false),
      criterion.applies ? pointsText(criterion.pointsMilli) : '',
      fact,
      written,
      isErased === true ? 'erased' : factText(value, unitOf(nameOf(fact))),
      source ?? '',
      observedAtMs === null ? '' : ageText(decision.decidedAtMs - observedAtMs),
    ]),
  );
}

function nameOf(fact: string): string {
  return fact.replace(/\{.*/s, '');
}

/** As recorded: facts by key. What cannot be read so is left out, since it is of an older version or erased. */
function workOrderRows({ decision, unitOf }: Terms): readonly (readonly string[])[] {
  const { facts } = decision.workOrder;
  return Object.entries(isObject(facts) ? facts : {}).flatMap(([key, fact]) => {
    if (!isObject(fact)) return [];
    const { kind, value = null, source = null, because = null, observedAtMs = null } = fact;
    const written = kind === 'known' ? factText(value, unitOf(nameOf(key))) : `unknown: ${String(because ?? '')}`;
    return [[key, written, source === null ? '' : String(source), ageOf(observedAtMs, decision)]];
  });
}

function ageOf(observedAtMs: JsonValue, { decidedAtMs }: RecordedDecision): string {
  return typeof observedAtMs === 'number' ? ageText(decidedAtMs - observedAtMs) : '';
}

function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
