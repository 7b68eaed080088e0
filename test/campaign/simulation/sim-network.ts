import type { WriteAnswer, WriteCall } from '../../../src/domain/write-call.ts';
import type { Applied, Flight } from './nouns.ts';
import type { Random } from './random.ts';
import type { SimServer } from './sim-server.ts';

/** Below the quiet time, from the claim on: what the engine assumes of the platform holds in this world. */
const LATEST_MS = 90_000;

/** What the network and the platform did to writes. */
export type NetworkCounts = {
  writes: number;
  lostRequests: number;
  lostAnswers: number;
  lateEffects: number;
  turnedAway: number;
  ignored: number;
  halves: number;
};

export type WriteFaults = { readonly random: Random; readonly failures: () => number; readonly counts: NetworkCounts };

/** Carries one write to the server, and mostly brings the answer back. */
export function carry(server: SimServer, flight: Flight, faults: WriteFaults): WriteAnswer {
  const { random, counts } = faults;
  const { call } = flight;
  counts.writes += 1;
  server.time.advance(random.between(10, 400));
  if (!random.chance(faults.failures())) return answerOf(applyAll(server, flight), call);
  return random.pick(FAULTS)({ server, flight, faults });
}

type Carried = { readonly server: SimServer; readonly flight: Flight; readonly faults: WriteFaults };

const FAULTS: readonly [Fault, ...Fault[]] = [
  // Lost before the server.
  ({ faults }) => {
    faults.counts.lostRequests += 1;
    return unclear('reset before the request was read');
  },
  // Lost after the effect.
  (carried) => {
    carried.faults.counts.lostAnswers += 1;
    applyAll(carried.server, carried.flight);
    return waited(carried, unclear('reset before the answer'));
  },
  (carried) => {
    carried.faults.counts.lostAnswers += 1;
    applyAll(carried.server, carried.flight);
    return unclear('answered 500');
  },
  () => unclear('answered 503'),
  // Lands while, or after, we read.
  (carried) => waited(carried, late(carried, unclear('timed out'))),
  (carried) => late(carried, unclear('answered 502 in HTML')),
  (carried) => late(carried, { kind: 'answered', status: 202, jobId: null }),
  ({ faults }) => {
    faults.counts.ignored += 1;
    return { kind: 'answered', status: 200, jobId: null };
  },
  ({ faults, flight }) => {
    faults.counts.turnedAway += 1;
    return faults.random.pick([
      { kind: 'refused', status: 429, code: 'RATE_LIMITED', message: 'slow down' },
      { kind: 'refused', status: 401, code: 'TOKEN', message: 'expired' },
      { kind: 'refused', status: 400, code: null, message: `no ${flight.call.kind} today` },
      { kind: 'not_sent', message: 'connection refused' },
    ]);
  },
  half,
];

type Fault = (carried: Carried) => WriteAnswer;

function unclear(message: string): WriteAnswer {
  return { kind: 'unclear', message };
}

/** A time-out takes its time. */
function waited({ server, faults }: Carried, answer: WriteAnswer): WriteAnswer {
  server.time.advance(faults.random.between(0, faults.failures() > 0.5 ? 1_000 : 30_000));
  return answer;
}

function late({ server, flight, faults }: Carried, answer: WriteAnswer): WriteAnswer {
  faults.counts.lateEffects += 1;
  landLater(server, flight, { atMs: flight.sentAtMs + faults.random.between(500, LATEST_MS), only: null });
  return answer;
}

/** A mass-route that reaches some at once, and the others later or never; any other call is late. */
function half(carried: Carried): WriteAnswer {
  const { server, flight, faults } = carried;
  if (flight.call.kind !== 'mass_route') return late(carried, { kind: 'answered', status: 200, jobId: null });
  faults.counts.halves += 1;
  const { providerIds } = flight.call;
  const first = providerIds.slice(0, faults.random.between(0, providerIds.length - 1));
  server.apply(flight.call, 'us', { flight, only: first });
  if (faults.random.chance(0.5)) {
    const rest = providerIds.slice(first.length);
    landLater(server, flight, { atMs: flight.sentAtMs + faults.random.between(500, LATEST_MS), only: rest });
  }
  return { kind: 'answered', status: 202, jobId: 77 };
}

function landLater(
  server: SimServer,
  flight: Flight,
  when: { readonly atMs: number; readonly only: readonly number[] | null },
): void {
  flight.pending += 1;
  server.time.at(when.atMs, () => {
    flight.pending -= 1;
    server.apply(flight.call, 'us', { flight, only: when.only });
  });
}

function applyAll(server: SimServer, flight: Flight): Applied {
  return server.apply(flight.call, 'us', { flight, only: null });
}

function answerOf(applied: Applied, call: WriteCall): WriteAnswer {
  if (applied.kind === 'done') return { kind: 'answered', status: 200, jobId: call.kind === 'mass_route' ? 77 : null };
  return { kind: 'refused', status: applied.status, code: null, message: applied.message };
}
