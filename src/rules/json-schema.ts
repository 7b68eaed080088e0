import { z } from 'zod';
import type { JsonObject, JsonValue } from '../domain/json.ts';

/** A shape as JSON Schema. `instead` fills the parts that the shape leaves open; their descriptions stay. */
export function objectSchema(shape: z.ZodObject, instead: { readonly [key: string]: JsonValue }): JsonObject {
  const { $schema: _, ...schema } = toJson(z.toJSONSchema(shape, { target: 'draft-7', io: 'input' }));
  const properties = Object.entries(objectIn(schema['properties'])).map(([key, property]) => {
    const replaced = Object.hasOwn(instead, key) ? instead[key] : undefined;
    if (replaced === undefined) return [key, property] as const;
    const { description } = objectIn(property);
    return [key, described(replaced, description)] as const;
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** An object with exactly these keys. */
export function closedObject(properties: JsonObject, description: string | null): JsonObject {
  return {
    ...(description === null ? {} : { description }),
    type: 'object',
    required: Object.keys(properties),
    properties,
    additionalProperties: false,
  };
}

export function listOf(definition: string): JsonObject {
  return { type: 'array', items: ref(definition) };
}

/** In `allOf`, for draft 7 ignores everything beside a `$ref`. */
export function ref(definition: string): JsonObject {
  return { allOf: [{ $ref: `#/definitions/${definition}` }] };
}

/** Of both kinds of rule file. */
export const SHARE_OF_A_CANARY: JsonObject = {
  if: { properties: { mode: { const: 'canary' } }, required: ['mode'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: { required: ['canary_percent'] },
  else: { properties: { canary_percent: false } },
};

function described(schema: JsonValue, description: JsonValue | undefined): JsonValue {
  if (typeof schema === 'boolean' || description === undefined) return schema;
  return { description, ...objectIn(schema) };
}

function objectIn(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
