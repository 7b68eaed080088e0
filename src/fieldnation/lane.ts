import type { Limits } from '../domain/limits.ts';
import type { Clock } from '../engine/ports.ts';
import type { Admission, CircuitBreaker } from './circuit-breaker.ts';
import { type Mark, markNow, passedMs } from './time-passed.ts';

/** A write waits out a pause this long at most: what the guard read before it would be stale after a longer one. */
const MAX_PAUSE_BEFORE_WRITE_MS = 5_000;

export type Purpose = 'read' | 'write' | 'login';

/** Why a request was not let through. */
export type Refusal = { readonly kind: 'budget' | 'rate_limited' | 'circuit_open'; readonly message: string };

type LaneLimits = Pick<Limits, 'maxConcurrentRequests' | 'maxRequestsPerRun' | 'maxRetryAfterMs' | 'maxConfirmReads'>;

type Pause = { readonly since: Mark; readonly ms: number };

/** The one way out to the platform: so many at once, so many in a run, and none while the platform asked us to wait or does not answer. */
export class Lane {
  readonly #limits: LaneLimits;
  readonly #clock: Clock;
  readonly #breaker: CircuitBreaker;
  readonly #queue: (() => void)[] = [];
  #underWay = 0;
  #spent = 0;
  #total = 0;
  #pause: Pause | null = null;

  constructor(parts: { readonly limits: LaneLimits; readonly clock: Clock; readonly breaker: CircuitBreaker }) {
    this.#limits = parts.limits;
    this.#clock = parts.clock;
    this.#breaker = parts.breaker;
  }

  requestCount(): number {
    return this.#total;
  }

  resetBudget(): void {
    this.#spent = 0;
  }

  /** A Retry-After binds everybody, not only the request that was told. */
  pauseFor(ms: number): void {
    if (ms > this.#restOfPauseMs()) this.#pause = { since: markNow(this.#clock), ms };
  }

  /** By the engine's clock, but over when the time has really passed, and never more than was asked: that clock may be set back. */
  #restOfPauseMs(): number {
    if (this.#pause === null) return 0;
    const { since, ms } = this.#pause;
    if (passedMs(since, this.#clock) >= ms) return 0;
    return Math.min(ms, ms - (this.#clock.nowMs() - since.clockMs));
  }

  async run<Answer>(purpose: Purpose, work: (admission: Admission) => Promise<Answer>): Promise<Answer | Refusal> {
    await this.#enter();
    try {
      const refusal = await this.#waitForPause(purpose);
      if (refusal !== null) return refusal;
      if (this.#isBudgetSpent(purpose)) return this.#budgetRefusal(purpose);
      const admission = this.#breaker.admit(purpose === 'write');
      if (typeof admission === 'string') return { kind: 'circuit_open', message: admission };
      this.#spent += 1;
      this.#total += 1;
      return await work(admission);
    } finally {
      this.#leave();
    }
  }

  /** Never waits twice for the same end, so that a clock that stands still cannot hang it. */
  async #waitForPause(purpose: Purpose): Promise<Refusal | null> {
    for (let waitedFor: Pause | null = null; this.#pause !== waitedFor; ) {
      waitedFor = this.#pause;
      const restMs = this.#restOfPauseMs();
      const longest = purpose === 'write' ? MAX_PAUSE_BEFORE_WRITE_MS : this.#limits.maxRetryAfterMs;
      if (restMs > longest)
        return { kind: 'rate_limited', message: `the platform asked to wait another ${Math.ceil(restMs / 1000)} s` };
      if (restMs > 0) await this.#clock.sleep(restMs);
    }
    return null;
  }

  /** A write is the last thing the budget is spent on: enough must be left to read what it did. */
  #isBudgetSpent(purpose: Purpose): boolean {
    const left = this.#limits.maxRequestsPerRun - this.#spent;
    return purpose === 'write' ? left <= this.#limits.maxConfirmReads : left <= 0;
  }

  #budgetRefusal(purpose: Purpose): Refusal {
    const kept = purpose === 'write' ? `; the last ${this.#limits.maxConfirmReads} are kept for confirm reads` : '';
    return {
      kind: 'budget',
      message: `the run's budget of ${this.#limits.maxRequestsPerRun} requests is spent${kept}`,
    };
  }

  async #enter(): Promise<void> {
    if (this.#underWay < this.#limits.maxConcurrentRequests) {
      this.#underWay += 1;
      return;
    }
    // Whoever leaves hands the place over, so the count stays as it is.
    await new Promise<void>((go) => this.#queue.push(go));
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#underWay -= 1;
    else next();
  }
}
