import { randomUUID } from 'node:crypto';
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Another text in a file that is there: whoever reads it meanwhile, a daemon for instance, sees all of the old or all of the
 * new one. The mode stays, and a link goes on pointing at the same file.
 */
export function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  const mode = statSync(target).mode % 0o10000;
  // Hidden, and no *.json: nobody takes it for a rule file.
  const fresh = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(fresh, text, { flag: 'wx', flush: true });
    chmodSync(fresh, mode);
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
