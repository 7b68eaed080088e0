import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { closeSmallLedgers, smallLedger } from '../support/small-ledger.ts';
import { findChromium, openPage } from './chromium.ts';

const EXECUTABLE = findChromium(process.env);
const IS_REQUIRED = process.env['BROWSER_TESTS'] === 'required';

/** Every way out of a text that a browser knows. */
const EVIL =
  '<script>window.wasRun=1</script><img src="http://elsewhere.invalid/x" onerror="window.wasRun=1;alert(1)">"\'><svg onload="alert(2)"></title></style></table><a href="javascript:alert(3)">';

const PAGES = ['explain', 'digest', 'backtest', 'report decisions'] as const;

let browser: Browser | undefined;
const pages = new Map<string, string>();

async function cli(folder: string, ...argv: readonly string[]): Promise<string> {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text), isTTY: false },
    env: {},
    cwd: folder,
  };
  expect([await runCli([...argv], io), err.join('')]).toEqual([0, '']);
  return out.join('');
}

async function writePages(): Promise<void> {
  const { path } = await smallLedger({
    decisions: [
      {
        ...{ order: 11, title: EVIL, winner: 557, runnerUp: 601, marginPoints: 25 },
        candidates: [
          { provider: 557 },
          { provider: 601 },
          { provider: 733, blockedBy: [{ code: 'FM-5009', detail: { because: EVIL } }, 'FM-5004'] },
        ],
      },
    ],
  });
  const folder = join(path, '..');
  pages.set('explain', await cli(folder, 'explain', '11', '--format', 'html', '--db', path));
  pages.set('report decisions', await cli(folder, 'report', 'decisions', '--format', 'html', '--db', path));
  pages.set('digest', await cli(folder, 'report', 'digest', '--since', '2026-01-01', '--db', path));
  const rules = join(import.meta.dirname, '../../rules');
  await cli(folder, 'backtest', '--rules', rules, '--since', '2026-01-01', '--html', 'back.html', '--db', path);
  pages.set('backtest', readFileSync(join(folder, 'back.html'), 'utf8'));
}

function pageOf(name: string): string {
  const html = pages.get(name);
  if (html === undefined) throw new Error(`no page: ${name}`);
  return html;
}

function opened(): Browser {
  if (browser === undefined) throw new Error('no browser');
  return browser;
}

describe('the browser', () => {
  it(EXECUTABLE === null ? 'is missing: set CHROMIUM_PATH, or no page is opened here' : 'is there', () => {
    if (EXECUTABLE === null)
      console.warn('No page is opened in a browser: there is no chromium on PATH, and CHROMIUM_PATH is not set.');
    const because = 'BROWSER_TESTS=required, and there is no chromium on PATH and no CHROMIUM_PATH';
    expect(EXECUTABLE !== null || !IS_REQUIRED, because).toBe(true);
  });
});

describe.skipIf(EXECUTABLE === null)('in Chromium, a page', () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: EXECUTABLE ?? '', args: ['--no-sandbox'] });
    await writePages();
  });
  afterAll(async () => {
    await browser?.close();
    await closeSmallLedgers();
  });

  it.each(PAGES)('can be read without script on a phone, and asks the network for nothing: %s', async (name) => {
    const look = { scheme: 'light', widthPixels: 375, withScript: false } as const;
    const { page, requests } = await openPage(opened(), pageOf(name), look);
    expect(requests).toEqual([]);
    expect(await page.locator('h1').isVisible()).toBe(true);
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBe(375);
    const plots = await page.locator('svg').count();
    expect(await page.getByRole('img', { name: /\w/ }).count()).toBe(plots);
    await page.context().close();
  });

  it.each(PAGES.flatMap((name) => (['light', 'dark'] as const).map((scheme) => ({ name, scheme }))))(
    'has no serious fault of access, and runs nothing: $name, $scheme',
    async ({ name, scheme }) => {
      const look = { scheme, widthPixels: 1200, withScript: true } as const;
      const { page, requests, dialogs } = await openPage(opened(), pageOf(name), look);
      expect(await seriousFaults(page)).toEqual([]);
      expect(await page.evaluate('window.wasRun ?? null')).toBeNull();
      expect([requests, dialogs]).toEqual([[], []]);
      await page.context().close();
    },
  );

  it('would be caught with grey letters, a script, something wide or something from elsewhere', async () => {
    const bad = pageOf('report decisions').replace(
      '</main>',
      '<p style="color:#bbb;width:2000px">grey</p><script>window.wasRun=1</script><img src="http://elsewhere.invalid/x" alt="x"></main>',
    );
    const looked = { scheme: 'light', widthPixels: 375, withScript: true } as const;
    const { page, requests } = await openPage(opened(), bad, looked);
    expect((await seriousFaults(page)).map(({ id }) => id)).toContain('color-contrast');
    expect(await page.evaluate('window.wasRun')).toBe(1);
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBeGreaterThan(375);
    expect(requests).toEqual(['http://elsewhere.invalid/x']);
    await page.context().close();
  });
});

/** By axe, of the whole page with every part of it unfolded. */
async function seriousFaults(page: Page): Promise<readonly Violation[]> {
  await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
  await page.addScriptTag({ content: axe.source });
  const found = await page.evaluate<readonly Violation[]>(
    'axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)) })))',
  );
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

type Violation = { readonly id: string; readonly impact: string | null; readonly where: readonly string[] };
