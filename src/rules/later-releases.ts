import { type FileReading, refuse } from './file-reading.ts';
import { textAt } from './read-comparison.ts';

const LATER_MODES: { readonly [mode: string]: string } = {
  recommend: 'Use "shadow": it decides and records, and a person acts on the report.',
};

/** Refuses what the format will have and this release has not. */
export function refuseLaterReleases(reading: FileReading): void {
  const mode = textAt(reading, ['mode']) ?? '';
  const instead = Object.hasOwn(LATER_MODES, mode) ? LATER_MODES[mode] : undefined;
  if (instead !== undefined) {
    refuse(reading, ['mode'], { code: 'FM-R211', what: `Mode "${mode}" is not in this release`, fix: instead });
  }
}
