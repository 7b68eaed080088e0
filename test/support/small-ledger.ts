import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Decision, Effect, Reason } from '../../src/domain/decision.ts';
import type { DirectiveSubject } from '../../src/domain/directive.ts';
import { type DecisionId, parseDecisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { hashRuleTexts, takenFiles } from '../../src/domain/rule-event.ts';
import type { RuleSet } from '../../src/domain/rule-file.ts';
import type { RunSummary } from '../../src/domain/run.ts';
import { parseRuleSet } from '../../src/rules/parse-rule-set.ts';
import { openLedger, openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import type { SqliteLedgerReader } from '../../src/store/sqlite/sqlite-ledger-reader.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { NOW_MS } from './builders.ts';
import { toDecision } from './small-decision.ts';
import {
  atMs,
  type SmallDecision,
  type SmallDirective,
  type SmallEffect,
  type SmallIntent,
  type SmallLedgerPlan,
  type SmallObservation,
  type SmallRules,
  type SmallRun,
} from './small-ledger-words.ts';

export const MIGRATIONS = join(import.meta.dirname, '../../migrations/sqlite');

export type SmallLedger = {
  readonly path: string;
  readonly reader: SqliteLedgerReader;
};

const opened: { readonly folder: string; readonly reader: SqliteLedgerReader }[] = [];

/** For `afterEach` or `afterAll`. */
export async function closeSmallLedgers(): Promise<void> {
  for (const { folder, reader } of opened.splice(0)) {
    await reader.close();
    rmSync(folder, { recursive: true });
  }
}

/**
 * A ledger in a file of its own, written by the real store as it would have come about: everything at its time, each claim
 * before its effect. A plan that the store refuses throws. A test names only what it is about:
 *
 * ```ts
 * const { reader } = await smallLedger({
 *   rules: { atm: { guardrails: { pay: { max_daily_total_usd: 1000 } } }, spare: {} },
 *   decisions: [
 *     // Assigned to 557 for 250 dollars, confirmed a second later.
 *     { order: 11, winner: 557, at: '2026-11-23T09:00Z' },
 *     // Invited by a person, and never accepted.
 *     { order: 12, rule: null, outcome: 'route', winner: 601 },
 *     // Nobody: the only request misses a required criterion.
 *     { order: 13, rule: 'spare', outcome: 'wait', candidates: [{ provider: 733, verdicts: { rating: 'no_match' } }] },
 *   ],
 *   observations: [{ kind: 'unassigned', order: 11, provider: 557, decision: '11.1.1', at: '2026-11-23T20:00Z' }],
 * });
 * ```
 */
export async function smallLedger(plan: SmallLedgerPlan = {}): Promise<SmallLedger> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-small-'));
  const where = { path: join(folder, 'ledger.db'), migrationsFolder: MIGRATIONS };
  const store = openLedger(where);
  try {
    for (const { write } of eventsOf(plan, store).sort((a, b) => a.atMs - b.atMs)) await write();
  } finally {
    await store.close();
  }
  const reader = openLedgerReader(where);
  opened.push({ folder, reader });
  return { path: where.path, reader };
}

/** Writes into the file what the store would refuse, past its triggers and its chain: what a report must still see. */
export function plant({ path }: SmallLedger, ...statements: readonly string[]): void {
  const db = new Database(path);
  const triggers = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).pluck().all();
  for (const name of triggers) db.exec(`DROP TRIGGER "${name}"`);
  for (const statement of statements) db.exec(statement);
  db.close();
}

/** Something that is written at its time; at the same time in the order listed. */
type Event = { readonly atMs: number; readonly write: () => Promise<void> };

type TimedSet = { readonly atMs: number; readonly set: RuleSet };

