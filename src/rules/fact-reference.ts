import { CRITERIA, FACTS, namesOf } from '../criteria/catalog.ts';
import type { CriterionDefinition, FactDefinition } from '../criteria/definition.ts';
import { REVIEW_CRITERIA, type ReviewCriterionDefinition } from '../criteria/review-criteria.ts';
import { FACT_SOURCES, UNITS } from '../domain/fact.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { OPERATORS, type Operator, operatorsFor, spellingsOf } from './operators.ts';
import { nameOfType } from './readme-tables.ts';
import type { ReferenceEntry } from './reference.ts';
import { ON_MISSING_DOC } from './shapes.ts';

type Details = ReferenceEntry['details'];

export function factEntries(): readonly ReferenceEntry[] {
  return FACTS.map((fact) => ({
    topic: 'fact',
    name: fact.name,
    aliases: [],
    doc: fact.doc,
    details: [
      ...valueDetails(fact),
      ['usable in', fact.scope === 'work_order' ? 'applies_to, conditions, when' : 'conditions, when'],
      [
        'criteria',
        [...CRITERIA, ...REVIEW_CRITERIA].flatMap((each) => (each.fact === fact ? [each.key] : [])).join(', '),
      ],
      ['unknown', unknownOf(fact)],
    ],
    example: {
      at: fact.scope === 'work_order' ? 'applies_to' : 'when',
      json: { fact: fact.name, ...asked(fact, usualOperator(fact)) },
    },
  }));
}

export function criterionEntries(): readonly ReferenceEntry[] {
  return [...CRITERIA.map(criterionEntry), ...REVIEW_CRITERIA.map(reviewEntry)];
}

function criterionEntry(criterion: CriterionDefinition): ReferenceEntry {
  const { key, label, codes, fact, canRemote, isProviderLevel } = criterion;
  const aliases = [...new Set([...namesOf(criterion).filter((name) => name !== key), label])];
  const others = namesOf(criterion).filter((name) => ![key, label, ...codes].includes(name));
  return {
    topic: 'criterion',
    name: key,
    aliases,
    doc: criterion.doc,
    details: [
      ['on Field Nation', label],
      ['its code there', codes.join(', ')],
      ['also known as', others.join(', ')],
      ['fact', `${fact.name}: ${fact.doc}`],
      ...valueDetails(fact),
      [
        'remote work',
        canRemote
          ? 'counts there too, unless the file says otherwise'
          : 'does not count there, unless the file says otherwise',
      ],
      [
        "the platform's verdict",
        isProviderLevel
          ? 'is kept in the directory, for providers who are not in the list'
          : 'is about one provider and one work order, and is not kept',
      ],
      ['unknown', `${ON_MISSING_DOC} Left out: "platform".`],
    ],
    example: { at: 'rules', json: { name: key, ...asked(fact, usualOperator(fact)), weight: 50, is_required: false } },
  };
}

function reviewEntry({ key, label, fact }: ReviewCriterionDefinition): ReferenceEntry {
  return {
    topic: 'criterion',
    name: key,
    aliases: [label],
    doc: `Of review files. ${fact.doc}`,
    details: [
      ['label', label],
      ['fact', fact.name],
      ...valueDetails(fact),
      ['unknown', 'Where it is required a person looks; elsewhere it is left out.'],
    ],
    example: { at: 'criteria', json: { name: key, ...asked(fact, usualOperator(fact)) } },
  };
}

export function operatorEntries(): readonly ReferenceEntry[] {
  return OPERATORS.map((operator) => {
    const criterion = CRITERIA.find(({ fact }) => fact.params === null && operator.fits.includes(fact.type.kind));
    const json = criterion === undefined ? null : { fact: criterion.fact.name, ...asked(criterion.fact, operator) };
    return {
      topic: 'operator',
      name: operator.sign,
      aliases: spellingsOf(operator).filter((spelling) => spelling !== operator.sign),
      doc: `Holds for ${operator.doc}.`,
      details: [
        ['written as', spellingsOf(operator).join('  ')],
        ['in json-rules-engine', operator.name],
        ['for facts that are', operator.fits.map(nameOfType).join(', ')],
        ['value', operator.takes === 'list' ? 'a list' : 'one value'],
      ],
      example: json === null ? null : { at: 'when', json },
    };
  });
}

/** Unit, range, parameters, sources, operators. */
function valueDetails(fact: FactDefinition): Details {
  const { type, params, sources } = fact;
  const unit = type.kind === 'number' ? type.unit : null;
  const range = unit === null ? '' : `${UNITS[unit].min} to ${UNITS[unit].max}, kept as ${UNITS[unit].keptAs}`;
  const choice = type.kind === 'text' && type.values !== null ? `: one of ${type.values.join(', ')}` : '';
  return [
    ['written as', unit === null ? `${nameOfType(type.kind)}${choice}` : `number (${unit})`],
    ['range', range],
    ...Object.entries(params ?? {}).map(([name, { doc }]) => [`params.${name}`, doc] as const),
    [
      'operators',
      operatorsFor(type)
        .map(({ sign }) => sign)
        .join('  '),
    ],
    ['sources', sources.map((source) => `${source} (${FACT_SOURCES[source]})`).join(', ')],
  ];
}

/** What its own sentences say of it, and what it then means. */
function unknownOf({ doc, scope }: FactDefinition): string {
  const own = doc.split(/(?<=\.) /).filter((sentence) => /unknown|always known/i.test(sentence));
  const means =
    scope === 'work_order'
      ? 'In applies_to an unknown fact does not hold; in a criterion on_missing says what it means.'
      : 'In a criterion on_missing says what it means.';
  return [...own, means].join(' ');
}

/** At least, yes, among them: what is asked of such a fact most often. */
function usualOperator({ type, name }: FactDefinition): Operator | undefined {
  const fits = operatorsFor(type);
  const isCeiling = /rate|distance|minutes|over|open|assigned|cancelled|pay_/.test(name);
  return fits.find(({ sign }) => sign === (isCeiling ? '<=' : '>=')) ?? fits[0];
}

/** A comparison that means something, in the order it is written in. */
function asked(fact: FactDefinition, operator: Operator | undefined): JsonObject {
  const params = Object.entries(fact.params ?? {}).map(([name, { example }]) => [name, example] as const);
  const value: JsonValue = operator?.takes === 'list' ? [fact.example] : fact.example;
  return {
    ...(params.length === 0 ? {} : { params: Object.fromEntries(params) }),
    operator: operator?.sign ?? '=',
    value,
  };
}
