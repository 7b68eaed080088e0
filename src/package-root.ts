import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder with our package.json: the checkout, or the installed package. Migrations and the shipped rule files are
 * found from here, whether this runs from `src/` or from a bundle in `dist/`.
 */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  for (;;) {
    if (readManifest(folder)?.name === 'fieldmarshal') return folder;
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json of fieldmarshal above ${import.meta.dirname}`);
    folder = parent;
  }
}

/** What decisions and `--version` call this program. */
export function packageVersion(): string {
  const version = readManifest(packageRoot())?.version;
  if (version === undefined) throw new Error('package.json has no version');
  return version;
}

function readManifest(folder: string): { readonly name?: string; readonly version?: string } | null {
  const path = join(folder, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
