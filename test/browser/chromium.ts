import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

/** Named by CHROMIUM_PATH, or the first on PATH; null: there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string | null {
  const named = env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  const folders = (env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

export type Look = {
  readonly scheme: 'light' | 'dark';
  readonly widthPixels: number;
  /** False: as in a mail, or with the page's own policy in force; true: past that policy, so that axe can look. */
  readonly withScript: boolean;
};

export type Opened = { readonly page: Page; readonly requests: readonly string[]; readonly dialogs: readonly string[] };

/** The markup as a page of a site that serves nothing else: whatever else is asked for is noted and fails. */
export async function openPage(browser: Browser, html: string, look: Look): Promise<Opened> {
  const { scheme, widthPixels, withScript } = look;
  const context = await browser.newContext({
    viewport: { width: widthPixels, height: 800 },
    colorScheme: scheme,
    javaScriptEnabled: withScript,
    bypassCSP: withScript,
  });
  const requests: string[] = [];
  const dialogs: string[] = [];
  const page = await context.newPage();
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.route('**/*', (route) => {
    const url = route.request().url();
    if (url === ADDRESS) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
    requests.push(url);
    return route.abort();
  });
  await page.goto(ADDRESS, { waitUntil: 'load' });
  return { page, requests, dialogs };
}

const ADDRESS = 'http://page.invalid/';
