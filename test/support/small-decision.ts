import type { Decision, Intent, PlannedDecision, RankedCandidate, Reason } from '../../src/domain/decision.ts';
import type { Fact, Facts } from '../../src/domain/fact.ts';
import { decisionId, providerId, requestId, workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import type { RuleFile, RuleSet } from '../../src/domain/rule-file.ts';
import type { Candidate, Evidence, ScoredCandidate, Slate } from '../../src/domain/scored-slate.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { type JudgedCriterion, scoreCandidate } from '../../src/evaluate/score.ts';
import { aCandidate, aRequest, aRuleFile, aSlate, aWorkOrder, HOUR_MS } from './builders.ts';
import { atMs, type SmallCandidate, type SmallDecision, type SmallIntent } from './small-ledger-words.ts';

/** Where a described decision stands, and what it was decided by. */
export type DecisionPlace = { readonly seq: number; readonly atMs: number; readonly set: RuleSet };

/** The decision as the engine would hand it to the store. What is not described is worked out or taken from the usual case. */
export function toDecision(given: SmallDecision, { seq, atMs: decidedAtMs, set }: DecisionPlace): Decision {
  const { outcome = 'assign', episode = 1 } = given;
  const order = workOrderId(given.order);
  const ruleFileId = given.rule === undefined ? firstOfSet(set) : given.rule;
  const file = [...set.files, ...set.reviews].find((one) => one.id === ruleFileId) ?? null;
  const mode = given.mode === undefined ? (file?.mode ?? null) : given.mode;
  const slate = toSlate(given, decidedAtMs);
  const acts = mode !== 'shadow' && mode !== 'recommend' && mode !== 'off';
  const planned: PlannedDecision = {
    workOrder: slate.workOrder,
    episode,
    ruleFileId,
    ruleFileHash: file?.hash ?? null,
    mode,
    openedAt: {
      atMs: given.openedAt === undefined ? decidedAtMs - HOUR_MS : atMs(given.openedAt),
      source: given.openedBy ?? 'published',
    },
    dueStages: given.dueStages ?? [1],
    stage: given.stage === undefined ? (isAction(outcome) ? 1 : null) : given.stage,
    outcome,
    reason: given.reason === undefined ? usualReason(given) : toReason(given.reason),
    winner: given.winner === undefined ? null : providerId(given.winner),
    runnerUp: given.runnerUp === undefined ? null : providerId(given.runnerUp),
    marginMilli: given.marginPoints === undefined ? null : given.marginPoints * 1_000,
    costCents: given.costCents === undefined ? (binds(outcome) ? 25_000 : null) : given.costCents,
    candidates: toCandidates(given, slate, isDispatch(file) ? file : aRuleFile()),
    intents: (given.intents ?? (acts && isAction(outcome) ? [{}] : [])).map((one, n) => toIntent(given, one, n + 1)),
  };
  return {
    ...planned,
    id: decisionId(order, episode, seq),
    seq,
    runId: given.run ?? 'run-1',
    decidedAtMs,
    engineVersion: '0.1.0',
    ruleSetHash: set.hash,
    inputHash: hashText(`${order}.${episode}.${seq}`),
    slate: { facts: slate.facts, takenAtMs: slate.takenAtMs },
    batch: given.batch ?? null,
    ...given.more,
  };
}

/** The one listed first: it has the highest priority. */
function firstOfSet({ files }: RuleSet): string | null {
  return files.toSorted((a, b) => b.priority - a.priority)[0]?.id ?? null;
}

function isDispatch(file: RuleSet['files'][number] | RuleSet['reviews'][number] | null): file is RuleFile {
  return file !== null && 'stages' in file;
}

function isAction(outcome: PlannedDecision['outcome']): boolean {
  return outcome !== 'wait' && outcome !== 'hold' && outcome !== 'skip';
}

function binds(outcome: PlannedDecision['outcome']): boolean {
  return outcome === 'assign' || outcome === 'route' || outcome === 'mass_route';
}

function usualReason({ outcome = 'assign', winner = 0 }: SmallDecision): Reason {
  if (outcome === 'assign') return { code: 'FM-1002', detail: { provider: winner, points: 45, max_points: 45 } };
  if (outcome === 'skip') return { code: 'FM-4001', detail: {} };
  if (outcome === 'hold') return { code: 'FM-3001', detail: {} };
  return isAction(outcome) ? { code: 'FM-1101', detail: {} } : { code: 'FM-2001', detail: {} };
}

function toReason(given: Reason['code'] | Reason): Reason {
  return typeof given === 'string' ? { code: given, detail: {} } : given;
}

function toSlate(given: SmallDecision, takenAtMs: number): Slate {
  const { client, project, start, end, localDate, payCents, title, timeZone } = given;
  const startMs = start === undefined ? undefined : atMs(start);
  const order = aWorkOrder({
    id: given.order,
    ...(client === undefined ? {} : { clientId: client }),
    ...(project === undefined ? {} : { projectId: project }),
    ...(title === undefined ? {} : { title }),
    ...(payCents === undefined ? {} : { pay: { kind: 'fixed', maxCents: payCents } as const }),
    schedule: {
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(startMs === undefined
        ? {}
        : {
            startMs,
            endMs: end === undefined ? startMs + 2 * HOUR_MS : atMs(end),
            localDate: localDate ?? new Date(startMs).toISOString().slice(0, 10),
          }),
    },
  });
  return aSlate({
    workOrder: { ...order, ...given.workOrder },
    facts: knownAt(given.facts, takenAtMs),
    takenAtMs,
    candidates: statedCandidates(given).map((one) => toCandidate(one, given, takenAtMs)),
  });
}

/** Those described; else whom the decision names. What people do by hand looks at nobody. */
function statedCandidates({ candidates, rule, winner, runnerUp, providers = [], outcome }: SmallDecision) {
  if (candidates !== undefined) return candidates;
  if (rule === null) return [];
  const kind = outcome === 'route' || outcome === 'mass_route' ? ('bench' as const) : ('request' as const);
  return [...(winner === undefined ? [] : [winner]), ...(runnerUp === undefined ? [] : [runnerUp]), ...providers].map(
    (provider): SmallCandidate => ({ provider, kind }),
  );
}

function toCandidate(stated: SmallCandidate, given: SmallDecision, takenAtMs: number): Candidate {
  const { provider, kind = 'request', counterCents, facts, verdicts: _, ...rest } = stated;
  const base = aCandidate({ providerId: provider, kind });
  const costCents = stated.costCents === undefined ? (counterCents ?? given.payCents ?? 25_000) : stated.costCents;
  const request =
    counterCents === undefined
      ? base.request
      : aRequest({ id: 10_000 + provider, isCounter: true, pay: { kind: 'fixed', maxCents: counterCents } });
  return { ...base, costCents, request, facts: knownAt(facts, takenAtMs), platform: rest.platform ?? null };
}

/** A plain value is known since the slate was taken; a whole fact stands as it is. */
function knownAt(facts: SmallCandidate['facts'], observedAtMs: number): Facts {
  return Object.fromEntries(
    Object.entries(facts ?? {}).map(([key, value]): readonly [string, Fact] => [
      key,
      typeof value === 'object' && 'kind' in value ? value : { kind: 'known', value, source: 'profile', observedAtMs },
    ]),
  );
}

function toCandidates(given: SmallDecision, slate: Slate, file: RuleFile): readonly RankedCandidate[] {
  const stated = new Map(statedCandidates(given).map((one) => [one.provider, one] as const));
  const scored = slate.candidates.map((candidate) => {
    const one = stated.get(candidate.providerId) ?? { provider: candidate.providerId };
    return { one, scored: scoreOf(candidate, one, { slate, file }) };
  });
  const gated = scored.map(({ one, scored: found }) => {
    const blockedBy = one.blockedBy?.map(toReason) ?? usualBlockers(found);
    return { one, scored: found, blockedBy, isEligible: one.eligible ?? (found.isMatch && blockedBy.length === 0) };
  });
  const ranking = gated
    .filter(({ isEligible }) => isEligible)
    .sort((a, b) => b.scored.pointsMilli - a.scored.pointsMilli || a.one.provider - b.one.provider)
    .map(({ one }) => one.provider);
  return gated.map(({ one, ...ranked }) => ({
    ...ranked,
    rank: one.rank ?? (ranked.isEligible ? ranking.indexOf(one.provider) + 1 : null),
  }));
}

type ScoredBy = { readonly slate: Slate; readonly file: RuleFile };

/** By the engine's own arithmetic: over the facts, where there are any, or else over the verdicts stated, all `match` otherwise. */
function scoreOf(candidate: Candidate, one: SmallCandidate, { slate, file }: ScoredBy): ScoredCandidate {
  const scored =
    one.facts === undefined
      ? scoreCandidate(
          { slate, maxVerdictAgeDays: file.maxVerdictAgeDays },
          candidate,
          file.criteria.map((criterion) => judge(criterion, one)),
        )
      : firstOf(compileRuleFile(file).score({ ...slate, candidates: [candidate] }).candidates);
  return one.points === undefined ? scored : { ...scored, criteria: scored.criteria, pointsMilli: one.points * 1_000 };
}

function judge(criterion: RuleFile['criteria'][number], { verdicts = {} }: SmallCandidate): JudgedCriterion {
  const verdict = verdicts[criterion.key] ?? 'match';
  const evidence: readonly Evidence[] =
    criterion.when.kind === 'test'
      ? [
          {
            fact: criterion.when.fact,
            written: criterion.when.written,
            actual: { kind: 'unknown', because: 'only the verdict is described' },
            verdict,
          },
        ]
      : [];
  return { criterion, label: criterion.label, verdict, evidence };
}

function firstOf<Item>(items: readonly Item[]): Item {
  const [first] = items;
  if (first === undefined) throw new TypeError('nothing was scored');
  return first;
}

function usualBlockers({ criteria }: ScoredCandidate): readonly Reason[] {
  return criteria
    .filter(({ isRequired, applies, verdict }) => isRequired && applies && verdict !== 'match')
    .map(({ label, verdict }) => ({
      code: verdict === 'no_match' ? 'FM-5001' : 'FM-5002',
      detail: { criterion: label },
    }));
}

function toIntent(given: SmallDecision, one: SmallIntent, n: number): Intent {
  const call = one.call ?? toCall(given, one);
  return { n, call, costCents: one.costCents ?? usualCost(call, given.costCents ?? 25_000) };
}

function usualCost(call: WriteCall, costCents: number): number {
  switch (call.kind) {
    case 'accept_counter':
      return call.payCents;
    case 'assign':
    case 'route':
    case 'mass_route':
    case 'mass_route_pool':
    case 'approve':
      return costCents;
    default:
      return 0;
  }
}

function toCall(given: SmallDecision, one: SmallIntent): WriteCall {
  const order = workOrderId(given.order);
  const kind = one.do ?? (given.outcome === undefined || given.outcome === 'unroute' ? 'assign' : given.outcome);
  const named = () => ({ workOrderId: order, providerId: providerId(one.provider ?? given.winner ?? 557) });
  switch (kind) {
    case 'assign':
      return { kind, ...named(), clientPayTermsAccepted: false };
    case 'accept_counter': {
      const id = requestId(10_000 + (one.provider ?? given.winner ?? 557));
      return { kind, ...named(), requestId: id, payCents: one.costCents ?? given.costCents ?? 25_000 };
    }
    case 'route':
    case 'unroute':
      return { kind, ...named() };
    case 'unassign':
      return { kind, ...named(), reasonId: 4, comment: 'site closed' };
    case 'mass_route':
      return { kind, workOrderId: order, providerIds: (one.providers ?? given.providers ?? []).map(providerId) };
    case 'incomplete':
      return { kind, workOrderId: order, reasonId: 4, reason: 'Solve the problem.' };
    case 'publish':
    case 'unpublish':
    case 'complete':
    case 'approve':
    case 'unapprove':
      return { kind, workOrderId: order };
    default:
      throw new TypeError(`describe the call of ${kind} with \`call\``);
  }
}
