import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { binText, startText } from './bin-text.ts';
import { licencesText } from './licences-text.ts';
import { narrowUndici } from './narrow-undici.ts';
import { oneFileEach } from './one-file-each.ts';

/**
 * Makes dist/: the sources split where commands load lazily, the thread that some of them begin, the `fieldmarshal` bin, and the licences of what is in it. What
 * every start needs is joined in, for Node takes longer to find and link hundreds of modules than to run them: that was half
 * of the time until the first request. The rest stays outside: it has native parts, workers or files of its own, or waits
 * until it is needed. All versions are exact in package.json, so that what is joined in is what is installed and audited.
 */
const JOINED_IN = ['commander', 'drizzle-orm', 'geolib', 'json-rules-engine', 'undici', 'zod'];
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const manifest: { readonly dependencies: object } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const outside = Object.keys(manifest.dependencies).filter((name) => !JOINED_IN.includes(name));

/** Of what every command starts with, and of a run, whose first request people wait for. */
const together = oneFileEach({
  'command-line': join(root, 'src/cli/run-process.ts'),
  run: join(root, 'src/cli/run.ts'),
});

rmSync(dist, { recursive: true, force: true });
const bundle = await rolldown({
  input: { fieldmarshal: join(root, 'src/main.ts'), 'ledger-thread': join(root, 'src/cli/ledger-thread.ts') },
  cwd: root,
  platform: 'node',
  plugins: [narrowUndici(root), together.plugin],
  external: (id) => outside.some((name) => id === name || id.startsWith(`${name}/`)),
  onLog(level, log) {
    if (level === 'warn') throw new Error(log.message);
  },
});
const { output } = await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  codeSplitting: { groups: together.groups },
});
await bundle.close();

const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licencesText(modules, root));
mkdirSync(join(dist, 'bin'));
const bin = join(dist, 'bin', 'fieldmarshal.js');
writeFileSync(bin, binText());
writeFileSync(join(dist, 'bin', 'start.js'), startText());
chmodSync(bin, 0o755);
console.log(`dist/: ${output.length} files and bin/fieldmarshal.js`);
