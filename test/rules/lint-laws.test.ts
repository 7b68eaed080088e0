import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWarnedFile, hear } from '../support/warned-rule-files.ts';

describe('what is said of a rule file', () => {
  it('is refuted by no candidate, and no points of the eligible lie outside of their range', () => {
    const said = new Set<string>();
    let eligible = 0;
    fc.assert(
      fc.property(anyWarnedFile, (file) => {
        const heard = hear(file);
        for (const code of heard.codes) said.add(code);
        eligible += heard.eligible;
        expect(heard.refuted).toEqual([]);
      }),
      { numRuns: 400 },
    );
    const codes = ['FM-R813', 'FM-R814', 'FM-R815', 'FM-R816', 'FM-R817', 'FM-R824'];
    expect(codes.filter((code) => !said.has(code))).toEqual([]);
    expect(eligible).toBeGreaterThan(1_000);
  });
});
