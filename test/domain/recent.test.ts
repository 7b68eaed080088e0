import { describe, expect, it } from 'vitest';
import { keepRecent } from '../../src/domain/recent.ts';

describe('what is kept while it is recent', () => {
  it('is made again once as much has been asked for since as there is room for', () => {
    const { get } = keepRecent(20);
    const [a, b, c] = [{}, {}, {}];
    const made: string[] = [];
    const ask = (key: object, name: string) =>
      get(key, 10, () => {
        made.push(name);
        return name;
      });
    for (const [key, name] of [
      [a, 'a'],
      [b, 'b'],
      [a, 'a'],
      [c, 'c'],
      [a, 'a'],
      [b, 'b'],
    ] as const)
      expect(ask(key, name)).toBe(name);
    // Asked for again, a is more recent than b when c comes.
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('is the last one at least, however large, and may be made of others', () => {
    const { get } = keepRecent(1);
    const [outer, inner] = [{}, {}];
    let made = 0;
    const ask = () => get(outer, 100, () => get(inner, 100, () => (made += 1)));
    expect([ask(), ask()]).toEqual([1, 1]);
    get(inner, 100, () => 0);
    expect(ask()).toBe(0);
  });
});
