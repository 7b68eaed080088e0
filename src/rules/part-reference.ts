import type { z } from 'zod';
import { findFact } from '../criteria/catalog.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { TIE_BREAK_FACTS } from '../domain/rule-file.ts';
import { CANARY_SHAPE } from './canary-shape.ts';
import { objectSchema } from './json-schema.ts';
import { TIE_BREAK_DEFAULTS, TIE_BREAK_DOCS, TIE_BREAK_FIELDS } from './read-tie-break.ts';
import type { ReferenceEntry, ReferenceExample } from './reference.ts';
import { REVIEW_GUARDRAILS_SHAPE } from './review-shapes.ts';
import {
  DECISION_SHAPE,
  EXCLUSION_SHAPE,
  GUARDRAILS_SHAPE,
  PAY_SHAPE,
  PER_PROVIDER_SHAPE,
  QUIET_HOURS_SHAPE,
  STAGE_SHAPES,
} from './shapes.ts';

const STAGE_EXAMPLES: { readonly [kind: string]: JsonObject } = {
  assign: { after_minutes: 30, do: 'assign', min_points: 50, withdraw_routes: true },
  route: { after_minutes: 60, do: 'route', min_points: 50 },
  mass_route: { after_minutes: 120, do: 'mass_route', top: 10 },
  publish: { after_minutes: 15, do: 'publish' },
  unpublish: { after_minutes: 240, do: 'unpublish', discard_requests: false },
  auto_dispatch: { after_minutes: 240, do: 'auto_dispatch', delay_seconds: 1800, discard_requests: false },
  hold: { after_minutes: 480, do: 'hold' },
} satisfies { readonly [kind in keyof typeof STAGE_SHAPES]: JsonObject };

export function stageEntries(): readonly ReferenceEntry[] {
  return Object.entries(STAGE_SHAPES).map(([name, shape]) => {
    const fields = fieldsOf(shape);
    return {
      topic: 'stage',
      name,
      aliases: [],
      doc: fields.find(({ key }) => key === 'do')?.doc ?? '',
      details: detailsOf(fields.filter(({ key }) => key !== 'do')),
      example: { at: 'stages', json: STAGE_EXAMPLES[name] ?? {} },
    };
  });
}

const DECISION_EXAMPLES: JsonObject = {
  batch: 'off',
  fill_weight: 3,
  max_verdict_age_days: 14,
  accept_client_pay_terms: true,
} satisfies { readonly [key in Exclude<keyof typeof DECISION_SHAPE.shape, 'stages' | 'tie_break'>]: JsonValue };

export function decisionEntries(): readonly ReferenceEntry[] {
  return fieldsOf(DECISION_SHAPE)
    .filter(({ key }) => key in DECISION_EXAMPLES)
    .map(({ key, doc, value }) => ({
      topic: 'decision',
      name: key,
      aliases: [`decision.${key}`],
      doc,
      details: [['value', value]],
      example: { at: 'decision', json: { [key]: DECISION_EXAMPLES[key] ?? null } },
    }));
}

const GUARDRAIL_EXAMPLES: JsonObject = {
  max_actions_per_run: 25,
  max_share_of_open_percent: 40,
  per_provider: {
    per_day: 3,
    per_7_days: 10,
    overlap: 'forbid',
    travel_buffer_minutes: 120,
    again_after_give_back: 'forbid',
  },
  pay: {
    max_total_usd: 450,
    accept_counters: true,
    max_counter_over_base_percent: 15,
    max_daily_total_usd: 5000,
  },
  quiet_hours: [
    { days: ['sun'], from: '00:00', to: '24:00', time_zone: 'America/Chicago', because: 'No Sunday dispatch.' },
  ],
  exclude_providers: [{ id: 12345, until: '2027-01-31', because: 'Site ban, ticket OPS-881.' }],
  canary: {
    min_decisions: 20,
    max_undone_percent: 10,
    max_conflict_percent: 20,
    max_pay_over_base_percent: 10,
    max_no_eligible_percent: 50,
  },
  stop_after_errors: 3,
  max_daily_approved_usd: 5000,
};

/** Parts with keys of their own: each is an entry, and what stands in a list is told with it. */
const INNER_SHAPES: { readonly [key: string]: { readonly shape: z.ZodObject; readonly isList: boolean } } = {
  per_provider: { shape: PER_PROVIDER_SHAPE, isList: false },
  pay: { shape: PAY_SHAPE, isList: false },
  canary: { shape: CANARY_SHAPE, isList: false },
  quiet_hours: { shape: QUIET_HOURS_SHAPE, isList: true },
  exclude_providers: { shape: EXCLUSION_SHAPE, isList: true },
};

