import type { Limits } from '../domain/limits.ts';
import type { Clock } from '../engine/ports.ts';
import { type Mark, markNow, passedMs } from './time-passed.ts';

/** A pause of probes that fail one after the other is never longer than this many of the first. */
const MAX_PAUSE_FACTOR = 10;

type BreakerLimits = Pick<Limits, 'breakAfterFailures' | 'breakSharePercent' | 'breakShareOf' | 'breakPauseMs'>;

type State =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly since: Mark; readonly pauseMs: number; readonly factor: number }
  | { readonly kind: 'probing'; readonly probe: Admission; readonly factor: number };

/** One request that was let through; what came of it is told with it. */
export type Admission = { readonly startedWhile: 'closed' | 'probing' };

/**
 * Stops asking a platform that does not answer: after so many failures in a row, or when half of the last ones failed. After
 * a pause one read asks again, alone; when that goes well everybody may, else the pause doubles.
 */
export class CircuitBreaker {
  readonly #parts: { readonly limits: BreakerLimits; readonly clock: Clock; readonly random: () => number };
  #state: State = { kind: 'closed' };
  #failuresInARow = 0;
  #recent: boolean[] = [];

  constructor(parts: { readonly limits: BreakerLimits; readonly clock: Clock; readonly random: () => number }) {
    this.#parts = parts;
  }

  /** In words why not, when the request must not go out. A write never probes: whether it arrived would be unclear. */
  admit(isWrite: boolean): Admission | string {
    const state = this.#state;
    if (state.kind === 'closed') return { startedWhile: 'closed' };
    if (state.kind === 'probing') return 'one request is finding out whether the platform answers again';
    const restMs = state.pauseMs - passedMs(state.since, this.#parts.clock);
    if (restMs > 0) return `too many requests failed; it is not asked for another ${Math.ceil(restMs / 1000)} s`;
    if (isWrite) return 'too many requests failed; a read has to go well first';
    const probe: Admission = { startedWhile: 'probing' };
    this.#state = { kind: 'probing', probe, factor: state.factor };
    return probe;
  }

  note(admission: Admission, hasFailed: boolean): void {
    if (this.#state.kind === 'probing') {
      // Answers to what was sent before the pause say nothing of now.
      if (this.#state.probe !== admission) return;
      if (hasFailed) this.#open(Math.min(MAX_PAUSE_FACTOR, this.#state.factor * 2));
      else this.#close();
      return;
    }
    if (this.#state.kind === 'open') return;
    this.#failuresInARow = hasFailed ? this.#failuresInARow + 1 : 0;
    this.#recent = [...this.#recent, hasFailed].slice(-this.#parts.limits.breakShareOf);
    if (this.#isTooMuch()) this.#open(1);
  }

  #isTooMuch(): boolean {
    const { breakAfterFailures, breakSharePercent, breakShareOf } = this.#parts.limits;
    if (this.#failuresInARow >= breakAfterFailures) return true;
    const failed = this.#recent.filter(Boolean).length;
    return this.#recent.length >= breakShareOf && failed * 100 >= breakSharePercent * this.#recent.length;
  }

  /** Spread over half of the pause, so that many installations do not come back at one moment. */
  #open(factor: number): void {
    const { limits, clock, random } = this.#parts;
    const pauseMs = Math.round(limits.breakPauseMs * factor * (1 + random() / 2));
    this.#state = { kind: 'open', since: markNow(clock), pauseMs, factor };
  }

  #close(): void {
    this.#state = { kind: 'closed' };
    this.#failuresInARow = 0;
    this.#recent = [];
  }
}
