import { configurationProblem } from '../configuration-problems.ts';
import { FACTS, findCriterion, findFact } from '../criteria/catalog.ts';
import type { FactDefinition } from '../criteria/definition.ts';
import type { Fact, Facts } from '../domain/fact.ts';
import { type ProviderId, providerId, type WorkOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Problem } from '../domain/problem.ts';
import { givenFacts } from '../facts/coerce-given.ts';
import type { Supposed } from '../facts/suppose.ts';
import { nearestName } from '../rules/nearest-name.ts';
import { OperatorMistake } from './exit-codes.ts';
import { parseInstant } from './moment.ts';

/** One `--set`, understood: what it sets, of whom, and the fact as the catalogue knows it. */
export type Supposition = {
  /** As somebody typed it: `provider.557.rating=4.4`. */
  readonly written: string;
  /** Null: of the work order. */
  readonly providerId: ProviderId | null;
  readonly key: string;
  readonly name: string;
  readonly fact: Fact;
};

/** Facts that are no property but the thing itself: who asked, and where the work order stands. */
const FIXED: { readonly [fact: string]: string } = {
  'work_order.id': 'is which work order it is',
  'work_order.status': 'is where the work order stands, which decides whether it is looked at at all',
  'work_order.is_routed': 'follows from the invitations that are open',
  'candidate.kind': 'follows from whether the provider has asked or was invited',
  'request.exists': 'follows from whether the provider has asked',
};

/** Every `--set FACT=VALUE`, in people's units. Throws `OperatorMistake` with all that is wrong with them. */
export function readSuppositions(written: readonly string[]): readonly Supposition[] {
  const read = written.map(readOne);
  const problems = read.flatMap((one) => ('code' in one ? [one] : []));
  const suppositions = read.flatMap((one) => ('code' in one ? [] : [one]));
  const twice = suppositions.filter((one, place) => suppositions.findIndex((other) => isSame(one, other)) < place);
  problems.push(
    ...twice.map((one) =>
      mistake('FM-C227', one.written, { what: 'sets what another --set sets too', fix: 'Leave one of the two out.' }),
    ),
  );
  if (problems.length > 0) throw new OperatorMistake(problems);
  return suppositions;
}

function isSame(one: Supposition, other: Supposition): boolean {
  return one.key === other.key && one.providerId === other.providerId;
}

/** `atMs`: when the facts are taken to have been seen. */
export function toSupposed(suppositions: readonly Supposition[], workOrderId: WorkOrderId, atMs: number): Supposed {
  const factsOf = (all: readonly Supposition[]): Facts =>
    Object.fromEntries(
      all.map(({ key, fact }) => [key, fact.kind === 'known' ? { ...fact, observedAtMs: atMs } : fact] as const),
    );
  const ofProviders = Map.groupBy(
    suppositions.filter((one) => one.providerId !== null),
    (one) => one.providerId,
  );
  const providers = [...ofProviders].flatMap(([id, all]) => (id === null ? [] : [[id, factsOf(all)] as const]));
  return {
    workOrderId,
    workOrder: factsOf(suppositions.filter((one) => one.providerId === null)),
    providers: new Map(providers),
  };
}

function readOne(written: string): Supposition | Problem {
  const [, place = '', params = '', value] = /^([\w.]+)(\{.*\})?=(.*)$/s.exec(written) ?? [];
  if (value === undefined) return mistake('FM-C227', written, UNCLEAR);
  const [, group = '', id, rest = ''] = /^(\w+)\.(?:([1-9]\d{0,14})\.)?([\w.]+)$/.exec(place) ?? [];
  const name = `${group}.${rest}`;
  const definition = findFact(name);
  if (definition === null) return unknownFact(written, id);
  const fixed = FIXED[name];
  if (fixed !== undefined)
    return mistake('FM-C228', written, { what: `cannot be set: ${name} ${fixed}`, fix: 'Set another fact.' });
  const misplaced = misplacedId(definition, id, written);
  if (misplaced !== null) return misplaced;
  const key = `${name}${params}`;
  const given = givenFacts({ [key]: value === 'unknown' ? null : toJson(definition, value) }, 0);
  if (given.kind === 'refused')
    return mistake('FM-C229', written, {
      what: `is not understood: ${given.flaws.map(({ what }) => what).join(', ')}`,
      fix: fixOf(definition, written.slice(0, -value.length)),
    });
  const [own] = Object.entries(given.facts);
  if (own === undefined) return mistake('FM-C227', written, UNCLEAR);
  return { written, providerId: id === undefined ? null : providerId(Number(id)), key: own[0], name, fact: own[1] };
}

