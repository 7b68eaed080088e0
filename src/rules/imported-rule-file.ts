import { findCriterion } from '../criteria/catalog.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { formatProblem, type Problem } from '../domain/problem.ts';
import { formatRuleFile } from './format.ts';
import type { NotExpressed } from './not-expressed.ts';
import { parseRuleFile } from './parse-rule-file.ts';
import type { RuleFileLimits } from './scan-limits.ts';
import { HIGHEST, LONGEST_NAME, LONGEST_REASON } from './shapes.ts';

/** A criterion as another format tells it. Null: it does not tell, and the rule file's own default holds. */
export type ToldCriterion = {
  /** Wanted; made unique. Null: made from the label. */
  readonly key: string | null;
  readonly label: string;
  /** `operator` and `value` with `params` where needed, or `when`; null: it could not be understood, for `because`. */
  readonly asks: JsonObject | null;
  readonly weight: number | null;
  readonly isRequired: boolean | null;
  readonly canRemote: boolean | null;
  /** Goes into the file, for whoever reads it later. */
  readonly because: string | null;
  /** `on_missing` and `credit` where the source has them. */
  readonly apart?: JsonObject;
};

/** One criterion, with what had to be guessed or left out of it. */
export type ToldWithLosses = { readonly criterion: ToldCriterion; readonly notExpressed: readonly NotExpressed[] };

/** Another format's rules, as far as they were understood. */
export type ToldRules = {
  readonly criteria: readonly ToldCriterion[];
  readonly appliesTo: JsonObject | null;
  /** 0: the platform's default ranking, or none of its rules. */
  readonly selectionRuleId: number;
  /** What the source calls its rules; null: it does not say. */
  readonly id: string | null;
  readonly name: string | null;
  readonly notExpressed: readonly NotExpressed[];
};

export type Imported =
  | {
      readonly kind: 'ok';
      /** A whole rule file in mode `shadow`, without problems and in the order of `rules fmt`. */
      readonly text: string;
      readonly criteria: number;
      /** Criteria that a person must fill in before the file can replace what it was made from. */
      readonly placeholders: number;
      readonly notExpressed: readonly NotExpressed[];
    }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

export type ImportInto = {
  readonly id: string;
  readonly name: string;
  /** What it was imported from, for `because`: `json-rules-engine`, `work order 4047`. */
  readonly from: string;
  readonly limits: RuleFileLimits;
};

/** A rule file of what was told. What our format refuses becomes a placeholder that lets nobody pass unseen, and is listed. */
export function toRuleFile(source: ToldRules, into: ImportInto): Imported {
  const told = { ...source, criteria: source.criteria.map(withinLimits) };
  const keys = new Set<string>();
  const built = told.criteria.map((criterion) => buildCriterion(criterion, { told, into, keys }));
  const scope = checkScope(told, into);
  const lost = [...told.notExpressed, ...built.flatMap(({ notExpressed }) => notExpressed), ...scope.notExpressed];
  const isUnknownTold = built.every(({ json }) => json['on_missing'] !== undefined);
  const stood = [...notTold(told.criteria, built), NO_STAGES, ...(isUnknownTold ? [] : [NO_UNKNOWNS])];
  const notExpressed = [...lost, ...stood];
  const placeholders = built.filter(({ notExpressed: list }) => list.length > 0).length;
  const rules = built.map(({ json }) => json);
  const because = `Imported from ${into.from}. It has ${rules.length} criteria, ${placeholders} of which are placeholders to be filled in; ${isUnknownTold ? 'stages are' : 'stages and what unknown means are'} ours. ${NOT_YET}`;
  const json = wholeFile(told, into, { rules, because, appliesTo: scope.appliesTo });
  const text = `${JSON.stringify(json, null, 2)}\n`;
  const parsed = parseRuleFile({ path: `${into.id}.json`, text }, into.limits);
  if (parsed.kind === 'problems') return parsed;
  const formatted = formatRuleFile({ path: `${into.id}.json`, text }, into.limits);
  const written = formatted.kind === 'formatted' ? formatted.text : text;
  return { kind: 'ok', text: written, criteria: rules.length, placeholders, notExpressed };
}

/** A weight that no file may have is as good as none, and is listed as that. */
function withinLimits(criterion: ToldCriterion): ToldCriterion {
  const { weight } = criterion;
  return weight === null || (weight >= 0 && weight <= HIGHEST) ? criterion : { ...criterion, weight: null };
}

const NOT_YET = 'In shadow until somebody has compared it.';

const NO_STAGES: NotExpressed = {
  code: 'FM-R956',
  at: 'decision',
  what: 'The source does not say what is done when; the best is assigned after 30 minutes, a person takes over after 480',
  fix: 'Write your own stages, tie_break and guardrails before the mode is anything but shadow.',
  value: null,
};

const NO_UNKNOWNS: NotExpressed = {
  code: 'FM-R955',
  at: 'selection_rule.rules.on_missing',
  what: 'The source does not say what a fact means that nobody knows; the verdict of the platform stands in',
  fix: 'Say it criterion by criterion with on_missing.',
  value: null,
};

const STAGES: JsonValue = [
  { after_minutes: 30, do: 'assign' },
  { after_minutes: 480, do: 'hold' },
];

type Parts = { readonly rules: readonly JsonObject[]; readonly because: string; readonly appliesTo: JsonObject | null };

function wholeFile(told: ToldRules, into: ImportInto, { rules, because, appliesTo }: Parts): JsonObject {
  const scope: JsonObject = appliesTo === null ? {} : { applies_to: appliesTo };
  return {
    $schema: './rule-file.schema.json',
    version: 1,
    id: into.id,
    name: into.name,
    because,
    mode: 'shadow',
    ...scope,
    selection_rule: { id: told.selectionRuleId, rules },
    decision: { stages: STAGES },
  };
}