export function guardrailEntries(): readonly ReferenceEntry[] {
  const dispatch = fieldsOf(GUARDRAILS_SHAPE);
  const review = fieldsOf(REVIEW_GUARDRAILS_SHAPE).filter(({ key }) => !dispatch.some((each) => each.key === key));
  return [
    ...dispatch.flatMap((field) => [guardrailEntry(field, 'guardrails'), ...innerEntries(field.key)]),
    ...review.map((field) => guardrailEntry(field, 'review guardrails')),
  ];
}

function guardrailEntry({ key, doc, value }: Field, at: ReferenceExample['at']): ReferenceEntry {
  const inner = INNER_SHAPES[key];
  return {
    topic: 'guardrail',
    name: key,
    aliases: [],
    doc,
    details: [
      ['value', inner === undefined ? value : inner.isList ? 'a list of' : 'holds'],
      ...(inner === undefined ? [] : detailsOf(fieldsOf(inner.shape))),
      ['left out', leftOut(key, inner?.isList === true)],
      ...(at === 'guardrails' ? [] : [['in', 'review files'] as const]),
    ],
    example: { at, json: { [key]: GUARDRAIL_EXAMPLES[key] ?? null } },
  };
}

function leftOut(key: string, isList: boolean): string {
  if (key === 'canary') return 'the defaults hold for a file in mode canary';
  return isList ? 'none' : 'not limited by this file; the limits of the configuration hold always';
}

function innerEntries(part: string): readonly ReferenceEntry[] {
  const inner = INNER_SHAPES[part];
  if (inner === undefined || inner.isList) return [];
  const examples = objectIn(GUARDRAIL_EXAMPLES[part]);
  return fieldsOf(inner.shape).map(({ key, doc, value }) => ({
    topic: 'guardrail',
    name: `${part}.${key}`,
    aliases: [key],
    doc,
    details: [['value', value]],
    example: { at: 'guardrails', json: { [part]: { [key]: examples[key] ?? null } } },
  }));
}

export function tieBreakEntries(): readonly ReferenceEntry[] {
  const facts: { readonly [field: string]: string } = TIE_BREAK_FACTS;
  return TIE_BREAK_FIELDS.map((field) => {
    const usual = TIE_BREAK_DEFAULTS[field];
    const fact = facts[field];
    const example = field === 'provider_id' ? ['points', 'provider_id:asc'] : [`${field}:${usual}`, 'provider_id:asc'];
    return {
      topic: 'tie-break',
      name: field,
      aliases: [`${field}:asc`, `${field}:desc`],
      doc: TIE_BREAK_DOCS[field],
      details: [
        ['first', usual === 'asc' ? 'the lowest (asc)' : 'the highest (desc)'],
        ['written as', `${field}  ${field}:asc  ${field}:desc`],
        ['fact', fact === undefined ? '' : `${fact}: ${findFact(fact)?.doc ?? ''}`],
      ],
      example: { at: 'tie_break', json: example },
    };
  });
}

type Field = { readonly key: string; readonly doc: string; readonly value: string; readonly text: string };

/** The keys of a shape, each with what it says and which values it takes. */
function fieldsOf(shape: z.ZodObject): readonly Field[] {
  const schema = objectSchema(shape, {});
  const needed = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(objectIn(schema['properties'])).map(([key, property]) => {
    const given = objectIn(property);
    const doc = typeof given['description'] === 'string' ? given['description'] : '';
    const value = valuesIn(given);
    const text = [doc, ...(value === '' ? [] : [`${sentence(value)}.`]), ...(needed.includes(key) ? ['Needed.'] : [])];
    return { key, doc, value, text: text.join(' ') };
  });
}

function detailsOf(fields: readonly Field[]): ReferenceEntry['details'] {
  return fields.map(({ key, text }) => [key, text]);
}

/** In words; empty: nothing but what the description says. */
function valuesIn(schema: JsonObject): string {
  const { minimum, maximum, enum: words } = schema;
  if (Array.isArray(words)) return `one of ${words.map((word) => JSON.stringify(word)).join(', ')}`;
  if (typeof minimum === 'number' && typeof maximum === 'number') {
    const most = maximum === Number.MAX_SAFE_INTEGER ? ' up' : ` to ${maximum}`;
    return `${schema['type'] === 'integer' ? 'whole number' : 'number'} from ${minimum}${most}`;
  }
  return schema['type'] === 'boolean' ? 'true or false' : '';
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function objectIn(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