const UNCLEAR = {
  what: 'is not FACT=VALUE',
  fix: 'Write for instance provider.557.rating=4.4, request.557.pay_total=300, work_order.is_remote=true or provider.557.rating=unknown.',
};

function unknownFact(written: string, id: string | undefined): Problem {
  const [head = ''] = written.split(/[={]/);
  const plain = id === undefined ? head : head.replace(`.${id}.`, '.');
  const [group = '', rest = ''] = plain.split(/\.(.*)/s);
  const ofGroup = FACTS.map(({ name }) => name).filter((name) => name.startsWith(`${group}.`));
  const near = nearestName(
    rest,
    ofGroup.map((name) => name.slice(group.length + 1)),
  );
  // Where the group itself is not known, the whole name may still be near one.
  const whole =
    ofGroup.length > 0
      ? null
      : nearestName(
          plain,
          FACTS.map(({ name }) => name),
        );
  const meant = bareFact(plain) ?? (near === null ? whole : `${group}.${near}`);
  return mistake('FM-C228', written, {
    what: `names no fact: ${head}`,
    fix: meant === null ? 'Take one of the facts in rules/README.md.' : `Did you mean ${writtenName(meant, id)}?`,
  });
}

/** `rating`: a fact without what stands before its dot, or the name of a criterion; null: neither. */
function bareFact(plain: string): string | null {
  if (plain.includes('.')) return null;
  const named = FACTS.find(({ name }) => name.endsWith(`.${plain}`))?.name;
  return findCriterion(plain)?.definition.fact.name ?? named ?? null;
}

/** With the provider's id in its place. */
function writtenName(name: string, id: string | undefined): string {
  if (findFact(name)?.scope === 'work_order') return name;
  return name.replace('.', `.${id ?? '<PROVIDER>'}.`);
}

function misplacedId({ scope, name }: FactDefinition, id: string | undefined, written: string): Problem | null {
  if (scope === 'work_order' && id !== undefined)
    return mistake('FM-C227', written, {
      what: 'names an id, and there is but one work order',
      fix: `Write ${name}=….`,
    });
  if (scope === 'candidate' && id === undefined)
    return mistake('FM-C227', written, {
      what: 'does not say of which provider',
      fix: `Write ${name.replace('.', '.557.')}=… with the provider's id.`,
    });
  return null;
}

/** What JSON would have in its place; a text that fits nothing is left for the check to refuse. */
function toJson({ type }: FactDefinition, value: string): JsonValue {
  switch (type.kind) {
    case 'boolean':
      return value === 'true' || value === 'yes' ? true : value === 'false' || value === 'no' ? false : value;
    case 'number':
      return (type.unit === 'timestamp' ? parseInstant(value) : null) ?? numberOr(value);
    case 'text':
      return value;
    case 'numbers':
      return value === '' ? [] : value.split(',').map((item) => numberOr(item.trim()));
    case 'texts':
      return value === '' ? [] : value.split(',').map((item) => item.trim());
  }
}

function numberOr(text: string): JsonValue {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function fixOf({ type, example }: FactDefinition, head: string): string {
  const more = type.kind === 'numbers' || type.kind === 'texts' ? ', several with commas between them' : '';
  return `Write for instance ${head}${example}${more}, or ${head}unknown.`;
}

type SetCode = 'FM-C227' | 'FM-C228' | 'FM-C229';

function mistake(code: SetCode, written: string, said: { readonly what: string; readonly fix: string }): Problem {
  return configurationProblem(`--set ${written}`, code, said);
}
