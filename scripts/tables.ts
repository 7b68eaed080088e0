import { EXIT_CODES } from '../src/cli/exit-codes.ts';
import { DEFAULT_LIMITS } from '../src/domain/limits.ts';
import { REASON_KINDS } from '../src/domain/reason-codes.ts';
import type { ReasonText } from '../src/domain/reasons/reason-text.ts';
import { LIMIT_RANGES, limitNames, limitSettingName } from '../src/settings.ts';

/** The README's table of limits. What each is stands in the comments of `src/domain/limits.ts`, given as text. */
export function limitsTable(source: string): string {
  const docs = limitDocs(source);
  const rows = limitNames().map((name) => {
    const [min, max] = LIMIT_RANGES[name];
    return `| \`${limitSettingName(name)}\` | ${DEFAULT_LIMITS[name]} | ${min}–${max} | ${docs.get(name) ?? ''} |`;
  });
  return ['| setting | default | allowed | what it limits |', '|---|---|---|---|', ...rows].join('\n');
}

/** The comment right above each limit, with the names of other limits written as settings. */
function limitDocs(source: string): ReadonlyMap<string, string> {
  const entries = [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+):/g)];
  return new Map(entries.map(([, comment = '', name = '']) => [name, limitDoc(comment)]));
}

function limitDoc(comment: string): string {
  const line = comment
    .replace(/\s*\n\s*\*?\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
  return limitNames().reduce((text, name) => text.replaceAll(`\`${name}\``, `\`${limitSettingName(name)}\``), line);
}

export function exitCodeTable(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return ['| exit code | meaning |', '|---|---|', ...rows].join('\n');
}

/** docs/reason-codes.md. */
export function reasonCodesPage(reasons: { readonly [code: string]: ReasonText }): string {
  const sections = Object.entries(REASON_KINDS).flatMap(([digit, kind]) => {
    const own = Object.entries(reasons).filter(([code]) => code.startsWith(`FM-${digit}`));
    const rows = own.map(
      ([code, { title, sentence, remedy }]) => `| ${code} | ${title} | ${cell(sentence)} | ${cell(remedy)} |`,
    );
    return rows.length === 0
      ? []
      : [
          `## ${digit}xxx: ${kind}\n\n| code | name | what it says | what to do |\n|---|---|---|---|\n${rows.join('\n')}\n`,
        ];
  });
  return [
    '# Reason codes\n',
    'Every decision, every candidate that is not eligible, every write and every stopped run carries one. Codes are never',
    'renumbered or reused. `{name}` stands for a figure of the case. Made from `src/domain/reasons/` by `npm run generate`.\n',
    ...sections,
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
