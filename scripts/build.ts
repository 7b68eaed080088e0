import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { binText, startText } from './bin-text.ts';
import { requiredNotImported } from './required-not-imported.ts';

/**
 * Makes dist/: the sources as one bundle, split where commands load lazily, and the `fieldmarshal` bin. Dependencies
 * stay outside, so that they are installed, audited and updated as usual.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const bundle = await rolldown({
  input: { fieldmarshal: join(root, 'src/main.ts') },
  cwd: root,
  platform: 'node',
  plugins: [requiredNotImported('drizzle-orm')],
  external: (id) => !/^[./\0]/.test(id) && !id.startsWith('drizzle-orm'),
  onLog(level, log) {
    if (level === 'warn') throw new Error(log.message);
  },
});
const { output } = await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();

mkdirSync(join(dist, 'bin'));
const bin = join(dist, 'bin', 'fieldmarshal.js');
writeFileSync(bin, binText());
writeFileSync(join(dist, 'bin', 'start.js'), startText());
chmodSync(bin, 0o755);
console.log(`dist/: ${output.length} files and bin/fieldmarshal.js`);