function eventsOf(plan: SmallLedgerPlan, store: SqliteStore): Event[] {
  const sets = setsOf(plan);
  const decisions = placedDecisions(plan.decisions ?? [], sets);
  const byId = new Map(decisions.map(({ decision }) => [decision.id, decision] as const));
  return [
    ...sets.map(({ atMs: from, set }) => ({ atMs: from, write: () => takeSet(store, set, from) })),
    ...runsOf(plan, decisions).flatMap((run) => runEvents(run, sets, store)),
    ...decisions.flatMap(({ given, decision }) => decisionEvents(given, decision, store)),
    ...(plan.observations ?? []).map((given) => observationEvent(given, store)),
    ...directivesInOrder(plan).flatMap((given, index) => directiveEvents(given, index + 1, store)),
    ...(plan.answers ?? []).map(
      ({ at = NOW_MS, verdict = 'approved', actor = 'ops@example', because, decision: id }) => ({
        atMs: atMs(at),
        write: async () => {
          const of = byId.get(toDecisionId(id));
          if (of === undefined) throw new TypeError(`no decision ${id} to answer`);
          const { outcome, winner } = of;
          const said = { verdict, actor, because: because ?? null, atMs: atMs(at) };
          require(await store.recordAnswers([{ decisionId: of.id, outcome, winner, ...said }]), '', `answer to ${id}`);
        },
      }),
    ),
    ...(plan.approvals ?? []).map(({ at = NOW_MS, verdict = 'approved', actor = 'ops@example', because, run }) => ({
      atMs: atMs(at),
      write: async () => {
        const said = { runId: run, verdict, actor, because: because ?? null, atMs: atMs(at) };
        require(await store.recordApproval(said), 'recorded', `approval of ${run}`);
      },
    })),
    ...(plan.ruleEvents ?? []).map((event) => ({
      atMs: event.atMs,
      write: async () => require(await store.recordRuleEvent(event), 'recorded', `rule event ${event.kind}`),
    })),
  ];
}

/** A plan that cannot be is a mistake in the test, which must not pass in silence. */
function require(answer: unknown, wanted: string, what: string): void {
  if (String(answer) !== wanted) throw new Error(`${what}: the store said ${String(answer)}`);
}

/** The first stands from the beginning of all that is described. */
function setsOf({ rules = { default: {} }, laterRules = [], ...rest }: SmallLedgerPlan): readonly TimedSet[] {
  const times = [
    ...[...(rest.runs ?? []), ...(rest.decisions ?? []), ...(rest.directives ?? []), ...(rest.observations ?? [])].map(
      ({ at = NOW_MS }) => atMs(at),
    ),
    ...(rest.ruleEvents ?? []).map((event) => event.atMs),
    ...laterRules.map(({ at }) => atMs(at)),
    NOW_MS,
  ];
  return [
    { atMs: Math.min(...times), set: readSet(rules) },
    ...laterRules.map(({ at, rules: later }) => ({ atMs: atMs(at), set: readSet(later) })),
  ];
}

/** Through the real parser, so that a report that reads the recorded text finds what was meant. */
function readSet(rules: SmallRules): RuleSet {
  const inputs = Object.entries(rules).map(([id, members], index) => ({
    path: `rules/${id}.json`,
    text: JSON.stringify({
      version: 1,
      id,
      name: id,
      mode: 'enforce',
      priority: 100 - index,
      ...(members['kind'] === 'review'
        ? {}
        : {
            selection_rule: {
              rules: [{ key: 'rating', name: 'rating', operator: '>=', value: 4.5, weight: 45, is_required: true }],
            },
          }),
      ...members,
      ...(members['kind'] === 'review'
        ? {}
        : { decision: members['decision'] ?? { stages: [{ after_minutes: 0, do: 'assign' }] } }),
    }),
  }));
  const read = parseRuleSet(inputs, DEFAULT_LIMITS);
  if (read.kind === 'ok') return read.set;
  throw new Error(read.problems.map(({ what }) => what).join('\n'));
}

async function takeSet(store: SqliteStore, set: RuleSet, from: number): Promise<void> {
  await store.recordRuleSet(set, from);
  const texts = [...set.files, ...set.reviews].map(({ text }) => text);
  const taken = { kind: 'taken', setHash: set.hash, textHash: hashRuleTexts(texts), files: takenFiles(set) } as const;
  require(await store.recordRuleEvent({ ...taken, atMs: from, commit: null }), 'recorded', 'rule set');
}

function setAt(sets: readonly TimedSet[], when: number): RuleSet {
  const found = sets.findLast(({ atMs: from }) => from <= when) ?? sets[0];
  if (found === undefined) throw new TypeError('no rule set');
  return found.set;
}

