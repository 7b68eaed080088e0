import { Engine, type RuleProperties } from 'json-rules-engine';
import type { Facts } from '../../src/domain/fact.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import { compileCondition } from '../../src/evaluate/compile.ts';
import { exportJsonRulesEngine } from '../../src/rules/export-json-rules-engine.ts';

/** What somebody who has only the exported file needs of it. */
export type Consumer = {
  readonly verdicts: (facts: Facts) => Promise<ReadonlyMap<string, boolean>>;
  /** Keys of the criteria whose facts are all in `facts`, as the notes of the export tell them apart. */
  readonly decidable: (facts: Facts) => readonly string[];
  readonly only: (keys: readonly string[]) => Consumer;
};

/** The exported text, read back by `new Engine(rules)` and nothing else. */
export function consumerOf(file: RuleFile): Consumer {
  const read: { readonly rules: readonly RuleProperties[] } = JSON.parse(
    JSON.stringify(exportJsonRulesEngine(file).document),
  );
  return consume(read.rules);
}

function consume(rules: readonly RuleProperties[]): Consumer {
  const engine = new Engine([...rules]);
  return {
    verdicts: async (facts) => {
      const { results, failureResults } = await engine.run(valuesOf(facts));
      return new Map([...results, ...failureResults].map(({ event, result }) => [keyOf(event), result === true]));
    },
    decidable: (facts) =>
      rules
        .filter(({ event }) => [event.params?.['facts']].flat().every((fact) => Object.hasOwn(facts, fact)))
        .map(({ event }) => keyOf(event)),
    only: (keys) => consume(rules.filter(({ event }) => keys.includes(keyOf(event)))),
  };
}

function keyOf(event: RuleProperties['event'] | undefined): string {
  return String(event?.params?.['key']);
}

function valuesOf(facts: Facts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, fact]) => [key, fact.kind === 'known' ? fact.value : undefined]),
  );
}

/**
 * What the notes of the export promise of facts of which some are missing: the library refuses to run, and without the rules that
 * ask for one it says what we say. Null: it is so.
 */
export async function findDifferenceWithout(file: RuleFile, consumer: Consumer, facts: Facts): Promise<string | null> {
  const refusal = await consumer.verdicts(facts).then(
    () => 'none',
    (error: unknown) => String(error),
  );
  if (!refusal.includes('Undefined fact: ')) return `a fact is missing, and the library says ${refusal}`;
  const keys = consumer.decidable(facts);
  if (keys.length === file.criteria.length) return 'a fact is missing, and no rule is said to need it';
  const left = { ...file, criteria: file.criteria.filter(({ key }) => keys.includes(key)) };
  return findDifference(left, consumer.only(keys), facts);
}

/** Null: both say the same of every criterion; else the first on which they differ, in words. */
export async function findDifference(file: RuleFile, consumer: Consumer, facts: Facts): Promise<string | null> {
  const said = await consumer.verdicts(facts);
  for (const { key, when } of file.criteria) {
    const { verdict } = compileCondition(when)(facts);
    if (verdict !== (said.get(key) ? 'match' : 'no_match'))
      return `${key} is ${verdict} here and ${said.get(key)} in json-rules-engine: ${JSON.stringify({ when, facts })}`;
  }
  return null;
}
