import { execFile } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';

const root = packageRoot();

/** Path of the bin that users get; built first when it is missing or older than a source. */
export async function builtCli(): Promise<string> {
  const bin = join(root, 'dist', 'bin', 'fieldmarshal.js');
  if (!existsSync(bin) || statSync(bin).mtimeMs < newestSourceMs()) {
    await promisify(execFile)(process.execPath, [join(root, 'scripts', 'build.ts')]);
  }
  return bin;
}

function newestSourceMs(): number {
  const sources = [...globSync(['src/**/*.ts', 'scripts/*.ts'], { cwd: root }), 'package.json'];
  return Math.max(...sources.map((file) => statSync(join(root, file)).mtimeMs));
}
