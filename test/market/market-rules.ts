import { loadRuleSet, readRuleFiles } from '../../src/cli/load-rules.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RuleSet } from '../../src/domain/rule-file.ts';
import { parseRuleSet } from '../../src/rules/parse-rule-set.ts';
import { PROJECTS } from '../../src/sandbox/world/catalog.ts';

const ROLLOUT = 'rollout';
const PROJECT = PROJECTS[0]?.id ?? 0;

/**
 * The rule files of a folder as a market uses them. All as they are but `rollout`, which ships as an example in shadow for
 * one project that everybody must name: here it enforces for work in shops under the sandbox's first project.
 */
export function loadMarketRules(folder: string): RuleSet {
  const io = { cwd: process.cwd(), stderr: process.stderr };
  // What is wrong with the files themselves is said in their own words, before anything is changed.
  loadRuleSet(folder, DEFAULT_LIMITS, io);
  const texts = readRuleFiles(folder, DEFAULT_LIMITS, io.cwd).map(({ path, text }) => ({
    path,
    text: asInMarket(text),
  }));
  const reading = parseRuleSet(texts, DEFAULT_LIMITS);
  if (reading.kind === 'problems') throw new TypeError(reading.problems.map(({ what }) => what).join('\n'));
  return reading.set;
}

function asInMarket(text: string): string {
  const file: { readonly id?: unknown } = JSON.parse(text);
  return file.id === ROLLOUT
    ? JSON.stringify({ ...file, mode: 'enforce', applies_to: SHOPS_OF_PROJECT }, null, 2)
    : text;
}

const SHOPS_OF_PROJECT = {
  all: [
    { fact: 'work_order.project_id', operator: '=', value: PROJECT },
    { fact: 'work_order.is_remote', operator: '=', value: false },
    {
      any: ['Point of Sale (POS)', 'Digital Signage', 'Desktop Support'].map((value) => ({
        fact: 'work_order.types_of_work',
        operator: 'contains',
        value,
      })),
    },
  ],
};