type Placed = { readonly given: SmallDecision; readonly decision: Decision };

function placedDecisions(described: readonly SmallDecision[], sets: readonly TimedSet[]): readonly Placed[] {
  const last = new Map<string, number>();
  return described.map((given) => {
    const episode = `${given.order}.${given.episode ?? 1}`;
    const seq = given.seq ?? (last.get(episode) ?? 0) + 1;
    last.set(episode, seq);
    const decidedAtMs = atMs(given.at ?? NOW_MS);
    return { given, decision: toDecision(given, { seq, atMs: decidedAtMs, set: setAt(sets, decidedAtMs) }) };
  });
}

/** Those described, and those that decisions and effects only name. */
function runsOf({ runs = [] }: SmallLedgerPlan, decisions: readonly Placed[]): readonly SmallRun[] {
  const named = decisions.flatMap(({ given, decision: { runId, decidedAtMs } }) => [
    { id: runId, at: decidedAtMs },
    ...(given.intents ?? []).flatMap(({ effects = [] }) =>
      effects.flatMap((effect) =>
        typeof effect === 'string' || effect.run === undefined
          ? []
          : [{ id: effect.run, at: effect.at ?? decidedAtMs }],
      ),
    ),
  ]);
  const known = new Set(runs.map(({ id = 'run-1' }) => id));
  const unknown = Map.groupBy(
    named.filter(({ id }) => !known.has(id)),
    ({ id }) => id,
  );
  return [...runs, ...[...unknown].map(([id, all]) => ({ id, at: Math.min(...all.map(({ at }) => atMs(at))) }))];
}

const NOTHING_DONE: RunSummary = {
  openWorkOrders: 0,
  decisions: 0,
  unchanged: 0,
  collisions: 0,
  byOutcome: {},
  byReason: {},
  effects: { confirmed: 0, refused: 0, lost_race: 0, unknown: 0 },
  actions: 0,
  committedCents: 0,
  quarantined: [],
  httpRequests: 0,
  alarms: [],
  stopped: null,
};

function runEvents(given: SmallRun, sets: readonly TimedSet[], store: SqliteStore): readonly Event[] {
  const { id = 'run-1', at = NOW_MS, result = 'done', summary, endedAt, ...rest } = given;
  const startedAtMs = atMs(at);
  const endedAtMs = endedAt === undefined ? startedAtMs + 4_000 : endedAt === null ? null : atMs(endedAt);
  const run = {
    id,
    environment: 'sandbox',
    tick: `manual:${id}`,
    startedAtMs,
    engineVersion: '0.1.0',
    ...rest,
  } as const;
  return [
    {
      atMs: startedAtMs,
      write: async () => {
        const { hash: ruleSetHash } = setAt(sets, startedAtMs);
        require(await store.openRun({ ...run, ruleSetHash }), 'opened', `run ${id}`);
      },
    },
    ...(endedAtMs === null
      ? []
      : [
          {
            atMs: endedAtMs,
            write: async () => {
              await store.closeRun({ runId: id, endedAtMs, result, summary: { ...NOTHING_DONE, ...summary } });
            },
          },
        ]),
  ];
}

function decisionEvents(given: SmallDecision, decision: Decision, store: SqliteStore): readonly Event[] {
  const { id, decidedAtMs } = decision;
  return [
    {
      atMs: decidedAtMs,
      write: async () => require(await store.recordDecision(decision), 'recorded', `decision ${id}`),
    },
    ...decision.intents.flatMap(({ n }) => intentEvents(given.intents?.[n - 1] ?? {}, { n, decision }, store)),
  ];
}

type IntentPlace = { readonly n: number; readonly decision: Decision };

function intentEvents(one: SmallIntent, { n, decision }: IntentPlace, store: SqliteStore): readonly Event[] {
  const { id, decidedAtMs } = decision;
  const claims = (one.claimed ?? [decidedAtMs + 2_000 * (n - 1)]).map(atMs);
  const sentMs = claims.at(-1) ?? decidedAtMs;
  const effects = (one.effects ?? (claims.length === 0 ? [] : ['confirmed' as const])).map((effect, index) =>
    toEffect(effect, { decision, intentN: n, n: index + 1, usualMs: sentMs + 1_000 * (index + 1) }),
  );
  return [
    ...claims.map((at) => ({
      atMs: at,
      write: async () => require(await store.claimIntent(id, n, at), 'claimed', `claim of intent ${n} of ${id}`),
    })),
    ...effects.map((effect) => ({ atMs: effect.atMs, write: () => store.recordEffect(effect) })),
  ];
}

