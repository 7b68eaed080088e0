import type { ApprovedDecision } from '../../../src/domain/approval.ts';
import type { Decision, Effect } from '../../../src/domain/decision.ts';
import type { WorkOrderId } from '../../../src/domain/ids.ts';
import { toCanonicalJson } from '../../../src/domain/json.ts';
import type { Limits } from '../../../src/domain/limits.ts';
import type { RuleSet } from '../../../src/domain/rule-file.ts';
import type { WriteAnswer, WriteCall } from '../../../src/domain/write-call.ts';
import type { DecisionStore, DispatchTarget, WorkOrderSource } from '../../../src/engine/ports.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import type { Judge } from './judge.ts';
import type { Flight, KnownIntent } from './nouns.ts';
import { claimsOf, type OpenLedger, openSimLedger } from './sim-ledger.ts';
import type { SimServer } from './sim-server.ts';

/** Kills the simulated process; nothing in the engine may catch it. */
export const CRASH = Symbol('crash');

/** Called before and after every call through a port. Throws `CRASH`, lets another process go first, moves the world. */
export type StepHook = (step: string, when: 'before' | 'after') => void | Promise<void>;

export type ProcessSurroundings = {
  readonly engine: EngineUnderTest;
  readonly server: SimServer;
  readonly judge: Judge;
  readonly ruleSet: RuleSet;
  readonly limits: Limits;
  readonly ledgerPath: string;
  readonly source: WorkOrderSource;
  readonly carry: (flight: Flight) => WriteAnswer;
  readonly onStep: StepHook;
  /** Builds a flaw into the ports; leaves them as they are without. */
  readonly flaw: (ports: Ports) => Ports;
};

export type Ports = {
  readonly store: DecisionStore;
  readonly target: DispatchTarget;
  readonly source: WorkOrderSource;
};

/** One process of ours: the real engine on the real ledger, from start to crash. */
export class EngineProcess {
  readonly #around: ProcessSurroundings;
  readonly #ledger: OpenLedger;
  readonly #ports: Ports;
  /** The last claim of each work order, which is what is sent next. */
  readonly #claimed = new Map<number, KnownIntent>();
  #isByHand = false;
  /** Rejects when the process is killed, in whichever of its parallel calls that was. */
  readonly #death = Promise.withResolvers<never>();
  isDead = false;

