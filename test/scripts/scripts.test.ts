import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binText } from '../../scripts/bin-text.ts';
import { checkImports } from '../../scripts/imports.ts';
import { licencesText } from '../../scripts/licences-text.ts';
import { exitCodeTable, limitsTable, reasonCodesPage } from '../../scripts/tables.ts';
import { REASONS } from '../../src/domain/reason-codes.ts';
import { nodeRefusal, OLDEST_NODE } from '../../src/node-version.ts';
import { packageRoot } from '../../src/package-root.ts';
import { limitNames } from '../../src/settings.ts';

describe('the import rules', () => {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'fieldmarshal-imports-'));
    cpSync(join(packageRoot(), 'package.json'), join(root, 'package.json'));
    symlinkSync(join(packageRoot(), 'node_modules'), join(root, 'node_modules'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  /** Each file exports something and imports what it is given. */
  async function rulesBroken(files: { readonly [path: string]: readonly string[] }): Promise<readonly string[]> {
    rmSync(join(root, 'src'), { recursive: true, force: true });
    for (const [path, imports] of Object.entries(files)) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${imports.map((name) => `import '${name}';\n`).join('')}export const here = 1;\n`);
    }
    const { modules, violations } = await checkImports(root);
    expect(modules).toBe(Object.keys(files).length);
    return violations.map(({ rule }) => rule).sort();
  }

  it.each([
    ['src/domain/a.ts', 'src/criteria/b.ts', 'imports-of-domain'],
    ['src/criteria/a.ts', 'src/facts/b.ts', 'imports-of-criteria'],
    ['src/actions/a.ts', 'src/engine/b.ts', 'imports-of-actions'],
    ['src/facts/a.ts', 'src/rules/b.ts', 'imports-of-facts'],
    ['src/rules/a.ts', 'src/evaluate/b.ts', 'imports-of-rules'],
    ['src/evaluate/a.ts', 'src/rules/b.ts', 'imports-of-evaluate'],
    ['src/decide/a.ts', 'src/evaluate/b.ts', 'imports-of-decide'],
    ['src/engine/a.ts', 'src/store/b.ts', 'imports-of-engine'],
    ['src/engine/a.ts', 'src/fieldnation/b.ts', 'imports-of-engine'],
    ['src/analysis/a.ts', 'src/engine/run-once.ts', 'imports-of-analysis'],
    ['src/fieldnation/a.ts', 'src/engine/run-once.ts', 'imports-of-fieldnation'],
    ['src/fieldnation/a.ts', 'src/store/b.ts', 'imports-of-fieldnation'],
    ['src/store/sqlite/a.ts', 'src/decide/b.ts', 'imports-of-store'],
    ['src/report/a.ts', 'src/store/b.ts', 'imports-of-report'],
    ['src/sandbox/a.ts', 'src/domain/b.ts', 'imports-of-sandbox'],
    ['src/sandbox/a.ts', 'src/fieldnation/wire/b.ts', 'imports-of-sandbox'],
    ['src/daemon/a.ts', 'src/store/b.ts', 'imports-of-daemon'],
    ['src/webhook/a.ts', 'src/engine/b.ts', 'imports-of-webhook'],
    ['src/notify/a.ts', 'src/engine/b.ts', 'imports-of-notify'],
    ['src/settings.ts', 'src/config.ts', 'imports-of-settings'],
    ['src/report/a.ts', 'src/cli/b.ts', 'no-command-below'],
    ['src/cli/a.ts', 'src/helpers/b.ts', 'no-unlisted-folder'],
  ])('stop %s from importing %s', async (from, to, rule) => {
    const up = '../'.repeat(from.split('/').length - 1);
    expect(await rulesBroken({ [from]: [`${up}${to}`], [to]: [] })).toContain(rule);
  });

  it.each([
    ['src/engine/act.ts', 'undici', 'library-undici'],
    ['src/engine/act.ts', 'better-sqlite3', 'library-better-sqlite-drizzle-orm'],
    ['src/cli/a.ts', 'drizzle-orm', 'library-better-sqlite-drizzle-orm'],
    ['src/decide/a.ts', 'json-rules-engine', 'library-json-rules-engine'],
    ['src/fieldnation/a.ts', 'hono', 'library-hono-hono'],
    ['src/store/a.ts', 'pino', 'library-pino'],
    ['src/cli/a.ts', 'fast-check', 'no-dev-dependency'],
    ['src/decide/a.ts', 'node:fs', 'pure-core'],
    ['src/facts/a.ts', 'node:timers', 'pure-core'],
  ])('stop %s from importing the library %s', async (from, library, rule) => {
    expect(await rulesBroken({ [from]: [library] })).toContain(rule);
  });

  it('find a circle, an orphan and a module that is not there', async () => {
    expect(await rulesBroken({ 'src/rules/a.ts': ['./b.ts'], 'src/rules/b.ts': ['./a.ts'] })).toEqual(['no-circular']);
    expect(await rulesBroken({ 'src/rules/left-over.ts': [] })).toEqual(['no-orphans']);
    expect(await rulesBroken({ 'src/rules/a.ts': ['./nowhere.ts'] })).toEqual(['not-to-unresolvable']);
  });

  it('see an import of types too', async () => {
    mkdirSync(join(root, 'src/store'), { recursive: true });
    rmSync(join(root, 'src'), { recursive: true });
    mkdirSync(join(root, 'src/store'), { recursive: true });
    mkdirSync(join(root, 'src/engine'), { recursive: true });
    writeFileSync(join(root, 'src/store/a.ts'), 'export type Row = { readonly n: number };\n');
    writeFileSync(
      join(root, 'src/engine/b.ts'),
      "import type { Row } from '../store/a.ts';\nexport type Rows = Row[];\n",
    );
    const { violations } = await checkImports(root);
    expect(violations.map(({ rule }) => rule)).toEqual(['imports-of-engine']);
  });

  it('let ports and the domain through', async () => {
    const files = {
      'src/fieldnation/a.ts': ['../engine/ports.ts', '../domain/x.ts', 'undici'],
      'src/store/sqlite/a.ts': ['../../engine/ports.ts', 'better-sqlite3'],
      'src/report/a.ts': ['../engine/ports.ts', '../domain/x.ts'],
      'src/engine/ports.ts': ['../domain/x.ts'],
      'src/domain/x.ts': ['node:crypto'],
    };
    expect(await rulesBroken(files)).toEqual([]);
  });

  it('have a reason each', async () => {
    const { ruleSet } = await extractDepcruiseOptions(join(packageRoot(), '.dependency-cruiser.cjs'));
    const rules = ruleSet?.forbidden ?? [];
    for (const rule of rules) expect(rule.comment, rule.name).toMatch(/\.$/);
    const names = rules.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(25);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the published bin', () => {
  function runUnder(version: string): { readonly stderr: string; readonly exitCode: number | undefined } {
    const written: string[] = [];
    const process = {
      versions: { node: version },
      stderr: { write: (text: string) => written.push(text) },
      exitCode: undefined,
    };
    runInNewContext(binText().replace(/^#!.*/, '').replace('import(', 'void ('), { process });
    return { stderr: written.join(''), exitCode: process.exitCode };
  }

  it('refuses an older Node in one sentence and with exit 2', () => {
    for (const version of ['12.22.0', '20.19.1', '24.10.9']) {
      expect(runUnder(version)).toEqual({
        exitCode: 2,
        stderr: `fieldmarshal needs Node 24.11 or newer, and this is Node ${version}: install a newer Node from https://nodejs.org and run it again.\n`,
      });
      expect(`${nodeRefusal(version)}\n`).toBe(runUnder(version).stderr);
    }
  });

  it('goes on under Node 24.11 and newer', () => {
    for (const version of ['24.11.0', '24.21.0', '25.0.0', '26.1.0-nightly']) {
      expect(runUnder(version)).toEqual({ exitCode: undefined, stderr: '' });
      expect(nodeRefusal(version)).toBeNull();
    }
  });

  it('asks for the Node that package.json asks for', () => {
    const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
    expect(manifest.engines.node).toBe(`>=${OLDEST_NODE.join('.')}`);
  });

  it('has nothing in it that Node 12 does not know', () => {
    expect(binText()).not.toMatch(/\?\.|\?\?|=>|`|const |let |await /);
  });
});

describe('the licences of what is joined in', () => {
  const inPackage = (path: string) => join(packageRoot(), 'node_modules', path);

  it('are those of each package once, with its version, and of none of our own modules', () => {
    const modules = ['zod/index.js', 'undici/lib/core/util.js', 'zod/v4/core/api.js', 'drizzle-orm/sql/sql.js'].map(
      inPackage,
    );
    const text = licencesText([...modules, join(packageRoot(), 'src/main.ts')], packageRoot());
    expect(text.match(/^\S+ \d+\.\d+\.\d+ \(.*\)$/gm)?.map((line) => line.replace(/ .* /, ' '))).toEqual([
      'drizzle-orm (Apache-2.0)',
      'undici (MIT)',
      'zod (MIT)',
    ]);
    expect(text).toContain('Permission is hereby granted, free of charge');
    expect(text).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
  });

  it('are missed before anything is given away', () => {
    const root = mkdtempSync(join(tmpdir(), 'fieldmarshal-licences-'));
    const folder = join(root, 'node_modules/unlicensed');
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"name":"unlicensed","version":"1.0.0"}');
      expect(() => licencesText([join(folder, 'index.js')], root)).toThrow('has no licence text');
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe('generated pages', () => {
  it('list every limit with default, range and meaning', () => {
    const table = limitsTable(readFileSync(join(packageRoot(), 'src/domain/limits.ts'), 'utf8'));
    const rows = table.split('\n').slice(2);
    expect(rows).toHaveLength(limitNames().length);
    expect(rows.find((row) => row.includes('MAX_READ_ATTEMPTS'))).toBe(
      '| `FIELDMARSHAL_MAX_READ_ATTEMPTS` | 3 | 1–10 | Tries of one read, the first included; writes are tried once. |',
    );
    for (const row of rows) expect(row).not.toMatch(/\|\s*\|$/);
  });

  it('list every reason code once, with sentence and remedy', () => {
    const page = reasonCodesPage(REASONS);
    for (const [code, { sentence }] of Object.entries(REASONS)) {
      expect(page.split(`| ${code} |`), code).toHaveLength(2);
      expect(page).toContain(sentence);
    }
    expect(page).toContain('## 3xxx: holds for a person');
  });

  it('list every exit code', () => {
    expect(exitCodeTable().split('\n')).toHaveLength(2 + 7);
  });
});
