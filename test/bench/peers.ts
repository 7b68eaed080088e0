import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FOLDER = import.meta.dirname;
const VERSIONS: { readonly [name: string]: string } = JSON.parse(
  readFileSync(join(FOLDER, 'package.json'), 'utf8'),
).dependencies;

/** A peer's module, whose shape whoever asks for it knows; or why it is not here. */
export type Peer<Module> =
  | { readonly kind: 'loaded'; readonly name: string; readonly module: Module }
  | { readonly kind: 'missing'; readonly name: string; readonly because: string };

let installed: Promise<void> | null = null;

/** Installs the peers on first use, in this folder. One that has nothing for this machine is missing; the others are there. */
export async function loadPeer<Module>(name: string): Promise<Peer<Module>> {
  installed ??= installPeers();
  await installed;
  const label = `${name} ${VERSIONS[name]}`;
  try {
    if (!isInstalled(name)) throw new Error('npm could not install it');
    return { kind: 'loaded', name: label, module: (await import(name)) as Module };
  } catch (error) {
    const because = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    return { kind: 'missing', name: label, because };
  }
}

/** All at once, and one by one only when that fails: a single one that cannot be had would take the others with it. */
async function installPeers(): Promise<void> {
  if (Object.keys(VERSIONS).every(isInstalled)) return;
  if (await tryInstall([])) return;
  for (const [name, version] of Object.entries(VERSIONS)) {
    if (!isInstalled(name)) await tryInstall(['--no-save', `${name}@${version}`]);
  }
}

async function tryInstall(what: readonly string[]): Promise<boolean> {
  const quietly = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  try {
    await promisify(execFile)('npm', [...quietly, ...what], { cwd: FOLDER, shell: process.platform === 'win32' });
    return true;
  } catch {
    return false;
  }
}

function isInstalled(name: string): boolean {
  const manifest = join(FOLDER, 'node_modules', name, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === VERSIONS[name];
}
