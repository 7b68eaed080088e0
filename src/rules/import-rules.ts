import type { JsonValue } from '../domain/json.ts';
import { bringBackApart } from './import-apart.ts';
import { readFieldNation } from './import-field-nation.ts';
import { readJsonRulesEngine } from './import-json-rules-engine.ts';
import { type Imported, type ImportInto, type ToldRules, toRuleFile } from './imported-rule-file.ts';
import { lineStartsOf, positionOf, toJsonValue } from './json-document.ts';
import { objectIn } from './json-parts.ts';
import { readJson } from './read-json.ts';
import { scanLimits } from './scan-limits.ts';
import { LONGEST_NAME } from './shapes.ts';

/** Formats that rules can come from. */
export const IMPORT_FORMATS = ['json-rules-engine', 'fieldnation'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

type Source = {
  /** For messages. */
  readonly path: string;
  readonly text: string;
  /** Null: whichever it certainly is. */
  readonly format: ImportFormat | null;
};

/** Null: taken from the source, or made up. */
type Wanted = Pick<ImportInto, 'limits'> & {
  readonly [part in 'id' | 'name' | 'from']: string | null;
};

/** `unclear`: the text is JSON and has no rules of that format, or of any. */
export type ImportOutcome = (Imported & { readonly format?: ImportFormat }) | { readonly kind: 'unclear' };

/** Somebody else's text into a rule file's, under the same limits of size and depth as a rule file's own. */
export function importRules({ path, text, format }: Source, wanted: Wanted): ImportOutcome {
  const breach = scanLimits(text, wanted.limits);
  const { document, flaws } = breach === null ? readJson(text) : { document: null, flaws: [breach] };
  if (document === null || flaws.length > 0) {
    const lineStarts = lineStartsOf(text);
    const problems = flaws.map(({ offset, ...flaw }) => ({ where: path, ...positionOf(offset, lineStarts), ...flaw }));
    return { kind: 'problems', problems };
  }
  return importDocument({ json: toJsonValue(document.root), format }, wanted);
}

/** The same of what was read already. */
export function importDocument(
  { json, format }: { readonly json: JsonValue; readonly format: ImportFormat | null },
  wanted: Wanted,
): ImportOutcome {
  const found = isRuleFile(json) ? null : findRules(json, format);
  if (found === null) return { kind: 'unclear' };
  const { told } = found;
  const into = {
    id: wanted.id ?? `${/^[a-z][a-z0-9-]{0,49}$/.test(told.id ?? '') ? told.id : 'rules'}-imported`,
    name: wanted.name ?? told.name?.slice(0, LONGEST_NAME) ?? 'Imported rules',
    from: wanted.from ?? found.format,
    limits: wanted.limits,
  };
  const whole = bringBackApart(told, json, found.format === 'json-rules-engine');
  return { ...toRuleFile(whole, into), format: found.format };
}

function findRules(
  json: JsonValue,
  format: ImportFormat | null,
): { readonly format: ImportFormat; readonly told: ToldRules } | null {
  for (const candidate of IMPORT_FORMATS) {
    if (format !== null && format !== candidate) continue;
    const told = candidate === 'fieldnation' ? readFieldNation(json) : readJsonRulesEngine(json);
    if (told !== null) return { format: candidate, told };
  }
  return null;
}

/** Ours already: its selection rule looks like the platform's, and says more. */
function isRuleFile(json: JsonValue): boolean {
  const file = objectIn(json);
  return file?.['version'] !== undefined && file['decision'] !== undefined;
}
