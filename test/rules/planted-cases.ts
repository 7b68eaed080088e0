import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleFileText } from '../../src/rules/parse-rule-file.ts';
import { textFrom } from './broken-cases.ts';

/** Rule files with one planted defect, and the same files without it; the format is in `planted/README.md`. */
export type PlantedCase = {
  readonly title: string;
  readonly planted: readonly RuleFileText[];
  readonly clean: readonly RuleFileText[];
  /** `rules/a.json:7:12`, or `rules` for a defect of the set. */
  readonly place: string;
  /** `CODE what — fix`, the end left open by a `…`. */
  readonly expected: string;
};

const FOLDER = join(import.meta.dirname, 'planted');
const NAMES = ['a', 'b', 'c'];
const CHOICE = /⟦([^→⟧]*)→([^⟧]*)⟧/g;

export function readPlantedCases(): readonly PlantedCase[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
  return names.flatMap((name) => readFileSync(join(FOLDER, name), 'utf8').trim().split('\n\n').map(toCase));
}

function toCase(block: string): PlantedCase {
  const lines = block.split('\n');
  const parts = lines
    .slice(1, -1)
    .join('\n')
    .split(/\n---(?:\n|$)/);
  const marked = parts.map((part, place) =>
    textFrom([...(parts.length > 1 && !part.startsWith('id: ') ? [`id: "${NAMES[place]}"`] : []), ...part.split('\n')]),
  );
  const planted = marked.map((text) => text.replace(CHOICE, '$1'));
  const at = planted.findIndex((text) => text.includes('«'));
  const before = (planted[at]?.split('«')[0] ?? '').split('\n');
  return {
    title: (lines[0] ?? '').replace('# ', ''),
    planted: toFiles(planted),
    clean: toFiles(marked.map((text) => text.replace(CHOICE, '$2'))),
    place: at === -1 ? 'rules' : `rules/${NAMES[at]}.json:${before.length}:${(before.at(-1) ?? '').length + 1}`,
    expected: (lines.at(-1) ?? '').replace('=> ', ''),
  };
}

function toFiles(texts: readonly string[]): readonly RuleFileText[] {
  return texts.map((text, place) => ({ path: `rules/${NAMES[place]}.json`, text: text.replace('«', '') }));
}
