import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { workOrderId } from '../../src/domain/ids.ts';
import type { PendingList } from '../../src/engine/ports.ts';
import { FileRowShelf } from '../../src/store/sqlite/row-shelf.ts';
import { aRequest, aRow, aVerdict, NOW_MS } from '../support/builders.ts';

function aList(id: number, providers: readonly number[]): PendingList {
  const rows = providers.map((providerId) => {
    const platform = { ruleId: null, isMatch: true, points: 5, maxPoints: 5, verdicts: [aVerdict()] };
    return aRow({
      providerId,
      request: aRequest({ id: providerId }),
      platform,
      raw: { id: providerId, of: [id, 'é'] },
    });
  });
  return { workOrderId: workOrderId(id), observedAtMs: NOW_MS, rows, quarantined: [] };
}

const NO_ROOM = { rows: 0, inHand: 1 };

describe('a shelf of rows', () => {
  it('gives every list back as it was, as often as it is asked, whatever was put there meanwhile', () => {
    const shelf = new FileRowShelf(NO_ROOM);
    const lists = [aList(1, [557, 558]), aList(2, []), aList(3, [901])];
    const shelved = lists.map((list) => shelf.shelve(list));
    for (const _ of [1, 2]) expect(shelved).toEqual(lists);
    const again = shelved.map((list) => shelf.shelve(list));
    expect(again).toEqual(lists);
    shelf.clear();
  });

  it('gives back what the platform said of each, whatever they share and whatever form it came in', () => {
    const [met, missed] = [aVerdict(), aVerdict({ name: 'rating', isMatch: false, points: 0 })];
    const criterion = (points: number) => ({ is_match: points > 0, name: 'rating', points });
    const saidBy = [
      { platform: [met, missed], raw: { id: 1, selection_rule: { criterion: [criterion(0), criterion(5)], id: 7 } } },
      { platform: [missed, { ...met }], raw: { selection_rule: { criterion: [criterion(5)], points: 5 } } },
      { platform: [], raw: { selection_rule: { criterion: [] } } },
      { platform: null, raw: { selection_rule: { criterion: [0, 1], id: 3 } } },
      { platform: null, raw: { selection_rule: { criterion: null } } },
      { platform: null, raw: { selection_rule: [criterion(5)] } },
      { platform: null, raw: null },
      { platform: null, raw: ['selection_rule'] },
    ];
    const rows = saidBy.map(({ platform, raw }, n) => {
      const verdicts =
        platform === null ? null : { ruleId: n, isMatch: true, points: 5, maxPoints: 5, verdicts: platform };
      return aRow({ providerId: 501 + n, platform: verdicts, raw });
    });
    const shelf = new FileRowShelf(NO_ROOM);
    const shelved = shelf.shelve({ workOrderId: workOrderId(1), observedAtMs: NOW_MS, rows, quarantined: [] });
    expect(shelved.rows).toEqual(rows);
    expect(JSON.stringify(shelved.rows.map(({ raw }) => raw))).toBe(JSON.stringify(saidBy.map(({ raw }) => raw)));
    shelf.clear();
  });

  it('leaves a few rows where they are, until there are too many', () => {
    const shelf = new FileRowShelf({ rows: 3, inHand: 7 });
    const [first, second] = [aList(1, [557, 558]), aList(2, [559, 560])];
    const few = shelf.shelve(first);
    expect([few.rows === first.rows, shelf.inHand]).toEqual([true, Number.POSITIVE_INFINITY]);
    const more = shelf.shelve(second);
    expect([few.rows === first.rows, more.rows === second.rows, shelf.inHand]).toEqual([false, false, 7]);
    expect([few, more]).toEqual([first, second]);
    shelf.clear();
  });

  it('has nothing of an earlier run, and says so', () => {
    const shelf = new FileRowShelf(NO_ROOM);
    const early = shelf.shelve(aList(1, [557]));
    shelf.clear();
    const late = shelf.shelve(aList(2, [558]));
    expect(() => early.rows).toThrow('the rows of work order 1 are of an earlier run');
    expect(late.rows).toEqual(aList(2, [558]).rows);
    shelf.clear();
  });

  it('leaves no file behind that another process could read', () => {
    const shelf = new FileRowShelf(NO_ROOM);
    shelf.shelve(aList(1, [557]));
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`fieldmarshal-rows-${process.pid}-`))).toEqual([]);
    shelf.clear();
  });
});
