import { FACTS, findCriterion, findFact } from '../criteria/catalog.ts';
import type { FactDefinition } from '../criteria/definition.ts';
import { type FactParams, factRef } from '../domain/fact.ts';
import type { Condition } from '../domain/rule-file.ts';
import { type FileReading, type Mistake, quoted, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { chooseFrom, nearestName, suggestName } from './nearest-name.ts';
import { findOperator, meantOperator, OPERATORS, type Operator, operatorsFor, spellingsOf } from './operators.ts';
import { readFactValue } from './read-fact-value.ts';
import { numberIn } from './read-part.ts';

/** `work_order`: before there is a candidate, as in `applies_to`; `review`: where there is none, as the work is done. */
export type FactScope = 'any' | 'work_order' | 'review';

/** One fact compared with one value; null when the value does not fit, and that is reported. */
export function readComparison(
  reading: FileReading,
  valuePath: JsonPath,
  compared: { readonly fact: FactDefinition; readonly operator: Operator; readonly params: FactParams | null },
): Condition | null {
  const { fact, operator, params } = compared;
  const value = readFactValue(reading, valuePath, { fact, operator });
  const node = nodeAt(reading.document.root, valuePath);
  if (value === null || node === null) return null;
  const written = `${operator.sign} ${quoted(toJsonValue(node))}`;
  return { kind: 'test', fact: factRef(fact.name, params), operator: operator.name, value, written };
}

export function readFact(reading: FileReading, path: JsonPath, scope: FactScope): FactDefinition | null {
  const name = textAt(reading, path);
  const names = FACTS.filter((fact) => scope === 'any' || fact.scope === 'work_order').map((fact) => fact.name);
  if (name === null) {
    refuse(reading, path, { code: 'FM-R203', what: 'The name of a fact is expected here', fix: chooseFrom(names) });
    return null;
  }
  const fact = findFact(name);
  if (fact === null) {
    const meant = factMeant(name, names);
    const fix = meant === null ? suggestName(name, names) : `Did you mean "${meant}"?`;
    refuse(reading, path, { code: 'FM-R302', what: `There is no fact ${quoted(name)}`, fix });
    return null;
  }
  if (names.includes(name)) return fact;
  refuse(reading, path, notHere(name, scope));
  return null;
}

/** A fact named without what stands before its dot, or by the name of its criterion; null: neither. */
function factMeant(name: string, names: readonly string[]): string | null {
  const plain = name.trim().toLowerCase();
  const ofCriterion = findCriterion(name)?.definition.fact.name;
  return names.find((each) => each.endsWith(`.${plain}`) || each === ofCriterion) ?? null;
}

export function notHere(name: string, scope: FactScope): Mistake {
  if (scope === 'review') {
    const what = `A review asks for ${name}, and it looks at the work and not at who did it`;
    return { code: 'FM-R317', what, fix: 'Use facts that begin with "work_order.".' };
  }
  const what = `applies_to asks for ${name}, and there is no provider yet when it is looked at`;
  return { code: 'FM-R317', what, fix: 'Use facts that begin with "work_order.", or ask in selection_rule.rules.' };
}

/** `fact` null: known to be wrong already; the operator is then checked alone. */
export function readOperator(reading: FileReading, path: JsonPath, fact: FactDefinition | null): Operator | null {
  const written = nodeAt(reading.document.root, path);
  const choice = (fact === null ? OPERATORS : operatorsFor(fact.type)).map((operator) => operator.sign);
  const spelling = textAt(reading, path);
  if (spelling === null) {
    const what = written === null ? 'The comparison has no operator' : 'The operator is not a text';
    const code = written === null ? 'FM-R202' : 'FM-R203';
    refuse(reading, path, { code, what, fix: `${written === null ? 'Add "operator". ' : ''}${chooseFrom(choice)}` });
    return null;
  }
  const operator = findOperator(spelling);
  if (operator === null) {
    const nearest = meantOperator(spelling) ?? nearestName(spelling, OPERATORS.flatMap(spellingsOf));
    const fix = nearest === null ? chooseFrom(choice) : `Did you mean "${nearest}"?`;
    refuse(reading, path, { code: 'FM-R303', what: `There is no operator ${quoted(spelling)}`, fix });
    return null;
  }
  if (fact === null || operator.fits.includes(fact.type.kind)) return operator;
  const what = `"${spelling}" cannot compare ${fact.name}, which is ${kindOf(fact)}`;
  refuse(reading, path, { code: 'FM-R304', what, fix: chooseFrom(choice) });
  return null;
}

/** Null: wrong, and reported. `given` null: the fact takes none. */
export function readParams(
  reading: FileReading,
  path: JsonPath,
  fact: FactDefinition,
): { readonly given: FactParams | null } | null {
  const node = nodeAt(reading.document.root, path);
  if (fact.params === null) {
    if (node === null) return { given: null };
    refuseKey(reading, path, { code: 'FM-R316', what: `${fact.name} takes no parameters`, fix: 'Delete "params".' });
    return null;
  }
  if (node?.kind !== 'object') {
    const example = Object.keys(fact.params).map((name) => `"${name}": …`);
    const what = `${fact.name} needs parameters`;
    refuse(reading, path, { code: 'FM-R315', what, fix: `Add "params": {${example.join(', ')}}.` });
    return null;
  }
  const known = fact.params;
  const unknown = [...node.members.keys()].filter((name) => !Object.hasOwn(known, name));
  for (const name of unknown) {
    const what = `${fact.name} has no parameter ${quoted(name)}`;
    refuseKey(reading, [...path, name], { code: 'FM-R316', what, fix: suggestName(name, Object.keys(known)) });
  }
  const given = Object.entries(known).map(([name, { kind, doc }]) => {
    return [name, readParam(reading, [...path, name], { kind, doc, fact: fact.name })] as const;
  });
  const whole = given.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return unknown.length > 0 || whole.length < given.length ? null : { given: Object.fromEntries(whole) };
}

type ParamAsked = { readonly kind: 'text' | 'number'; readonly doc: string; readonly fact: string };

function readParam(reading: FileReading, path: JsonPath, asked: ParamAsked): string | number | null {
  const node = nodeAt(reading.document.root, path);
  const name = String(path.at(-1));
  const value = node?.kind === 'scalar' ? node.value : null;
  if (node === null) {
    refuse(reading, path, {
      code: 'FM-R315',
      what: `${asked.fact} needs the parameter "${name}"`,
      fix: `Add it. ${asked.doc}`,
    });
    return null;
  }
  if (asked.kind === 'text' && typeof value === 'string' && value.trim() !== '') return value;
  if (asked.kind === 'number' && typeof value === 'number') return value;
  const meant = asked.kind === 'number' ? numberIn(value) : null;
  const what = `The parameter "${name}" is ${quoted(toJsonValue(node))}`;
  if (meant === null) refuse(reading, path, { code: 'FM-R203', what, fix: `Write a ${asked.kind}. ${asked.doc}` });
  else refuse(reading, path, { code: 'FM-R204', what, fix: `Write ${meant}.` });
  return null;
}

/** The text at a path; null when there is none or it is something else. */
export function textAt(reading: FileReading, path: JsonPath): string | null {
  const node = nodeAt(reading.document.root, path);
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
}

function kindOf(fact: FactDefinition): string {
  switch (fact.type.kind) {
    case 'boolean':
      return 'true or false';
    case 'number':
      return 'a number';
    case 'text':
      return 'a text';
    case 'numbers':
    case 'texts':
      return 'a list';
  }
}
