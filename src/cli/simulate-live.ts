import { existsSync } from 'node:fs';
import { asRecorded } from '../analysis/as-recorded.ts';
import { type Composition, compose } from '../compose.ts';
import { type PlatformConfig, readSecrets } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import { demoteCanaries } from '../engine/demote-canaries.ts';
import { fingerprint } from '../engine/fingerprint.ts';
import { type Planner, planRun, type RunPlan } from '../engine/plan-run.ts';
import type { WorkOrderSource } from '../engine/ports.ts';
import { type PulledLists, pullLists } from '../engine/pull-inputs.ts';
import { refuseForeignView } from '../engine/run-once.ts';
import { tripOf } from '../engine/run-report.ts';
import type { Supposed } from '../facts/suppose.ts';
import { createLog } from '../log.ts';
import { packageVersion } from '../package-root.ts';
import { configToReadLive } from './checked-config.ts';
import type { CliIo } from './command.ts';
import { OperatorMistake } from './exit-codes.ts';
import { loadRuleSet } from './load-rules.ts';
import { withLedgerReader } from './open-reader.ts';
import { toSupposed } from './read-supposed.ts';
import { lastDecision } from './recorded-subject.ts';
import { rememberingSource } from './remembering-source.ts';
import type { AskedToSimulate, Decided, Simulated, SimulateInput } from './simulation.ts';
import { unseen } from './which-rule.ts';

type Live = {
  readonly composition: Composition;
  readonly source: WorkOrderSource;
  readonly config: PlatformConfig;
  readonly ruleSet: RuleSet;
  readonly lists: PulledLists;
  readonly id: WorkOrderId;
  readonly together: boolean;
};

/** On the platform's data, read once, by the very steps of a dry run. */
export async function simulateLive(
  input: SimulateInput,
  asked: AskedToSimulate & { readonly id: WorkOrderId },
): Promise<Simulated> {
  const { suppositions, timeAt, together, id, io } = asked;
  const config = configToReadLive(input, id, io);
  const ruleSet = loadRuleSet(config.rulesPath, config.limits, io);
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const composition = await compose({ config, isDryRunAsked: true, log, clock: null });
  try {
    await composition.beginRun();
    const source = rememberingSource(composition.source);
    const lists = await pullLists({ source, ruleSet });
    await refuseForeignView(composition, lists);
    const { clock, view } = composition;
    const acting = await demoteCanaries({ ledger: view, store: null, clock, ruleSet });
    const live = { composition, source, config, ruleSet: acting.ruleSet, lists, id, together };
    const nowMs = composition.clock.nowMs();
    const atMs = timeAt(nowMs);
    const isChanged = suppositions.length > 0 || atMs !== nowMs;
    const supposed = toSupposed(suppositions, id, atMs);
    const changed = await decideOn(live, atMs, suppositions.length > 0 ? supposed : null);
    return {
      readFrom: 'the platform',
      ruleSet,
      changed,
      unchanged: isChanged ? await decideOn(live, nowMs, null) : null,
      recorded: await readRecorded(input, live, io),
      notes: notesOn(live),
    };
  } finally {
    await composition.close();
  }
}

async function decideOn(live: Live, atMs: number, supposed: Supposed | null): Promise<Decided> {
  const { composition, source, config, ruleSet, lists, id } = live;
  const planner: Planner = {
    ...{ source, ruleSet, limits: config.limits, ledger: composition.view, outsidePause: composition.outsidePause },
    clock: { nowMs: () => atMs, sleep: (ms) => composition.clock.sleep(ms) },
    ...(supposed === null ? {} : { supposed }),
  };
  const plan = await planRun(planner, lists, live.together ? null : [id]);
  const garbled = tripOf(planner, plan);
  if (garbled !== null) throw nothingTo(id, reasonSentence(garbled.code, garbled.detail));
  const planned = [...plan.decided.decisions, ...plan.reviews.decisions].filter(({ workOrder }) => workOrder.id === id);
  const [first, ...others] = planned.map((one) => asRecorded(one, decidedWith(plan, one, ruleSet)));
  if (first === undefined) throw await whyNothing(live, plan);
  return [first, ...others];
}

function decidedWith(plan: RunPlan, planned: RunPlan['decided']['decisions'][number], ruleSet: RuleSet) {
  const { id } = planned.workOrder;
  const isReview = planned.review !== undefined;
  const order = plan.orders.find(({ workOrder }) => workOrder.id === id);
  const facts = (isReview ? plan.reviews.facts.get(id) : (order?.live ?? order?.shadows[0])?.scored.slate.facts) ?? {};
  const history = (isReview ? plan.reviews : plan).histories.get(id) ?? { attempts: [], answers: [] };
  return {
    decidedAtMs: plan.around.takenAtMs,
    engineVersion: packageVersion(),
    ruleSetHash: ruleSet.hash,
    inputHash: fingerprint(planned, history, facts),
    facts,
  };
}

async function whyNothing({ source, id }: Live, { quarantined }: RunPlan): Promise<OperatorMistake> {
  const unread = quarantined.find(({ workOrderId }) => workOrderId === id);
  if (unread !== undefined) return nothingTo(id, `its ${unread.what} cannot be understood: ${unread.reason}`);
  const workOrder = await source.readWorkOrder(id);
  if (workOrder === null) return unseen(id);
  const status =
    workOrder.assigneeId === null
      ? workOrder.status.replace('_', ' ')
      : `${workOrder.status.replace('_', ' ')}, with provider ${workOrder.assigneeId}`;
  return nothingTo(id, `is ${status}: no file of this set would look at it`);
}

function nothingTo(id: WorkOrderId, what: string): OperatorMistake {
  return new OperatorMistake([
    configurationProblem(`work order ${id}`, 'FM-C232', {
      what,
      fix: `Simulate it as it was recorded instead: simulate ${id} --recorded; which-rule ${id} shows which files apply.`,
    }),
  ]);
}

/** What the ledger has last; null without a ledger, or when it knows nothing of the work order. */
async function readRecorded(input: SimulateInput, { config, id }: Live, io: CliIo): Promise<RecordedDecision | null> {
  if (!existsSync(config.databasePath)) return null;
  return withLedgerReader(input, io, (reader) => lastDecision(reader, id));
}

function notesOn({ together, composition }: Live): readonly string[] {
  const alone =
    'Only this work order was looked at. In a run others may want the same provider, and the limits of a run count all; --together decides it with all open work orders.';
  const blank = 'There is no ledger here: nothing is known of earlier attempts, directives and money of today.';
  return [...(together ? [] : [alone]), ...(composition.view === null ? [blank] : [])];
}
