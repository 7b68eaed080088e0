import { type FileReading, refuse, refuseKey } from './file-reading.ts';
import { nodeAt } from './json-document.ts';
import { textAt } from './read-comparison.ts';

const LATER_MODES: { readonly [mode: string]: string } = {
  recommend: 'Use "shadow": it decides and records, and a person acts on the report.',
  canary: 'Use "shadow" first, then "enforce" with a narrow applies_to.',
};

/** Refuses what the format will have and this release has not. */
export function refuseLaterReleases(reading: FileReading): void {
  const mode = textAt(reading, ['mode']) ?? '';
  const instead = Object.hasOwn(LATER_MODES, mode) ? LATER_MODES[mode] : undefined;
  if (instead !== undefined) {
    refuse(reading, ['mode'], { code: 'FM-R211', what: `Mode "${mode}" is not in this release`, fix: instead });
  }
  if (mode !== 'canary' && nodeAt(reading.document.root, ['canary_percent']) !== null) {
    const what = 'canary_percent is not in this release';
    refuseKey(reading, ['canary_percent'], { code: 'FM-R211', what, fix: 'Delete it.' });
  }
}
