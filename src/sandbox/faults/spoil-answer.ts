import { gzipSync } from 'node:zlib';
import type { Fault, FaultKind } from './fault.ts';

/** The handler's answer with something wrong in it; the effect has happened. */
export const ANSWER_FAULTS = [
  'truncated_json',
  'content_type',
  'gzip_bomb',
  'huge',
  'endless',
  'duplicate_rows',
  'missing_rows',
  'reordered_rows',
  'field_gone',
  'field_retyped',
  'field_value',
] as const satisfies readonly FaultKind[];

export type AnswerFault = (typeof ANSWER_FAULTS)[number];

const JSON_HEADERS = { 'Content-Type': 'application/json' };
const CHUNK_BYTES = 64 * 1024;

export async function spoilAnswer(answer: Response, fault: Fault & { readonly fault: AnswerFault }): Promise<Response> {
  const { status } = answer;
  const text = await answer.clone().text();
  switch (fault.fault) {
    case 'truncated_json':
      return new Response(text.slice(0, Math.floor(text.length / 2)), { status, headers: JSON_HEADERS });
    case 'content_type':
      return new Response(text, { status, headers: { 'Content-Type': 'text/plain' } });
    case 'gzip_bomb': {
      const packed = gzipSync(Buffer.alloc(fault.bytes, 0x20));
      return new Response(packed, { status, headers: { ...JSON_HEADERS, 'Content-Encoding': 'gzip' } });
    }
    case 'huge':
      return new Response(spaces(text, fault.bytes), { status, headers: JSON_HEADERS });
    case 'endless':
      return new Response(spaces('', null), { status, headers: JSON_HEADERS });
    default:
      return Response.json(spoilJson(JSON.parse(text), { ...fault, fault: fault.fault }), { status });
  }
}

/** Chunk by chunk, so that a caller who has had enough stops the making too. `bytes` null: for ever. */
function spaces(text: string, bytes: number | null): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(CHUNK_BYTES).fill(0x20);
  let sent = 0;
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    pull: (controller) => {
      if (bytes !== null && sent >= bytes) return controller.close();
      sent += chunk.length;
      controller.enqueue(chunk);
    },
  });
}

type Members = { [key: string]: unknown };

type JsonFault = Fault & {
  readonly fault: Exclude<AnswerFault, 'truncated_json' | 'content_type' | 'gzip_bomb' | 'huge' | 'endless'>;
};

function spoilJson(json: unknown, fault: JsonFault): unknown {
  if (!isMembers(json)) return json;
  const key = ['results', 'data'].find((name) => Array.isArray(json[name]));
  const rows: readonly unknown[] = key === undefined ? [json] : Object.values(json[key] ?? []);
  const [first] = rows;
  switch (fault.fault) {
    case 'duplicate_rows':
      return key === undefined || first === undefined ? json : { ...json, [key]: [first, ...rows] };
    case 'missing_rows':
      return key === undefined ? json : { ...json, [key]: rows.slice(1) };
    case 'reordered_rows':
      return key === undefined ? json : { ...json, [key]: rows.toReversed() };
    case 'field_gone':
    case 'field_retyped':
    case 'field_value': {
      for (const row of rows) changeField(row, fault.field.split('.'), fault);
      return json;
    }
  }
}

function changeField(holder: unknown, [name = '', ...rest]: readonly string[], fault: JsonFault): void {
  if (!isMembers(holder) || !Object.hasOwn(holder, name)) return;
  if (rest.length > 0) changeField(holder[name], rest, fault);
  else if (fault.fault === 'field_gone') delete holder[name];
  else holder[name] = fault.fault === 'field_value' ? fault.value : retyped(holder[name]);
}

function retyped(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return 'many';
    case 'string':
      return 7;
    case 'boolean':
      return { is: value };
    default:
      return Array.isArray(value) ? { none: true } : value === null ? [] : 'an object';
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
