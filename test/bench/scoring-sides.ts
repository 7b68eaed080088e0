import { Engine } from 'json-rules-engine';
import type { Evidence } from '../../src/domain/scored-slate.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { NOW_MS } from '../support/builders.ts';
import { type Asked, ruleFileOf, slateOf, type Values } from './scoring-rules.ts';

/** What every side must say of a candidate. */
export type Answer = { readonly points: number; readonly isMatch: boolean };

/** One way to score: made ready once, and then asked for the same candidates again and again. */
export type Scorer = {
  /** All candidates once, in their order. */
  readonly score: () => Promise<readonly Answer[]> | readonly Answer[];
  /** Candidates that one round scores, at least: long enough to be measured. */
  readonly perRound: number;
};

const FAST = 200_000;
const SLOW = 1_000;

/** Every criterion of every candidate with all that each leaf of its evidence says, as the ledger takes them. */
export function withEvidence(asked: readonly Asked[], values: readonly Values[]): Scorer {
  const [compiled, slate] = [compileRuleFile(ruleFileOf(asked)), slateOf(values)];
  const score = () =>
    compiled.score(slate).candidates.map(({ criteria, isMatch }) => {
      let milli = 0;
      for (const { pointsMilli, verdict, evidence } of criteria) {
        if (evidence.length !== 1) throw new Error('evidence is missing');
        for (const leaf of evidence)
          if (leaf.verdict !== verdict || !isWhole(leaf)) throw new Error('a leaf is not whole');
        milli += pointsMilli;
      }
      return { points: milli / 1_000, isMatch };
    });
  return { score, perRound: FAST };
}

/** Looks at everything a leaf has: the fact asked for, what was asked of it, its value, and where and when that was read. */
function isWhole({ fact, written, actual }: Evidence): boolean {
  if (actual.kind !== 'known' || actual.value === undefined) return false;
  return fact.key.length > 0 && written.length > 0 && actual.source === 'given' && actual.observedAtMs === NOW_MS;
}

/** Points and gate. */
export function rankingOnly(asked: readonly Asked[], values: readonly Values[]): Scorer {
  const [compiled, slate] = [compileRuleFile(ruleFileOf(asked)), slateOf(values)];
  const score = () =>
    compiled.score(slate).candidates.map(({ pointsMilli, isMatch }) => ({ points: pointsMilli / 1_000, isMatch }));
  return { score, perRound: FAST };
}

/** One engine with a rule for each criterion, run for one candidate after the other. */
export function byRulesEngine(asked: readonly Asked[], values: readonly Values[]): Scorer {
  const engine = new Engine();
  for (const { name, operator, value, weight, isRequired } of asked)
    engine.addRule({
      conditions: { all: [{ fact: name, operator, value }] },
      event: { type: name, params: { weight, isRequired } },
    });
  const score = async () => {
    const answers: Answer[] = [];
    for (const own of values) {
      const { results, failureResults } = await engine.run(own);
      let points = 0;
      for (const { event } of results) points += event?.params?.['weight'] ?? 0;
      answers.push({ points, isMatch: failureResults.every(({ event }) => event?.params?.['isRequired'] !== true) });
    }
    return answers;
  };
  return { score, perRound: SLOW };
}

/** What somebody who knows the rules would write: no evidence, no unknown, nothing to be edited. */
export function byClosures(asked: readonly Asked[], values: readonly Values[]): Scorer {
  const tests = asked.map(({ name, operator, value, weight, isRequired }) => ({
    weight,
    isRequired,
    holds: closureOf(name, operator, value),
  }));
  const score = () =>
    values.map((own) => {
      let points = 0;
      let isMatch = true;
      for (const { weight, isRequired, holds } of tests) {
        if (holds(own)) points += weight;
        else if (isRequired) isMatch = false;
      }
      return { points, isMatch };
    });
  return { score, perRound: FAST };
}

function closureOf(name: string, operator: Asked['operator'], value: Asked['value']): (own: Values) => boolean {
  switch (operator) {
    case 'equal':
      return (own) => own[name] === value;
    case 'greaterThanInclusive':
      return (own) => (own[name] ?? 0) >= value;
    case 'lessThanInclusive':
      return (own) => (own[name] ?? 0) <= value;
    case 'contains':
      return (own) => (own[name] as readonly unknown[]).includes(value);
    case 'in':
      return (own) => (value as readonly unknown[]).includes(own[name]);
  }
}

export type JsonLogic = {
  readonly LogicEngine: new () => { readonly build: (rule: object) => (own: Values) => readonly boolean[] };
};

/** Every criterion in one rule, built into one function. */
export function byJsonLogic({ LogicEngine }: JsonLogic, asked: readonly Asked[], values: readonly Values[]): Scorer {
  const words = { equal: '===', greaterThanInclusive: '>=', lessThanInclusive: '<=' } as const;
  const rule = asked.map(({ name, operator, value }) => {
    const own = { var: name };
    if (operator === 'contains') return { in: [value, own] };
    if (operator === 'in') return { in: [own, { preserve: value }] };
    return { [words[operator]]: [own, value] };
  });
  const judge = new LogicEngine().build(rule);
  return { score: () => values.map((own) => answerOf(asked, judge(own))), perRound: FAST };
}

export type Zen = {
  readonly ZenEngine: new () => {
    readonly createDecision: (content: Buffer) => {
      readonly evaluate: (own: Values) => Promise<{ readonly result: { readonly [name: string]: boolean } }>;
    };
  };
};

/** A graph with one expression for each criterion; all candidates at once, since it has threads of its own. */
export function byZen({ ZenEngine }: Zen, asked: readonly Asked[], values: readonly Values[]): Scorer {
  const words = { equal: '==', greaterThanInclusive: '>=', lessThanInclusive: '<=' } as const;
  const expressions = asked.map(({ name, operator, value }, index) => {
    const own = JSON.stringify(value);
    const text =
      operator === 'contains'
        ? `contains(${name}, ${own})`
        : operator === 'in'
          ? `${name} in ${own}`
          : `${name} ${words[operator]} ${own}`;
    return { id: `e${index}`, key: name, value: text };
  });
  const position = { x: 0, y: 0 };
  const nodes = [
    { id: 'in', type: 'inputNode', name: 'in', position },
    { id: 'rules', type: 'expressionNode', name: 'rules', position, content: { expressions } },
    { id: 'out', type: 'outputNode', name: 'out', position },
  ];
  const edges = [
    { id: 'a', type: 'edge', sourceId: 'in', targetId: 'rules' },
    { id: 'b', type: 'edge', sourceId: 'rules', targetId: 'out' },
  ];
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify({ nodes, edges })));
  const score = () =>
    Promise.all(
      values.map(async (own) => {
        const { result } = await decision.evaluate(own);
        return answerOf(
          asked,
          asked.map(({ name }) => result[name] === true),
        );
      }),
    );
  return { score, perRound: SLOW };
}

function answerOf(asked: readonly Asked[], held: readonly boolean[]): Answer {
  let points = 0;
  let isMatch = true;
  for (const [index, { weight, isRequired }] of asked.entries()) {
    if (held[index] === true) points += weight;
    else if (isRequired) isMatch = false;
  }
  return { points, isMatch };
}