/** What stands in where nothing, or nothing of the right kind, is said of a criterion. */
const STANDS_IN = [
  {
    member: 'weight',
    part: 'weight',
    what: 'The source does not say, as a whole number up to a million, what points these criteria give',
    fix: 'They give none until you write them.',
  },
  {
    member: 'isRequired',
    part: 'is_required',
    what: 'The source does not say whether these criteria are required',
    fix: 'They were read as required; write false where they are only preferred.',
  },
  {
    member: 'canRemote',
    part: 'can_remote',
    what: 'The source does not say whether these criteria count for remote work',
    fix: 'What the default ranking does stands in; write it where you mean something else.',
  },
] as const;

function notTold(criteria: readonly ToldCriterion[], built: readonly Built[]): readonly NotExpressed[] {
  return STANDS_IN.flatMap(({ member, part, what, fix }) => {
    const keys = built.flatMap(({ json }, place) => (criteria[place]?.[member] === null ? [json['key'] ?? null] : []));
    if (keys.length === 0) return [];
    return [{ code: 'FM-R955', at: `selection_rule.rules.${part}`, what, fix, value: keys } as const];
  });
}

type Built = { readonly json: JsonObject; readonly notExpressed: readonly NotExpressed[] };
type Place = { readonly told: ToldRules; readonly into: ImportInto; readonly keys: Set<string> };

function buildCriterion(criterion: ToldCriterion, { told, into, keys }: Place): Built {
  const key = uniqueKey(criterion, keys);
  if (criterion.asks !== null) {
    const json = toJson(criterion, key, {
      asks: { ...criterion.asks, ...criterion.apart },
      because: criterion.because,
    });
    const refusal = refusalOf(told, into, { rules: [json] });
    if (refusal === null) return { json, notExpressed: [] };
    return placeholder(criterion, key, refusal);
  }
  return placeholder(criterion, key, criterion.because ?? 'it was not understood');
}

/** Null: the file around it takes it. The first problem otherwise, in words. */
function refusalOf(told: ToldRules, into: ImportInto, given: Partial<Parts>): string | null {
  const rules = given.rules ?? [{ name: 'worked_with' }];
  const json = wholeFile(told, into, { rules, because: 'Tried.', appliesTo: given.appliesTo ?? null });
  const parsed = parseRuleFile({ path: '-', text: JSON.stringify(json) }, into.limits);
  const [first] = parsed.kind === 'problems' ? parsed.problems : [];
  return first === undefined ? null : formatProblem({ ...first, where: '', line: null }).trim();
}

/**
 * Asks for the platform's verdict of something that has no verdict, so it is always unknown: a required one then holds everybody
 * for a person, a preferred one gives no points.
 */
function placeholder(criterion: ToldCriterion, key: string, reason: string): Built {
  const isRequired = criterion.isRequired ?? true;
  const name = `TO DO ${criterion.label}`;
  const asks = {
    when: { fact: 'fn.criterion', params: { name }, operator: '=', value: 'match' },
    on_missing: isRequired ? 'hold' : 'no_match',
  };
  const because = `PLACEHOLDER, to be filled in: ${reason}`.slice(0, LONGEST_REASON);
  const label = criterion.label.trim() === '' ? key : criterion.label;
  const json = toJson({ ...criterion, label }, key, { asks, because });
  const fix = isRequired
    ? 'A placeholder makes a person look at every provider; write the condition, or delete it.'
    : 'A placeholder gives no points; write the condition, or delete it.';
  const what = `It cannot be said here: ${reason.slice(0, LONGEST_REASON)}`;
  return { json, notExpressed: [{ code: 'FM-R951', at: `criterion "${key}"`, what, fix, value: criterion.label }] };
}

/** With room for the number that makes it unique. */
const MOST_KEY = 60;

function toJson(
  criterion: ToldCriterion,
  key: string,
  { asks, because }: { readonly asks: JsonObject; readonly because: string | null },
): JsonObject {
  const { label, weight, isRequired, canRemote } = criterion;
  return {
    key,
    name: label.slice(0, LONGEST_NAME),
    ...asks,
    weight: weight ?? 0,
    is_required: isRequired ?? true,
    ...(canRemote === null ? {} : { can_remote: canRemote }),
    ...(because === null ? {} : { because: because.slice(0, LONGEST_REASON) }),
  };
}

function uniqueKey({ key, label }: ToldCriterion, taken: Set<string>): string {
  const wanted = key ?? findCriterion(label)?.definition.key ?? label;
  const slug = wanted
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, MOST_KEY);
  const base = slug === '' ? 'criterion' : slug;
  let unique = key !== null && !taken.has(key) && /^[a-z][a-z0-9_]{0,63}$/.test(key) ? key : base;
  for (let n = 2; taken.has(unique); n += 1) unique = `${base}_${n}`;
  taken.add(unique);
  return unique;
}

type Scope = { readonly appliesTo: JsonObject | null; readonly notExpressed: readonly NotExpressed[] };

function checkScope(told: ToldRules, into: ImportInto): Scope {
  const { appliesTo } = told;
  if (appliesTo === null) return { appliesTo, notExpressed: [] };
  const refusal = refusalOf(told, into, { appliesTo });
  if (refusal === null) return { appliesTo, notExpressed: [] };
  const what = `Which work orders the rules are for cannot be said here: ${refusal}`;
  const fix = 'Write applies_to yourself; until then the file is for every work order.';
  return { appliesTo: null, notExpressed: [{ code: 'FM-R951', at: 'applies_to', what, fix, value: appliesTo }] };
}
