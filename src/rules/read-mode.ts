import { type FileReading, quoted, refuse, refuseKey } from './file-reading.ts';
import { nodeAt } from './json-document.ts';
import { textAt } from './read-comparison.ts';
import { FILE_SHAPE } from './shapes.ts';

/** A canary says on which share of the work orders it acts, and no other mode does: a share that nothing heeds would mislead. */
export function refuseWrongShare(reading: FileReading): void {
  const mode = textAt(reading, ['mode']) ?? '';
  const node = nodeAt(reading.document.root, ['canary_percent']);
  if (mode === 'canary' && node === null) {
    const what = 'Mode "canary" needs canary_percent, the share of the work orders it acts on';
    const fix = 'Add "canary_percent" with a number above 0 and up to 100, for example 10.';
    refuse(reading, ['mode'], { code: 'FM-R212', what, fix });
  }
  if (node === null) return;
  const isOtherMode = mode !== 'canary' && FILE_SHAPE.shape.mode.options.some((known) => known === mode);
  if (isOtherMode) {
    const what = `canary_percent belongs to mode "canary", and the mode is "${mode}"`;
    refuseKey(reading, ['canary_percent'], { code: 'FM-R212', what, fix: 'Delete it, or write "mode": "canary".' });
  }
  const value = node.kind === 'scalar' ? node.value : null;
  if (typeof value !== 'number' || isInHundredths(value)) return;
  const what = `canary_percent is ${quoted(value)}`;
  refuse(reading, ['canary_percent'], { code: 'FM-R307', what, fix: 'Write at most two decimals, for example 2.5.' });
}

/** By the decimal form that people write: 0.29 times 100 is no whole number to a machine. */
function isInHundredths(percent: number): boolean {
  return Number(percent.toFixed(2)) === percent;
}
