import type { Difference } from '../analysis/compare-replayed.ts';
import type { ReplayResult } from '../analysis/replay.ts';
import type { Replayed, ReplayVerdict } from '../analysis/replayed.ts';
import type { JsonValue } from '../domain/json.ts';
import { printable } from './printable.ts';

export type ReplayReport = { readonly result: ReplayResult; readonly engineVersion: string };

const KINDS: { readonly [kind in ReplayVerdict['kind']]: string } = {
  identical: 'identical, to the byte',
  by_hand: 'by hand: no rule to ask, and everything is as its hashes say',
  erased: 'erased: something they rest on was taken away, with its tombstone',
  not_kept: 'not to be taken again: an earlier version did not keep what is needed',
  not_replayable: 'not replayable',
  altered: 'ALTERED: something they rest on is not what was written',
  different: 'DIFFERENT: taken again they are not what was recorded',
};

/** One by one in a text; --json has more. */
const MOST_SHOWN = 50;
const MOST_DIFFERENCES = 6;
const MOST_PARTS = 6;
const VALUE_WIDTH = 80;

/** Counts first, then each decision that is not as it was, with its input. */
export function replayText({ result, engineVersion }: ReplayReport): string {
  const { counts, told } = result;
  const shown = told.slice(0, MOST_SHOWN);
  const others = result.decisions - counts.identical - counts.by_hand - shown.length;
  const kinds = Object.keys(KINDS).filter(isKind);
  const lines = [
    `${result.decisions} decisions of ${result.runs} runs taken again from the ledger alone, by engine version ${engineVersion}`,
    ...kinds.filter((kind) => counts[kind] > 0).map((kind) => `${String(counts[kind]).padStart(8)} ${KINDS[kind]}`),
    ...(shown.length === 0 ? [] : ['']),
    ...shown.flatMap(linesOf),
    ...(others > 0 ? [`and ${others} more; --json tells up to 1000 of them`] : []),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function isKind(kind: string): kind is ReplayVerdict['kind'] {
  return Object.hasOwn(KINDS, kind);
}

function linesOf({ decisionId, verdict }: Replayed): readonly string[] {
  switch (verdict.kind) {
    case 'identical':
    case 'by_hand':
      return [`${decisionId}  ${KINDS[verdict.kind]}`];
    case 'erased':
      return [`${decisionId}  erased: ${firstOf(verdict.parts, ', ')}`];
    case 'altered':
      return [
        `${decisionId}  altered: ${firstOf(
          verdict.parts.map(({ part, how }) => `${part} ${how}`),
          '; ',
        )}`,
      ];
    case 'not_kept':
      return [`${decisionId}  not to be taken again: ${verdict.because}`];
    case 'not_replayable':
      return [`${decisionId}  not replayable: ${verdict.because}`];
    case 'different':
      return [
        `${decisionId}  different: ${verdict.because}`,
        ...verdict.differences.slice(0, MOST_DIFFERENCES).map((one) => `    ${differenceText(one)}`),
        ...(verdict.differences.length > MOST_DIFFERENCES
          ? [`    and in ${verdict.differences.length - MOST_DIFFERENCES} more parts`]
          : []),
      ];
  }
}

function firstOf(parts: readonly string[], between: string): string {
  const more = parts.length - MOST_PARTS;
  return `${parts.slice(0, MOST_PARTS).join(between)}${more > 0 ? `${between}and ${more} more` : ''}`;
}

function differenceText({ part, place, recorded, again }: Difference): string {
  const where = place === '' ? part : `${part}, ${place}`;
  return `${where}: recorded ${valueText(recorded)}, taken again ${valueText(again)}`;
}

function valueText(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= VALUE_WIDTH ? text : `${text.slice(0, VALUE_WIDTH)}…`;
}

/** Everything, for machines. */
export function replayJson({ result, engineVersion }: ReplayReport): string {
  const { told, ...counted } = result;
  const findings = told.map(({ verdict, ...of }) => ({ ...of, ...verdict }));
  return `${JSON.stringify({ engineVersion, ...counted, findings }, null, 2)}\n`;
}
