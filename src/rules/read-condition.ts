import type { Condition } from '../domain/rule-file.ts';
import { type FileReading, quoted, refuse, refuseKey } from './file-reading.ts';
import { type JsonNode, type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { suggestName } from './nearest-name.ts';
import { type FactScope, readComparison, readFact, readOperator, readParams, textAt } from './read-comparison.ts';

/** A condition with what it weighs once named conditions are put in place. */
export type SizedCondition = { readonly condition: Condition; readonly nodes: number; readonly depth: number };

/** What the conditions around a tree allow: which facts, and where named conditions come from. */
export type ConditionScope = {
  readonly facts: FactScope;
  /** Null: broken or unknown, and reported. */
  readonly resolve: (name: string, path: JsonPath) => SizedCondition | null;
};

const FORMS = ['all', 'any', 'not', 'condition', 'fact'] as const;
type Form = (typeof FORMS)[number];
const KEYS: { readonly [form in Form]: readonly string[] } = {
  all: ['all'],
  any: ['any'],
  not: ['not'],
  condition: ['condition'],
  fact: ['fact', 'params', 'operator', 'value'],
};

/** The tree at `path`; null when anything in it is wrong, and then all of it is reported. */
export function readCondition(reading: FileReading, path: JsonPath, scope: ConditionScope): SizedCondition | null {
  const node = nodeAt(reading.document.root, path);
  if (node?.kind !== 'object') {
    const what = `A condition is expected here, found ${quoted(node === null ? null : toJsonValue(node))}`;
    refuse(reading, path, { code: 'FM-R310', what, fix: EXAMPLE });
    return null;
  }
  const form = formOf(reading, path, node);
  if (form === null) return null;
  const areKeysKnown = checkKeys(reading, path, { node, known: KEYS[form] });
  // Another key may stand for what is missing: one mistake, told once.
  const isHalf = form === 'fact' && !areKeysKnown && ['operator', 'value'].some((key) => !node.members.has(key));
  if (isHalf) {
    readFact(reading, [...path, 'fact'], scope.facts);
    return null;
  }
  const read = readForm(reading, path, { form, scope });
  if (read === null || !areKeysKnown) return null;
  return isWithinLimits(reading, path, read) ? read : null;
}

const EXAMPLE = 'Write for example {"fact": "provider.rating", "operator": ">=", "value": 4.5}.';

function formOf(reading: FileReading, path: JsonPath, node: JsonNode & { readonly kind: 'object' }): Form | null {
  const forms = FORMS.filter((form) => node.members.has(form));
  const [form] = forms;
  if (form !== undefined && forms.length === 1) return form;
  if (form === undefined) {
    const what = 'The condition has none of "all", "any", "not", "condition", "fact"';
    const areKeysKnown = checkKeys(reading, path, { node, known: FORMS.flatMap((each) => KEYS[each]) });
    // An unknown key stands for the missing one: that is one mistake.
    if (areKeysKnown) refuse(reading, path, { code: 'FM-R310', what, fix: EXAMPLE });
    return null;
  }
  const what = `The condition has ${forms.map((each) => `"${each}"`).join(' and ')} at once`;
  refuse(reading, path, {
    code: 'FM-R310',
    what,
    fix: 'Put each into a condition of its own, inside one "all" or "any".',
  });
  return null;
}

function checkKeys(
  reading: FileReading,
  path: JsonPath,
  { node, known }: { readonly node: JsonNode & { readonly kind: 'object' }; readonly known: readonly string[] },
): boolean {
  const unknown = [...node.members.keys()].filter((key) => !known.includes(key));
  for (const key of unknown) {
    const at = [...path, key];
    if (key === 'priority') {
      const what = 'A condition has a priority, which leaves later conditions without a result';
      refuseKey(reading, at, { code: 'FM-R311', what, fix: 'Delete it; the order of conditions never matters.' });
    } else if (key === 'path') {
      const what = 'A condition has a path, which is not supported: it would run code';
      refuseKey(reading, at, {
        code: 'FM-R312',
        what,
        fix: 'Delete it and compare with a fact that has one plain value.',
      });
    } else {
      const what = `There is no key ${quoted(key)} in a condition`;
      refuseKey(reading, at, { code: 'FM-R201', what, fix: suggestName(key, known) });
    }
  }
  return unknown.length === 0;
}

function readForm(
  reading: FileReading,
  path: JsonPath,
  { form, scope }: { readonly form: Form; readonly scope: ConditionScope },
): SizedCondition | null {
  switch (form) {
    case 'all':
    case 'any':
      return readList(reading, path, { form, scope });
    case 'not': {
      const inner = readCondition(reading, [...path, 'not'], scope);
      return inner === null
        ? null
        : { condition: { kind: 'not', of: inner.condition }, nodes: inner.nodes + 1, depth: inner.depth + 1 };
    }
    case 'condition':
      return readReference(reading, [...path, 'condition'], scope);
    case 'fact':
      return readTest(reading, path, scope);
  }
}

function readList(
  reading: FileReading,
  path: JsonPath,
  { form, scope }: { readonly form: 'all' | 'any'; readonly scope: ConditionScope },
): SizedCondition | null {
  const at = [...path, form];
  const node = nodeAt(reading.document.root, at);
  if (node?.kind !== 'array') {
    const what = `"${form}" is ${quoted(node === null ? null : toJsonValue(node))}`;
    refuse(reading, at, { code: 'FM-R203', what, fix: 'Write a list of conditions in square brackets.' });
    return null;
  }
  if (node.items.length === 0) {
    const what = `"${form}" is empty, and would hold for everything`;
    refuse(reading, at, { code: 'FM-R309', what, fix: `Write at least one condition in it, or delete the "${form}".` });
    return null;
  }
  const read = node.items.map((_, place) => readCondition(reading, [...at, place], scope));
  const whole = read.filter((each) => each !== null);
  if (whole.length < read.length) return null;
  return {
    condition: { kind: form, of: whole.map((each) => each.condition) },
    nodes: 1 + whole.reduce((sum, each) => sum + each.nodes, 0),
    depth: 1 + Math.max(...whole.map((each) => each.depth)),
  };
}

function readReference(reading: FileReading, path: JsonPath, scope: ConditionScope): SizedCondition | null {
  const name = textAt(reading, path);
  if (name !== null) return scope.resolve(name, path);
  const what = 'The name of a condition is expected here';
  refuse(reading, path, { code: 'FM-R203', what, fix: 'Write the name of an entry of "conditions" in double quotes.' });
  return null;
}

/** References can put the same tree in place many times over; the size they reach is limited like the file's own. */
function isWithinLimits(reading: FileReading, path: JsonPath, { nodes, depth }: SizedCondition): boolean {
  const { maxRuleFileNodes, maxRuleFileDepth } = reading.limits;
  if (nodes <= maxRuleFileNodes && depth <= maxRuleFileDepth) return true;
  const limit = nodes > maxRuleFileNodes ? `${maxRuleFileNodes} parts` : `${maxRuleFileDepth} levels`;
  const what = `With its named conditions put in place, the condition has more than ${limit}`;
  refuse(reading, path, { code: 'FM-R318', what, fix: 'Use fewer named conditions within named conditions.' });
  return false;
}

function readTest(reading: FileReading, path: JsonPath, scope: ConditionScope): SizedCondition | null {
  const fact = readFact(reading, [...path, 'fact'], scope.facts);
  const operator = readOperator(reading, [...path, 'operator'], fact);
  if (fact === null) return null;
  const params = readParams(reading, [...path, 'params'], fact);
  if (operator === null || params === null) return null;
  const condition = readComparison(reading, [...path, 'value'], { fact, operator, params: params.given });
  return condition === null ? null : { condition, nodes: 1, depth: 1 };
}
