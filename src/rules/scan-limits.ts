import type { Limits } from '../domain/limits.ts';
import { readToken } from './json-tokens.ts';
import type { RuleProblemCode } from './problem-codes.ts';

export type RuleFileLimits = Pick<
  Limits,
  'maxRuleFileBytes' | 'maxRuleFileDepth' | 'maxRuleFileNodes' | 'maxRuleFiles'
>;

export type LimitBreach = {
  readonly code: RuleProblemCode;
  readonly offset: number;
  readonly what: string;
  readonly fix: string;
};

/**
 * Refuses rule bombs before anything is built from them: one pass over the tokens, without recursion, that stops at the
 * first limit. Later stages may recurse, for nothing deeper than the limit reaches them. Null: within every limit.
 */
export function scanLimits(text: string, limits: RuleFileLimits): LimitBreach | null {
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes > limits.maxRuleFileBytes) return tooLarge(bytes, limits.maxRuleFileBytes);
  let depth = 0;
  let nodes = 0;
  for (let token = readToken(text, 0); token.kind !== 'end'; token = readToken(text, token.end)) {
    if (token.kind === '}' || token.kind === ']') depth = Math.max(0, depth - 1);
    if (token.kind === '{' || token.kind === '[') depth += 1;
    if (depth > limits.maxRuleFileDepth) return tooDeep(token.start, limits.maxRuleFileDepth);
    if (isNode(token.kind)) nodes += 1;
    if (nodes > limits.maxRuleFileNodes) return tooMany(token.start, limits.maxRuleFileNodes);
  }
  return null;
}

function isNode(kind: string): boolean {
  return kind === '{' || kind === '[' || kind === 'text' || kind === 'number' || kind === 'word';
}

function tooLarge(bytes: number, limit: number): LimitBreach {
  return {
    code: 'FM-R108',
    offset: 0,
    what: `The file has ${bytes} bytes; the limit is ${limit}`,
    fix: 'Split it into several rule files, each with its own applies_to.',
  };
}

function tooDeep(offset: number, limit: number): LimitBreach {
  return {
    code: 'FM-R109',
    offset,
    what: `Brackets are nested more than ${limit} deep`,
    fix: 'Move inner conditions into "conditions" and name them, or take out brackets that hold only one thing.',
  };
}

function tooMany(offset: number, limit: number): LimitBreach {
  return {
    code: 'FM-R110',
    offset,
    what: `The file has more than ${limit} keys and values`,
    fix: 'Split it into several rule files, each with its own applies_to.',
  };
}
