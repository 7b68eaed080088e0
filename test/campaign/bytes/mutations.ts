/** One way to spoil a text of JSON. */
export type Mutation = { readonly what: string; readonly text: string };

/** How many there are of a text: one cut before each byte, and several changes of each member. */
export function countMutations(text: string): number {
  return Buffer.byteLength(text) + membersOf(JSON.parse(text)).length * CHANGES.length;
}

/** The mutation of that number, from 0. */
export function mutationOf(text: string, number: number): Mutation {
  const bytes = Buffer.from(text);
  if (number < bytes.length)
    return { what: `cut at byte ${number}`, text: bytes.subarray(0, number).toString('latin1') };
  const rest = number - bytes.length;
  const json: unknown = JSON.parse(text);
  const member = membersOf(json)[Math.floor(rest / CHANGES.length)];
  const change = CHANGES[rest % CHANGES.length];
  if (member === undefined || change === undefined) throw new RangeError(`no mutation ${number}`);
  change.apply(member.holder, member.key);
  return { what: `${change.name} ${member.path}`, text: JSON.stringify(json) };
}

type Holder = Record<string, unknown>;
type Member = { readonly holder: Holder; readonly key: string; readonly path: string };

/** Every member of every object and list, in the order of the text. */
function membersOf(value: unknown, path = ''): readonly Member[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => {
    const at = `${path}.${key}`;
    return [{ holder, key, path: at }, ...membersOf(holder[key], at)];
  });
}

type Change = { readonly name: string; readonly apply: (holder: Holder, key: string) => void };

function retype(name: string, given: unknown): Change {
  return {
    name: `${name} as`,
    apply: (holder, key) => {
      holder[key] = given;
    },
  };
}

const CHANGES: readonly Change[] = [
  {
    name: 'deleted',
    apply: (holder, key) => {
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
    },
  },
  {
    name: 'renamed',
    apply: (holder, key) => {
      holder[`${key}_v3`] = holder[key];
      delete holder[key];
    },
  },
  retype('null', null),
  retype('a text', 'never seen before'),
  retype('a number', -7.5),
  retype('a flag', true),
  retype('a list', [[]]),
  retype('an object', { unheard: { of: 1 } }),
];
