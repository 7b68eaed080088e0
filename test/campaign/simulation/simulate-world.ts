import { rmSync } from 'node:fs';
import { workOrderId } from '../../../src/domain/ids.ts';
import { hashText } from '../../../src/domain/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../src/domain/limits.ts';
import type { RuleSet } from '../../../src/domain/rule-file.ts';
import { invariantsReport } from '../../../src/report/invariants.ts';
import { aDirectoryEntry } from '../../support/builders.ts';
import { notAsRecorded, replayAll } from '../../support/replayed.ts';
import { answerQueue } from './answers.ts';
import { CRASH, EngineProcess, type ProcessSurroundings } from './engine-process.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import { drawHandCall } from './hand-calls.ts';
import { Judge } from './judge.ts';
import { openMarket, START_MS } from './market.ts';
import type { Mutant } from './mutants.ts';
import { makeRandom, type Random } from './random.ts';
import { copyLedger, type LedgerFolder } from './sim-ledger.ts';
import { carry, type NetworkCounts } from './sim-network.ts';
import { drawRuleFile, inSomeMode } from './sim-rules.ts';
import { SimServer } from './sim-server.ts';
import { simSource } from './sim-source.ts';
import { VirtualTime } from './virtual-time.ts';

export type WorldRequest = {
  readonly seed: number;
  readonly run: number;
  readonly engine: EngineUnderTest;
  readonly folder: LedgerFolder;
  readonly mutant: Mutant | null;
};

export type WorldCounts = NetworkCounts & {
  worlds: number;
  runs: number;
  crashes: number;
  restores: number;
  byHand: number;
  /** Runs about a few work orders. */
  hinted: number;
  approvals: number;
  assigned: number;
  /** Recorded decisions that were taken again. */
  replayed: number;
};

/** Everything that may go wrong is drawn from the seed and the run's number, and from nothing else. */
export async function simulateWorld(request: WorldRequest, counts: WorldCounts): Promise<readonly string[]> {
  const world = new World(request, counts, await request.folder.newLedger(`world-${request.seed}-${request.run}`));
  try {
    await world.live();
    await world.heal();
    return world.judge.violations.length === 0 ? [] : [...world.judge.violations, ...world.judge.story];
  } finally {
    world.remove();
  }
}

class World {
  readonly judge: Judge;
  readonly #request: WorldRequest;
  readonly #counts: WorldCounts;
  readonly #random: Random;
  readonly #crashes: Random;
  readonly #hints: Random;
  /** Who answers what is recommended; null: the file asks nobody. */
  readonly #people: Random | null;
  readonly #time = new VirtualTime(START_MS);
  readonly #around: ProcessSurroundings;
  readonly #ledgerPath: string;
  readonly #isLocked: boolean;
  readonly #untilMs: number;
  #trouble: number;
  #stepsToCrash = Number.POSITIVE_INFINITY;
  #processes: EngineProcess[] = [];
  #lastRun = 0;
  /** Runs that were cut short and need no end. */
  readonly #cut = new Set<string>();

