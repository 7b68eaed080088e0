import type { Clock } from '../../../src/engine/ports.ts';

type Due = { readonly atMs: number; readonly n: number; readonly happen: () => void };

/** The one clock of a world, and what is due to happen in it. Waiting moves it on and takes no time. */
export class VirtualTime implements Clock {
  #nowMs: number;
  #n = 0;
  /** Ascending by time, then by when they were planned. */
  #due: Due[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  async sleep(ms: number): Promise<void> {
    this.advance(ms);
  }

  at(atMs: number, happen: () => void): void {
    this.#n += 1;
    const due = { atMs: Math.max(atMs, this.#nowMs), n: this.#n, happen };
    const place = this.#due.findIndex((other) => other.atMs > due.atMs);
    if (place === -1) this.#due.push(due);
    else this.#due.splice(place, 0, due);
  }

  advance(ms: number): void {
    const untilMs = this.#nowMs + Math.max(0, ms);
    for (;;) {
      const [next] = this.#due;
      if (next === undefined || next.atMs > untilMs) break;
      this.#due.shift();
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.happen();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** The next thing that is planned happens now. */
  hurry(): void {
    this.#due.shift()?.happen();
  }
}
