import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';
import type { Patch } from './mutants.ts';

export type PatchedSources = { readonly path: string; readonly remove: () => void };

/** A copy of `src` with each patch applied. Throws when a text to replace is not there, or more than once. */
export function patchSources(patches: readonly Patch[]): PatchedSources {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-mutant-'));
  const path = join(folder, 'src');
  cpSync(join(packageRoot(), 'src'), path, { recursive: true });
  cpSync(join(packageRoot(), 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(packageRoot(), 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of patches) {
    const text = readFileSync(join(path, file), 'utf8');
    if (text.split(from).length !== 2)
      throw new Error(`the mutant proves nothing any more: ${file} does not have this once:\n${from}`);
    writeFileSync(
      join(path, file),
      text.replace(from, () => to),
    );
  }
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
