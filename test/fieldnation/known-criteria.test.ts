import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson } from '../../src/fieldnation/decode-json.ts';
import { KnownCriteria } from '../../src/fieldnation/known-criteria.ts';
import { goldenWireRow } from '../support/golden-rows.ts';

const ROWS = [goldenWireRow('pending-request'), goldenWireRow('pending-routed')];

/** As the platform sends it, with a note that is not ASCII. */
function pageText(rows: readonly object[] = ROWS): string {
  return JSON.stringify({
    metadata: { list: 'x', total: rows.length },
    results: rows.map((row) => ({ ...row, notes: 'Café – 5 €' })),
  });
}

/** Knows the criteria of the golden rows. */
function taught(): KnownCriteria {
  const criteria = new KnownCriteria();
  read(pageText(), criteria);
  return criteria;
}

/** Reads a page and learns what is new in it. */
function read(text: string | Buffer, criteria: KnownCriteria | null) {
  const body = decodeJson(Buffer.from(text), criteria);
  if (body.kind !== 'json') return body;
  if (typeof body.value === 'object' && body.value !== null) criteria?.learn(body.value);
  return { kind: body.kind, value: body.value, text: body.text };
}

function meant(text: string | Buffer, criteria: KnownCriteria | null): unknown {
  const { text: _, ...rest } = { text: null, ...read(text, criteria) };
  return rest;
}

/** The lists of criteria as they came out of the page. */
function listsOf(body: ReturnType<typeof read>): readonly (readonly object[])[] {
  const page = body.kind === 'json' ? body.value : null;
  return (page as { results: typeof ROWS }).results.map((row) => row.selection_rule.criterion);
}

describe('criteria that are known from another page', () => {
  it('are parsed once: the same object stands for them in every row, and the rest of the page is short', () => {
    const criteria = taught();
    const [first, second] = [read(pageText(), criteria), read(pageText(), criteria)];
    expect(first).toMatchObject({ kind: 'json', value: JSON.parse(pageText()) });
    listsOf(first).forEach((list, row) => {
      for (const [at, criterion] of list.entries()) expect(listsOf(second)[row]?.[at]).toBe(criterion);
      expect(list.every((criterion) => Object.isFrozen(criterion))).toBe(true);
    });
    expect(first.kind === 'json' && (first.text?.length ?? 0) < pageText().length / 2).toBe(true);
  });

  it('are not learned where anything stands in them that a row may not keep', () => {
    const [row] = ROWS;
    const criterion = { ...row?.selection_rule.criterion[0], told_by: 'Mary Smith' };
    const text = pageText([{ ...row, selection_rule: { ...row?.selection_rule, criterion: [criterion] } }]);
    const criteria = taught();
    read(text, criteria);
    const again = read(text, criteria);
    expect(again).toMatchObject({ value: JSON.parse(text), text });
  });

  it('are not taken from a page that nobody vouched for', () => {
    const criteria = new KnownCriteria();
    decodeJson(Buffer.from(pageText()), criteria);
    expect(read(pageText(), criteria)).toMatchObject({ text: pageText() });
  });

  it.each([
    ['a list at another place', '{"results":[{"id":1,"criterion":[LIST]}]}'],
    ['a list twice in an object', '{"results":[{"selection_rule":{"criterion":[LIST],"criterion":[LIST]}}]}'],
    ['a list after another of the same name', '{"results":[{"selection_rule":{"criterion":[LIST],"criterion":[1]}}]}'],
    ['a list in a text', '{"results":["x\\"criterion":[LIST]"]}'],
    ['a key that only ends so', '{"results":[{"selection_rule":{"x\\"criterion":[LIST]}}]}'],
    ['a list in place of a key', '{"results":[{"selection_rule":{["criterion":[LIST]]:1}}]}'],
    ['a list of its own', '[LIST]'],
    ['something between two', '{"results":[{"selection_rule":{"criterion":[LIST , LIST]}}]}'],
    ['a comma too many', '{"results":[{"selection_rule":{"criterion":[LIST,]}}]}'],
    ['a comma too few', '{"results":[{"selection_rule":{"criterion":[LIST LIST]}}]}'],
    ['no end', '{"results":[{"selection_rule":{"criterion":[LIST'],
    ['no list', '{"results":[{"selection_rule":{"criterion":[]}}]}'],
    ['a bracket in a name', '{"results":[{"selection_rule":{"criterion":[{"name":"a } b"}]}}]}'],
    ['a mark', '{"results":[{"selection_rule":{"criterion":[LIST]}},{"selection_rule":{"criterion":"\x7f0"}}]}'],
    [
      'a spelled mark',
      '{"results":[{"selection_rule":{"criterion":[LIST]}},{"selection_rule":{"criterion":"\\u007f0"}}]}',
    ],
    ['rows that are none', '{"results":[null,7,{"selection_rule":null},{"selection_rule":{"criterion":[LIST]}}]}'],
    ['a byte order mark', '\ufeff{"results":[{"selection_rule":{"criterion":[LIST]}}]}'],
  ])('change nothing of %s', (_, pattern) => {
    const list = JSON.stringify(ROWS[0]?.selection_rule.criterion).slice(1, -1);
    const text = pattern.replaceAll('LIST', list);
    const criteria = taught();
    expect(meant(text, criteria)).toEqual(meant(text, null));
    expect(meant(text, criteria)).toEqual(meant(text, null));
  });

  it('change nothing of a page that is changed anywhere', () => {
    const whole = Buffer.from(pageText());
    const criteria = taught();
    const pieces = [
      '',
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '\\',
      ' ',
      '0',
      'é',
      '\x7f',
      '"criterion":[',
      '"}',
      '{"id":1}',
    ];
    const change = fc.record({
      at: fc.nat(whole.length),
      removed: fc.integer({ min: 0, max: 3 }),
      piece: fc.constantFrom(...pieces),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        const changed = changes.reduce(
          (bytes, { at, removed, piece }) =>
            Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at + removed)]),
          whole,
        );
        expect(meant(changed, criteria)).toEqual(meant(changed, null));
      }),
      { numRuns: 1_500 },
    );
  });
});
