import type { JsonValue } from '../domain/json.ts';

/** A JSON value that knows where it stands. Offsets are UTF-16 code units from the start of the text. */
export type JsonNode =
  | {
      readonly kind: 'object';
      readonly offset: number;
      readonly members: ReadonlyMap<string, { readonly keyOffset: number; readonly node: JsonNode }>;
    }
  | { readonly kind: 'array'; readonly offset: number; readonly items: readonly JsonNode[] }
  | { readonly kind: 'scalar'; readonly offset: number; readonly value: null | boolean | number | string };

/** Keys and list places from the root: `['selection_rule', 'rules', 0, 'value']`. */
export type JsonPath = readonly (string | number)[];

/** 1-based. */
export type TextPosition = { readonly line: number; readonly column: number };

export type JsonDocument = {
  readonly root: JsonNode;
  /** Where each line begins, ascending; the first is 0. */
  readonly lineStarts: readonly number[];
};

export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export function positionOf(offset: number, lineStarts: readonly number[]): TextPosition {
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}

/** Null: nothing there. */
export function nodeAt(root: JsonNode, path: JsonPath): JsonNode | null {
  let node: JsonNode | undefined = root;
  for (const step of path) {
    node = childOf(node, step);
    if (node === undefined) return null;
  }
  return node;
}

/** Offset of the key (or of the value) at a path; of the nearest thing around it when nothing is there. */
export function offsetAt(root: JsonNode, path: JsonPath, part: 'key' | 'value'): number {
  const node = nodeAt(root, path);
  const last = path.at(-1);
  if (node === null) return offsetAt(root, path.slice(0, -1), 'value');
  if (part === 'value' || typeof last !== 'string') return node.offset;
  const parent = nodeAt(root, path.slice(0, -1));
  return parent?.kind === 'object' ? (parent.members.get(last)?.keyOffset ?? node.offset) : node.offset;
}

export function toJsonValue(node: JsonNode): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'array':
      return node.items.map(toJsonValue);
    case 'object':
      return Object.fromEntries([...node.members].map(([key, member]) => [key, toJsonValue(member.node)]));
  }
}

function childOf(node: JsonNode, step: string | number): JsonNode | undefined {
  if (node.kind === 'object' && typeof step === 'string') return node.members.get(step)?.node;
  if (node.kind === 'array' && typeof step === 'number') return node.items[step];
  return undefined;
}
