import { performance } from 'node:perf_hooks';
import { Agent, type Dispatcher } from 'undici';
import type { Limits } from '../domain/limits.ts';
import type { Clock } from '../engine/ports.ts';
import { checkedLookup } from './address-check.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { readErrorBody } from './error-body.ts';
import { exchange, type HttpAnswer, type HttpCall, type HttpFailure, type Quota } from './exchange.ts';
import { Lane, type Purpose, type Refusal } from './lane.ts';
import type { Redactor } from './redactor.ts';
import { backoffMs, isPassingStatus, parseRetryAfter, RetryBudget } from './retry.ts';

/** One request, for the log; free of secrets. */
export type RequestLine = {
  readonly method: string;
  /** Path and query without the token. */
  readonly path: string;
  readonly purpose: Purpose;
  /** Null: no answer. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why there is no answer, or why its body was not read; null when all was well. */
  readonly problem: string | null;
};

export type TransportSettings = {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly redactor: Redactor;
  readonly onRequest: ((line: RequestLine) => void) | null;
  /** What carries requests instead of connections of our own. */
  readonly dispatcher?: Dispatcher | undefined;
};

/** What came of a request: the platform's answer, none, or ours that it must not go out now. */
export type Outcome = HttpAnswer | HttpFailure | Refusal;

/** Connections, limits and retries. It knows HTTP and nothing of work orders. */
export class Transport {
  readonly #settings: TransportSettings;
  readonly #lane: Lane;
  readonly #breaker: CircuitBreaker;
  readonly #retryBudget: RetryBudget;
  readonly #readAgent: Dispatcher;
  readonly #writeAgent: Dispatcher;
  #serverTimeMs: number | null = null;
  #quota: Quota | null = null;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
    const { limits } = settings;
    this.#breaker = new CircuitBreaker(settings);
    this.#lane = new Lane({ limits, clock: settings.clock, breaker: this.#breaker });
    this.#retryBudget = new RetryBudget(limits);
    // HTTP/1.1 only: what is known of sending, cutting and keeping connections was measured with it.
    const connections = {
      connections: limits.maxConcurrentRequests,
      allowH2: false,
      connect: { timeout: limits.connectTimeoutMs, rejectUnauthorized: true, lookup: checkedLookup() },
    };
    this.#readAgent = settings.dispatcher ?? new Agent(connections);
    // Without pipelining each write opens a connection of its own: one that the server closed while it lay idle would
    // leave us not knowing whether the write arrived.
    this.#writeAgent = settings.dispatcher ?? new Agent({ ...connections, pipelining: 0 });
  }

  requestCount(): number {
    return this.#lane.requestCount();
  }

  resetBudget(): void {
    this.#lane.resetBudget();
  }

  serverTimeMs(): number | null {
    return this.#serverTimeMs;
  }

  quota(): Quota | null {
    return this.#quota;
  }

  async close(): Promise<void> {
    await Promise.all([this.#readAgent.close(), this.#writeAgent.close()]);
  }

  /** One attempt. */
  async send(purpose: Purpose, call: HttpCall): Promise<Outcome> {
    const agent = purpose === 'write' ? this.#writeAgent : this.#readAgent;
    const outcome = await this.#lane.run(purpose, async (admission) => {
      const startedAt = performance.now();
      const got = await exchange(agent, call, this.#settings.limits);
      this.#breaker.note(admission, isNoAnswer(got));
      this.#report(purpose, call, { got, durationMs: performance.now() - startedAt });
      return got;
    });
    if (outcome.kind === 'answer') this.#heed(outcome);
    return outcome;
  }

  /**
   * For reads and logins, which change nothing. `makeCall` is asked before each attempt, so that a fresh token is used.
   * Answers with the last outcome.
   */
  async sendWithRetries(purpose: 'read' | 'login', makeCall: () => Promise<HttpCall>): Promise<Outcome> {
    const { limits, clock, random } = this.#settings;
    this.#retryBudget.save();
    let before: Outcome | null = null;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.send(purpose, await makeCall());
      // What went wrong says more than that we stopped asking because of it.
      if (outcome.kind === 'circuit_open' && before !== null) return before;
      before = outcome;
      if (attempt >= limits.maxReadAttempts || !isWorthRetrying(outcome) || !this.#retryBudget.take()) return outcome;
      await clock.sleep(backoffMs(attempt, limits, random));
    }
  }

  #heed(answer: HttpAnswer): void {
    if (answer.dateMs !== null) this.#serverTimeMs = answer.dateMs;
    if (answer.quota !== null) this.#quota = answer.quota;
    if (answer.status !== 429 && answer.status !== 503) return;
    const now = answer.dateMs ?? this.#settings.clock.nowMs();
    const asked = parseRetryAfter(answer.retryAfter, now) ?? readErrorBody(answer).backoffMs;
    if (asked !== null) this.#lane.pauseFor(asked);
  }

  #report(
    purpose: Purpose,
    call: HttpCall,
    { got, durationMs }: { readonly got: HttpAnswer | HttpFailure; readonly durationMs: number },
  ): void {
    const { onRequest, redactor } = this.#settings;
    if (onRequest === null) return;
    const query = new URLSearchParams(call.query).toString();
    const path = new URL(call.url).pathname + (query === '' ? '' : `?${query}`);
    const unread = got.kind === 'answer' && got.body.kind === 'unreadable' ? got.body.because : null;
    const problem = got.kind === 'failure' ? got.because : unread;
    onRequest({
      method: call.method,
      path: redactor.brief(path),
      purpose,
      status: got.kind === 'answer' ? got.status : null,
      durationMs: Math.round(durationMs),
      problem: problem === null ? null : redactor.brief(problem),
    });
  }
}

function isWorthRetrying(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'failure':
      return true;
    case 'budget':
    case 'rate_limited':
    case 'circuit_open':
      return false;
    case 'answer':
      if (outcome.status >= 200 && outcome.status < 300)
        return outcome.body.kind === 'empty' || (outcome.body.kind === 'unreadable' && outcome.body.mayPass);
      return isPassingStatus(outcome.status) && readErrorBody(outcome).action !== 'ESCALATE';
  }
}

/**
 * For the circuit breaker: nothing came, or not from the platform itself. That it is busy (429) is an answer; so is a 500
 * in its own words, which is about one resource and says nothing of the others.
 */
function isNoAnswer(got: HttpAnswer | HttpFailure): boolean {
  if (got.kind === 'failure' || got.status > 500) return true;
  if (got.status === 500) return !readErrorBody(got).isKnownShape;
  return got.body.kind === 'unreadable' && got.body.mayPass;
}