  constructor(request: WorldRequest, counts: WorldCounts, ledgerPath: string) {
    const { seed, run } = request;
    this.#request = request;
    this.#counts = counts;
    this.#ledgerPath = ledgerPath;
    this.#random = makeRandom(seed, run, 'world');
    this.#crashes = makeRandom(seed, run, 'crashes');
    this.#hints = makeRandom(seed, run, 'hints');
    this.#isLocked = this.#random.chance(0.8);
    this.#trouble = this.#random.pick([0.1, 0.3, 0.5, 0.8]);
    this.#untilMs = START_MS + this.#random.between(8, 25) * 60_000;
    const file = inSomeMode(drawRuleFile(this.#random), makeRandom(seed, run, 'mode'));
    this.#people = file.mode === 'recommend' ? makeRandom(seed, run, 'people') : null;
    const limits = {
      ...DEFAULT_LIMITS,
      maxConfirmReads: this.#random.between(1, 4),
      fullPullEvery: makeRandom(seed, run, 'pulling').pick([1, 2, 5, 50]),
      maxDailyTotalCents: this.#random.pick([2_500_000, 2_500_000, 80_000]),
      ...request.mutant?.limits,
    };
    this.judge = new Judge({ file, limits }, { isLocked: this.#isLocked });
    const server = new SimServer(this.#time, {
      onRouted: (order, { provider, by, flight }) => {
        this.judge.tell(`  ${by} routed ${order.id} to ${provider}`);
        if (by === 'us') this.judge.routedByUs(order, provider, flight);
        this.judge.lands(flight);
      },
      onRouteEnded: (order, provider) => this.judge.tell(`  the route of ${order.id} to ${provider} ended`),
      onAssignArrives: (order, provider) => this.judge.assignArrives(order, provider),
      onAssigned: (order, assignment) => {
        const { by, providerId } = assignment;
        this.judge.tell(`  ${order.id} is assigned to ${providerId} by ${by}`);
        if (by === 'us') counts.assigned += 1;
        this.judge.lands(assignment.flight);
      },
      onAssignmentEnded: (order) => this.judge.tell(`  ${order.id} is assigned no more`),
    });
    this.judge.watch(server);
    openMarket(server, { random: makeRandom(seed, run, 'market'), untilMs: this.#untilMs });
    this.#around = this.#surround(server, {
      ruleSet: { files: [file], reviews: [], hash: hashText(file.hash) },
      limits,
    });
    counts.worlds += 1;
  }

  async live(): Promise<void> {
    await this.#seedDirectory();
    const backupAtRun = this.#random.chance(0.15) ? this.#random.between(1, 5) : null;
    let backup: ReturnType<Judge['backedUp']> | null = null;
    while (this.#time.nowMs() < this.#untilMs && this.judge.violations.length === 0) {
      if (backup === null && this.#lastRun === backupAtRun) backup = this.#backUp();
      await this.#tick();
      this.#time.advance(this.#random.between(15, 200) * 1_000);
    }
    if (backup !== null && this.#random.chance(0.8)) await this.#restore(backup);
  }

  /** The network is well again: within its limit nothing is open any more. */
  async heal(): Promise<void> {
    this.#trouble = 0;
    this.#stepsToCrash = Number.POSITIVE_INFINITY;
    for (let n = 0; n < 6 && this.judge.violations.length === 0; n += 1) {
      await this.#attempt((process, id) => process.run(id));
      this.#time.advance(60_000);
    }
    if (this.judge.violations.length > 0) return;
    const { store, reader } = this.#process(0).ledger;
    for (const { decisionId, intent } of await store.openIntents())
      this.judge.broken(`intent ${intent.n} of ${decisionId} is still open after five healthy minutes`);
    const chain = await reader.verifyChain();
    if (chain.kind === 'broken') this.judge.broken(`the ledger is broken at ${chain.seq}: ${chain.what}`);
    // An engine with a flaw in it decides what the one that replays does not.
    if (this.#request.mutant === null) await this.#takeAgain();
    for (const cells of await invariantsReport.load(reader, {
      sinceMs: null,
      untilMs: null,
      nowMs: this.#time.nowMs(),
    }))
      this.judge.broken(`report invariants: ${cells.join(' ')}`);
    for (const { id, end } of await reader.runs({ sinceMs: null, untilMs: null })) {
      if (end === null && !this.#cut.has(id)) this.judge.broken(`run ${id} was not cut short and has no end`);
    }
  }

  async #takeAgain(): Promise<void> {
    const replayed = await replayAll(this.#process(0).ledger.reader, [this.#around.ruleSet]);
    this.#counts.replayed += replayed.decisions;
    for (const message of notAsRecorded(replayed)) this.judge.broken(message);
  }

  remove(): void {
    this.#closeAll();
    for (const suffix of ['', '-wal', '-shm', '-backup']) rmSync(`${this.#ledgerPath}${suffix}`, { force: true });
  }

  #surround(
    server: SimServer,
    { ruleSet, limits }: { readonly ruleSet: RuleSet; readonly limits: Limits },
  ): ProcessSurroundings {
    const { seed, run, engine, mutant } = this.#request;
    const failures = () => this.#trouble;
    const reads = {
      random: makeRandom(seed, run, 'reads'),
      failures: () => this.#trouble / 40,
      Unavailable: engine.PlatformUnavailable,
      stir: () => this.#moveWorld(),
    };
    const writes = { random: makeRandom(seed, run, 'writes'), failures, counts: this.#counts };
    return {
      engine,
      server,
      judge: this.judge,
      ruleSet,
      limits,
      ledgerPath: this.#ledgerPath,
      source: simSource(server, reads),
      carry: (flight) => carry(server, flight, writes),
      onStep: this.#isLocked ? (step, when) => this.#onStep(step, when) : (step, when) => this.#interleave(step, when),
      flaw: mutant?.flaw ?? ((ports) => ports),
    };
  }

  async #tick(): Promise<void> {
    if (this.#random.chance(0.12)) {
      const call = drawHandCall(this.#around.server, this.#random);
      if (call !== null) {
        this.#counts.byHand += 1;
        await this.#attempt((process, id) => process.act(id, call));
      }
    }
    await this.#hint();
    if (this.#isLocked) await this.#attempt((process, id) => process.run(id));
    // Two at once, and no lock between them.
    else await Promise.all([0, 1].map((which) => this.#attempt((process, id) => process.run(id), which)));
    if (this.#people !== null) await this.#approve(this.#people);
  }

  /** Between two runs of the schedule, as a webhook wakes them: about a few work orders, open or not. */
  async #hint(): Promise<void> {
    const ids = [...this.#around.server.orders.values()].filter(() => this.#hints.chance(0.2)).map(({ id }) => id);
    if (ids.length === 0 || !this.#hints.chance(0.3)) return;
    this.#counts.hinted += 1;
    const hinted = ids.map(workOrderId);
    await this.#attempt((process, id) => process.run(id, null, hinted), this.#hints.between(0, 1));
    this.#time.advance(this.#hints.between(1, 30) * 1_000);
  }

  async #approve(people: Random): Promise<void> {
    const approved = await answerQueue(this.#process(0).ledger, people, this.#time.nowMs());
    if (approved.length === 0) return;
    this.#counts.approvals += approved.length;
    await this.#attempt((process, id) => process.run(id, approved));
  }

  /** `which`: of the two processes; those that honour the lock take turns. */
  async #attempt(
    work: (process: EngineProcess, id: string) => Promise<void>,
    which = this.#random.between(0, 1),
  ): Promise<void> {
    this.#lastRun += 1;
    this.#counts.runs += 1;
    const id = `run-${this.#lastRun}`;
    const isDoomed = this.#trouble > 0 && this.#isLocked && this.#crashes.chance(0.25);
    this.#stepsToCrash = isDoomed
      ? this.#crashes.between(1, this.#crashes.pick([30, 80, 160]))
      : Number.POSITIVE_INFINITY;
    try {
      await work(this.#process(which), id);
    } catch (error) {
      this.#explain(error, id);
    }
  }

  #explain(error: unknown, id: string): void {
    if (error === CRASH) {
      this.#counts.crashes += 1;
      this.judge.tell(`${id} crashed`);
      this.#cut.add(id);
      // Both stop where the machine stops.
      this.#closeAll();
      return;
    }
    const { PlatformUnavailable } = this.#request.engine;
    if (error instanceof PlatformUnavailable) {
      this.judge.tell(`${id} ended: ${error.message}`);
      return;
    }
    const isName = (name: string) => error instanceof Error && error.name === name;
    if (!this.#isLocked && isName('LedgerFailure')) {
      // Somebody else settled it first; the process ends.
      this.#cut.add(id);
      return;
    }
    if (error instanceof TypeError && error.message.startsWith('a work order that cannot be seen')) return;
    this.judge.broken(`${id} threw ${error instanceof Error ? error.stack : String(error)}`);
    this.#cut.add(id);
  }

  #process(which: number): EngineProcess {
    const known = this.#processes[which];
    if (known !== undefined && !known.isDead) return known;
    const fresh = new EngineProcess(this.#around);
    this.#processes[which] = fresh;
    return fresh;
  }

  #closeAll(): void {
    for (const process of this.#processes) process?.close();
    this.#processes = [];
  }

  #onStep(step: string, when: 'before' | 'after'): void {
    this.#stepsToCrash -= 1;
    if (this.#stepsToCrash <= 0) {
      this.#stepsToCrash = Number.POSITIVE_INFINITY;
      throw CRASH;
    }
    if (when === 'before' && MOVING.includes(step)) this.#moveWorld();
  }

  async #interleave(step: string, when: 'before' | 'after'): Promise<void> {
    const turns = this.#random.between(0, 12);
    for (let turn = 0; turn < turns; turn += 1) await null;
    if (when === 'before' && MOVING.includes(step)) this.#moveWorld();
  }

  /** Somebody else acts between two steps of ours. */
  #moveWorld(): void {
    if (this.#trouble === 0) return;
    if (this.#random.chance(0.06)) this.#time.hurry();
  }

  #backUp(): ReturnType<Judge['backedUp']> {
    this.#closeAll();
    copyLedger(this.#ledgerPath, `${this.#ledgerPath}-backup`);
    return this.judge.backedUp();
  }

  /** As docs/reliability.md asks: not before the quiet time after the last write is over. */
  async #restore(backup: ReturnType<Judge['backedUp']>): Promise<void> {
    this.#closeAll();
    this.#time.advance(DEFAULT_LIMITS.quietTimeMs);
    copyLedger(`${this.#ledgerPath}-backup`, this.#ledgerPath);
    this.judge.restored(backup);
    this.judge.tell('the backup is restored');
    this.#counts.restores += 1;
    // Runs the file knows nothing of any more are not looked for.
    for (let n = 0; n < 4 && this.judge.violations.length === 0; n += 1) {
      await this.#tick();
      this.#time.advance(this.#random.between(15, 200) * 1_000);
    }
  }

  /** Some are known from before, as the bench. */
  async #seedDirectory(): Promise<void> {
    const entries = [...this.#around.server.providers.values()].flatMap(({ id, workedWithUs }) => {
      if (this.#random.chance(0.3)) return [];
      const seenMs = START_MS - 3_600_000;
      const flags = {
        observedAtMs: seenMs,
        isW2: false,
        isMarketplace: true,
        isManaged: false,
        isRoutable: true,
        hasWorkedWithUs: workedWithUs,
      };
      return [aDirectoryEntry({ providerId: id, firstSeenMs: seenMs, lastSeenMs: seenMs, flags })];
    });
    await this.#process(0).ledger.store.saveDirectory(entries);
  }
}

/** Steps before which the world may move, besides reads; never between the guard's look and the claim, which the judges compare. */
const MOVING: readonly string[] = ['recordDecision', 'recordDecisions', 'send'];