  constructor(around: ProcessSurroundings) {
    this.#around = around;
    this.#death.promise.catch(() => undefined);
    this.#ledger = openSimLedger(around.ledgerPath);
    this.#ports = around.flaw({
      store: this.#hookStore(),
      target: this.#hookTarget(),
      source: this.#hook(around.source, {}),
    });
  }

  get ledger(): OpenLedger {
    return this.#ledger;
  }

  /**
   * `approved`: of a file that only recommends, what a person lets this run do; `hinted`: the work orders that a webhook
   * says are worth a look; null: any other run.
   */
  async run(
    id: string,
    approved: readonly ApprovedDecision[] | null = null,
    hinted: readonly WorkOrderId[] | null = null,
  ): Promise<void> {
    const { engine, judge } = this.#around;
    judge.runStarts(id, approved ?? []);
    const only = approved === null ? hinted : approved.map(({ action }) => action.workOrderId);
    const run = engine.runOnce(
      {
        ...this.#deps(),
        view: null,
        memory: this.#hook(this.#ledger.store.pendingMemory('0.0.0-simulation'), {}),
        ...(approved === null ? {} : { approvedDecisions: approved }),
        observer: { onDecision: () => undefined, onEffect: () => undefined, onReconciled: () => undefined },
      },
      { id, tick: id, isDryRun: false, only },
    );
    await Promise.race([run, this.#death.promise]);
  }

  async act(id: string, call: WriteCall): Promise<void> {
    this.#isByHand = true;
    try {
      await Promise.race([this.#around.engine.actByHand(this.#deps(), { runId: id, call }), this.#death.promise]);
    } finally {
      this.#isByHand = false;
    }
  }

  close(): void {
    this.isDead = true;
    this.#ledger.connection.db.close();
  }

  #deps() {
    const { limits, ruleSet, server } = this.#around;
    return {
      ...this.#ports,
      clock: server.time,
      limits,
      ruleSet,
      environment: 'loopback' as const,
      engineVersion: '0.0.0-simulation',
    };
  }

  async #step<Result>(step: string, work: () => Result | Promise<Result>): Promise<Result> {
    await this.#reach(step, 'before');
    const result = await work();
    await this.#reach(step, 'after');
    return result;
  }

  async #reach(step: string, when: 'before' | 'after'): Promise<void> {
    if (this.isDead) await never();
    try {
      await this.#around.onStep(step, when);
    } catch (error) {
      this.isDead = true;
      this.#death.reject(error);
      throw error;
    }
    if (this.isDead) await never();
  }

  #hookStore(): DecisionStore {
    const { store } = this.#ledger;
    const { judge } = this.#around;
    const watched: Partial<DecisionStore> = {
      recordDecision: async (decision: Decision) => {
        const answer = await store.recordDecision(decision);
        if (answer === 'recorded') judge.decided(decision, this.#isByHand);
        return answer;
      },
      recordDecisions: async (decisions: readonly Decision[]) => {
        const answers = await store.recordDecisions(decisions);
        for (const [n, decision] of decisions.entries())
          if (answers[n] === 'recorded') judge.decided(decision, this.#isByHand);
        return answers;
      },
      claimIntent: (id, n, atMs) => this.#claim([id, n, atMs]),
      recordEffect: async (effect: Effect) => {
        await store.recordEffect(effect);
        judge.settled(effect);
      },
    };
    return this.#hook(store, watched);
  }

  /** Every method is a step; those of `instead` take the place of the real ones. */
  #hook<Port extends object>(port: Port, instead: Partial<Port>): Port {
    return new Proxy(port, {
      get: (real, name) => {
        const member: unknown = Reflect.get(instead, name) ?? Reflect.get(real, name, real);
        if (typeof member !== 'function' || name === 'requestCount') return member;
        return (...given: readonly unknown[]) => this.#step(String(name), () => Reflect.apply(member, real, given));
      },
    });
  }

  async #claim([id, n, atMs]: Parameters<DecisionStore['claimIntent']>): Promise<'claimed' | 'blocked' | 'paused'> {
    const { judge } = this.#around;
    const answer = await this.#ledger.store.claimIntent(id, n, atMs);
    if (answer !== 'claimed') return answer;
    const intent = judge.intentOf(id, n);
    judge.claiming(intent);
    this.#claimed.set(intent.call.workOrderId, intent);
    return answer;
  }

  #hookTarget(): DispatchTarget {
    return { send: (call) => this.#step('send', () => this.#send(call)) };
  }

  #send(call: WriteCall): WriteAnswer {
    const { judge, server, carry } = this.#around;
    const text = toCanonicalJson(call);
    const claims = claimsOf(
      this.#ledger,
      call.workOrderId,
      (claimed) => JSON.stringify(claimed) === JSON.stringify(call) || toCanonicalJson(claimed as never) === text,
    );
    const intent = this.#claimed.get(call.workOrderId) ?? unknownIntent(call);
    const { episode } = server.order(call.workOrderId);
    const flight: Flight = {
      id: judge.flights.length,
      call,
      intent,
      costCents: intent.costCents,
      sentAtMs: server.time.nowMs(),
      episode,
      pending: 0,
      landings: [],
    };
    judge.flights.push(flight);
    intent.flights.push(flight);
    judge.sends(flight, claims);
    const answer = carry(flight);
    judge.tell(
      `  answer: ${'status' in answer ? answer.status : ''} ${'message' in answer ? answer.message : answer.kind}`,
    );
    return answer;
  }
}

/** What a process awaits that is no more. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function unknownIntent(call: WriteCall): KnownIntent {
  return { decisionId: '-', n: 0, runId: '-', call, costCents: 0, isByHand: false, flights: [], settled: null };
}
