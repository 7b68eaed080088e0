import { decideBatch } from '../../src/decide/decide-batch.ts';
import type { PlannedDecision } from '../../src/domain/decision.ts';
import type { FactValue } from '../../src/domain/fact.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import type { Candidate, Slate } from '../../src/domain/scored-slate.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { NOW_MS } from './builders.ts';
import { BASE_CENTS, BOOLEANS, type FlipWorld, factOf, GROUPS, LIST, MOST, NUMBERS } from './flip-worlds.ts';

/** All that could have been otherwise about a candidate of these worlds, tried one by one: knows nothing of src/analysis. */

type Way = { readonly size: number; readonly apply: (candidate: Candidate) => Candidate };
export type Knob = { readonly name: string; readonly ways: readonly Way[] };
export type BruteFlip = { readonly knobs: readonly string[]; readonly size: number };

const WHOLE = 1_000_000;

export function decideWorld(world: FlipWorld, slate: Slate, file: RuleFile): PlannedDecision {
  const compiled = compileRuleFile(file);
  const {
    takenAtMs,
    members,
    lacks: _,
    demoted: _demoted,
    stoppedBy: _stopped,
    shares: _shares,
    solutions: _solutions,
    solver: _solver,
    unseen: _unseen,
    ...shared
  } = world.batch;
  const slates = world.slates.map((one) => (one.workOrder.id === slate.workOrder.id ? slate : one));
  const orders = members.map(({ workOrderId, ruleFileHash: _hash, ...member }) => {
    const own = slates.find(({ workOrder }) => workOrder.id === workOrderId) ?? slate;
    return { ...member, workOrder: own.workOrder, live: { file, scored: compiled.score(own) }, shadows: [] };
  });
  const { decisions } = decideBatch({ ...shared, nowMs: takenAtMs, orders }, world.solve);
  const [found] = decisions.filter(({ workOrder }) => workOrder.id === slate.workOrder.id);
  if (found === undefined) throw new Error('no decision');
  return found;
}

const FIRMNESS: { readonly [outcome: string]: number } = { assign: 3, route: 2, mass_route: 1 };

/** Whether the provider is named at least as firmly as whoever was before. */
export function isChosen(now: PlannedDecision, before: PlannedDecision, provider: number): boolean {
  const invited = now.intents.flatMap(({ call }) => (call.kind === 'mass_route' ? call.providerIds : []));
  const isNamed = now.winner === provider || invited.some((id) => id === provider);
  return isNamed && (FIRMNESS[now.outcome] ?? 0) >= (FIRMNESS[before.outcome] ?? 1);
}

export function knobsOf(world: FlipWorld, candidate: Candidate): readonly Knob[] {
  const { request } = candidate;
  const facts = [...NUMBERS, ...BOOLEANS, LIST, 'provider.is_routable'].map((name) => ({
    name,
    ways: waysOf(candidate, name),
  }));
  if (request === null) return facts;
  const prices = request.isCounter ? range(0, (candidate.costCents ?? 0) - 1) : [];
  const pay = prices.map((cents) => ({
    size: numberSize(candidate.costCents ?? 0, cents),
    apply: (one: Candidate) => withFact({ ...one, costCents: cents }, 'request.pay_total', cents),
  }));
  const plain = request.isCounter
    ? [
        {
          size: numberSize(candidate.costCents ?? 0, BASE_CENTS),
          apply: (one: Candidate) =>
            withRequest(
              withFact(
                withFact({ ...one, costCents: BASE_CENTS }, 'request.pay_total', BASE_CENTS),
                'request.is_counter',
                false,
              ),
              { isCounter: false },
            ),
        },
      ]
    : [];
  const moments = world.slate.candidates.flatMap((one) =>
    one.request?.createdMs == null ? [] : [-1, 0, 1].map((by) => (one.request?.createdMs ?? 0) + by),
  );
  const own = request.createdMs ?? 0;
  return [
    ...facts,
    { name: 'pay', ways: [...pay, ...plain] },
    {
      name: 'active',
      ways: request.isActive ? [] : [{ size: WHOLE, apply: (one) => withRequest(one, { isActive: true }) }],
    },
    {
      name: 'expiry',
      ways: request.isExpired
        ? [
            {
              size: numberSize(-5, 1),
              apply: (one) => withRequest(one, { isExpired: false, expiresMs: NOW_MS + 60_000 }),
            },
          ]
        : [],
    },
    {
      name: 'requested',
      ways: moments
        .filter((ms) => ms !== own && ms <= NOW_MS)
        .map((createdMs) => ({
          size: numberSize(NOW_MS - own, NOW_MS - createdMs),
          apply: (one: Candidate) => withRequest(one, { createdMs }),
        })),
    },
  ];
}

function waysOf(candidate: Candidate, name: string): readonly Way[] {
  const fact = candidate.facts[name];
  const old = fact?.kind === 'known' ? fact.value : null;
  return valuesOf(name)
    .filter((value) => JSON.stringify(value) !== JSON.stringify(old))
    .map((value) => ({ size: sizeOf(old, value), apply: (one) => withFact(one, name, value) }));
}

function valuesOf(name: string): readonly FactValue[] {
  if (name === LIST) return [[], [3], [4], [...GROUPS]];
  return (NUMBERS as readonly string[]).includes(name) ? range(0, MOST + 1) : [true, false];
}

function sizeOf(old: FactValue | null, value: FactValue): number {
  if (Array.isArray(value)) {
    const before: readonly unknown[] = Array.isArray(old) ? old : [];
    const changed = GROUPS.filter((group) => before.includes(group) !== value.some((one) => one === group));
    return Math.max(1, changed.length) * WHOLE;
  }
  return typeof old === 'number' && typeof value === 'number' ? numberSize(old, value) : WHOLE;
}

function numberSize(from: number, to: number): number {
  return from === to ? 0 : Math.ceil((Math.abs(from - to) / Math.max(Math.abs(from), Math.abs(to))) * WHOLE);
}

function withFact(candidate: Candidate, name: string, value: FactValue): Candidate {
  return { ...candidate, facts: { ...candidate.facts, [name]: factOf(value) } };
}

function withRequest(candidate: Candidate, more: Partial<NonNullable<Candidate['request']>>): Candidate {
  return candidate.request === null ? candidate : { ...candidate, request: { ...candidate.request, ...more } };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

export function changed(slate: Slate, candidate: Candidate): Slate {
  const candidates = slate.candidates.map((one) => (one.providerId === candidate.providerId ? candidate : one));
  return { ...slate, candidates };
}

/** The cheapest of exactly `count` knobs that chooses the provider: smallest largest change; null: there is none. */
export function bruteFlip(world: FlipWorld, candidate: Candidate, count: number): BruteFlip | null {
  const [file] = world.files;
  if (file === undefined) throw new Error('no rule file');
  const before = decideWorld(world, world.slate, file);
  const knobs = knobsOf(world, candidate).filter(({ ways }) => ways.length > 0);
  let best: BruteFlip | null = null;
  const walk = (
    one: Candidate,
    from: number,
    used: readonly { readonly name: string; readonly size: number }[],
  ): void => {
    if (used.length === count) {
      const size = Math.max(...used.map((each) => each.size));
      if (best !== null && best.size <= size) return;
      if (isChosen(decideWorld(world, changed(world.slate, one), file), before, candidate.providerId))
        best = { knobs: used.map(({ name }) => name), size };
      return;
    }
    for (const [place, { name, ways }] of knobs.entries())
      if (place >= from) for (const { size, apply } of ways) walk(apply(one), place + 1, [...used, { name, size }]);
  };
  walk(candidate, 0, []);
  return best;
}
