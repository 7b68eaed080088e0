import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `…/node_modules/@scope/name` or `…/node_modules/name`, the innermost. */
const PACKAGE_FOLDER = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

type Manifest = { readonly name: string; readonly version: string; readonly license?: string };

/**
 * The licence of every package whose modules are in the bundle, which theirs ask to be handed on with it. Throws for one that
 * has none, and for one that is not understood.
 */
export function licencesText(moduleIds: readonly string[], root: string): string {
  const folders = new Set(moduleIds.flatMap((id) => PACKAGE_FOLDER.exec(id.replace('\0', ''))?.[0] ?? []));
  const parts = [...folders].map((folder) => {
    const { name, version, license }: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { name, text: [`${name} ${version} (${license})`, '', licenceOf(folder, license, root)].join('\n') };
  });
  const sorted = parts.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ text }) => text);
  const head = 'The files of this folder hold parts of these packages, joined and without what is not used.';
  return `${[head, ...sorted].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function licenceOf(folder: string, license: string | undefined, root: string): string {
  const file = readdirSync(folder).find((name) => /^(?:licen[cs]e|copying)(?:\.|$)/i.test(name));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').trim();
  // drizzle-orm names its licence and does not bring its text, which TypeScript has word for word.
  const apache = join(root, 'node_modules/typescript/LICENSE.txt');
  if (license === 'Apache-2.0' && existsSync(apache)) return readFileSync(apache, 'utf8').trim();
  throw new Error(`${folder} has no licence text`);
}
