import { CRITERIA, FACTS, namesOf, UNSUPPORTED_CODES } from '../criteria/catalog.ts';
import type { FactDefinition } from '../criteria/definition.ts';
import { REVIEW_CRITERIA } from '../criteria/review-criteria.ts';
import { OPERATORS, spellingsOf } from './operators.ts';
import { RULE_PROBLEMS } from './problem-codes.ts';

/** The tables of rules/README.md that follow from the catalogues, by the name of the marks they stand between. */
export function rulesReadmeTables(): { readonly [name: string]: string } {
  return {
    criteria: criteriaTable(),
    codes: codesTable(),
    'review-criteria': reviewCriteriaTable(),
    facts: factsTable(),
    operators: operatorsTable(),
    problems: problemsTable(),
  };
}

function criteriaTable(): string {
  const rows = CRITERIA.map((criterion) => {
    const others = namesOf(criterion).filter((name) => name !== criterion.key && name !== criterion.label);
    return [`\`${criterion.key}\``, criterion.label, others.join(', '), `\`${criterion.fact.name}\``, criterion.doc];
  });
  return table(['key', 'label', 'also known as', 'fact', 'what it asks'], rows);
}

/** Every code of the platform once, by the alphabet. */
function codesTable(): string {
  const ours = CRITERIA.flatMap(({ key, codes }) => codes.map((code) => [`\`${code}\``, `\`${key}\``, ''] as const));
  const others = Object.entries(UNSUPPORTED_CODES).map(([code, why]) => [`\`${code}\``, '–', why] as const);
  const rows = [...ours, ...others].sort(([a], [b]) => (a < b ? -1 : 1));
  return table(['code', 'our criterion', 'why there is none'], rows);
}

function reviewCriteriaTable(): string {
  return table(
    ['key', 'label', 'fact', 'what it asks'],
    REVIEW_CRITERIA.map(({ key, label, fact }) => [`\`${key}\``, label, `\`${fact.name}\``, fact.doc]),
  );
}

function factsTable(): string {
  return table(
    ['fact', 'written as', 'what it is'],
    FACTS.map((fact) => [`\`${fact.name}\``, writtenAs(fact), fact.doc]),
  );
}

function operatorsTable(): string {
  const rows = OPERATORS.map((operator) => {
    const spellings = spellingsOf(operator).map((spelling) => `\`${spelling}\``);
    return [spellings.join(' '), operator.doc, operator.fits.map(nameOfType).join(', ')];
  });
  return table(['operator', 'meaning', 'for facts that are'], rows);
}

function problemsTable(): string {
  return table(['code', 'mistake'], Object.entries(RULE_PROBLEMS));
}

function writtenAs({ type, params }: FactDefinition): string {
  const what = type.kind === 'number' ? `number (${type.unit})` : nameOfType(type.kind);
  const choice = type.kind === 'text' && type.values !== null ? `: ${type.values.join(', ')}` : '';
  return `${what}${choice}${params === null ? '' : `; params: ${Object.keys(params).join(', ')}`}`;
}

/** A type of fact in words. */
export function nameOfType(kind: FactDefinition['type']['kind']): string {
  switch (kind) {
    case 'boolean':
      return 'true or false';
    case 'number':
      return 'number';
    case 'text':
      return 'text';
    case 'numbers':
      return 'list of numbers';
    case 'texts':
      return 'list of texts';
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