type EffectPlace = {
  readonly decision: Decision;
  readonly intentN: number;
  readonly n: number;
  readonly usualMs: number;
};

function toEffect(given: SmallEffect['kind'] | SmallEffect, { decision, intentN, n, usualMs }: EffectPlace): Effect {
  const {
    kind,
    at = usualMs,
    reason,
    run = decision.runId,
    saw = {},
  } = typeof given === 'string' ? { kind: given } : given;
  return { decisionId: decision.id, intentN, n, kind, reason: reasonOf(kind, reason), atMs: atMs(at), runId: run, saw };
}

const USUAL_REASON = {
  confirmed: 'FM-6001',
  refused: 'FM-6002',
  lost_race: 'FM-6003',
  unknown: 'FM-6010',
} as const satisfies { readonly [kind in Effect['kind']]: string };

function reasonOf(kind: Effect['kind'], given: SmallEffect['reason']): Reason {
  if (typeof given === 'object') return given;
  return { code: given ?? USUAL_REASON[kind], detail: {} };
}

function observationEvent(given: SmallObservation, store: SqliteStore): Event {
  const { kind, order, episode = 1, provider, decision, at = NOW_MS, detail = {} } = given;
  const when = atMs(at);
  const observation = {
    kind,
    workOrderId: workOrderId(order),
    episode,
    atMs: when,
    detail,
    decisionId: decision === undefined ? null : toDecisionId(decision),
    providerId: provider === undefined ? null : providerId(provider),
  };
  return {
    atMs: when,
    write: async () =>
      require(await store.recordObservation(toObservation(observation)), 'recorded', `${kind} of ${order}`),
  };
}

type AnyObservation = {
  readonly [field in keyof Observation]: Observation[field];
};

function toObservation({ kind, ...rest }: AnyObservation): Observation {
  if (kind !== 'route_accepted') return { kind, ...rest };
  const { decisionId, providerId: provider } = rest;
  if (decisionId === null || provider === null) throw new TypeError('route_accepted needs decision and provider');
  return { kind, ...rest, decisionId, providerId: provider };
}

/** Their ids are given in this order. */
function directivesInOrder({ directives = [] }: SmallLedgerPlan): readonly SmallDirective[] {
  return directives.toSorted((a, b) => atMs(a.at ?? NOW_MS) - atMs(b.at ?? NOW_MS));
}

function directiveEvents(given: SmallDirective, id: number, store: SqliteStore): readonly Event[] {
  const { actor = 'ops@example', because = 'asked to', at = NOW_MS, until, ended } = given;
  const terms = { atMs: atMs(at), actor, because, untilMs: until === undefined ? null : atMs(until) };
  return [
    {
      atMs: terms.atMs,
      write: async () => {
        const { kind } = await store.recordDirective({ ...subjectOf(given), ...terms });
        require(kind, 'recorded', `${given.kind} ${id}`);
      },
    },
    ...(ended === undefined
      ? []
      : [
          {
            atMs: atMs(ended.at),
            write: async () => {
              const end = { atMs: atMs(ended.at), actor: ended.actor ?? actor, because: ended.because ?? 'over' };
              require(await store.endDirectives([id], end), '1', `end of ${given.kind} ${id}`);
            },
          },
        ]),
  ];
}

function subjectOf({ kind, provider = 557, order = 4047 }: SmallDirective): DirectiveSubject {
  if (kind === 'pause') return { kind };
  return kind === 'exclusion'
    ? { kind, providerId: providerId(provider) }
    : { kind, providerId: providerId(provider), workOrderId: workOrderId(order) };
}

function toDecisionId(text: string): DecisionId {
  const id = parseDecisionId(text);
  if (id === null) throw new TypeError(`no decision id: ${text}`);
  return id;
}
