import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonValue, toCanonicalJson } from '../../src/domain/json.ts';

/** Keys that objects reorder or swallow among ordinary ones. */
const key = fc.oneof(fc.constantFrom('7', '10', '__proto__', 'a', 'B', 'é'), fc.string({ maxLength: 4 }));
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string({ maxLength: 6 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((members) => fromEntries(members)),
  ),
}));

describe('canonical JSON', () => {
  it('sorts keys by code unit, integer-like ones as well', () => {
    const given = JSON.parse('{"b":1,"__proto__":2,"7":3,"10":4,"a":{"z":[true,null],"B":"é"}}') as JsonValue;
    expect(toCanonicalJson(given)).toBe('{"10":4,"7":3,"__proto__":2,"a":{"B":"é","z":[true,null]},"b":1}');
  });

  it('says the same value, whatever the keys are', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(JSON.parse(toCanonicalJson(given))).toEqual(given);
      }),
    );
  });

  it('gives one text however the members were put in', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(toCanonicalJson(reversed(given))).toBe(toCanonicalJson(given));
      }),
    );
  });

  it('sorts as well once it has met more keys than it remembers', () => {
    const keys = Array.from({ length: 12_000 }, (_, n) => `k${String(n).padStart(5, '0')}`);
    const text = `{${keys.map((name) => `"${name}":{"a":1,"${name}":2}`).join()}}`;
    const given = JSON.parse(text) as JsonValue;
    expect(toCanonicalJson(given)).toBe(text);
    expect(toCanonicalJson(reversed(given))).toBe(text);
  });

  it('writes an ordinary object as it writes it beside an awkward key', () => {
    fc.assert(
      fc.property(value, (given) => {
        const beside = toCanonicalJson([given, { 7: 0 }]);
        expect(beside).toBe(`[${toCanonicalJson(given)},{"7":0}]`);
      }),
    );
  });
});

function reversed(given: JsonValue): JsonValue {
  if (given === null || typeof given !== 'object') return given;
  if (Array.isArray(given)) return given.map(reversed);
  return fromEntries(
    Object.entries(given)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

/** As `JSON.parse` would make it: `__proto__` is a key like any other. */
function fromEntries(members: readonly (readonly [string, JsonValue])[]): JsonValue {
  return Object.fromEntries(members);
}
