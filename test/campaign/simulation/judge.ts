import type { ApprovedDecision } from '../../../src/domain/approval.ts';
import type { Decision, Effect } from '../../../src/domain/decision.ts';
import type { Limits } from '../../../src/domain/limits.ts';
import type { RuleFile } from '../../../src/domain/rule-file.ts';
import { boundProviders } from '../../../src/domain/write-call.ts';
import { isInCanary } from '../../../src/evaluate/select-rule-files.ts';
import { findBrokenGuard } from './broken-guard.ts';
import { findBrokenLimits } from './broken-limits.ts';
import { isTrueNow } from './is-true-now.ts';
import type { Flight, KnownIntent, SimOrder } from './nouns.ts';
import type { SimServer } from './sim-server.ts';

/** What the engine was told to keep within. */
export type Rules = { readonly file: RuleFile; readonly limits: Pick<Limits, 'maxDailyTotalCents'> };

export type Strictness = {
  /** False: two engines work at once without the acting lock, which alone keeps limits that span work orders. */
  readonly isLocked: boolean;
};

/** Watches ledger and platform from outside and writes down every promise that is broken, at the moment it breaks. */
export class Judge {
  readonly violations: string[] = [];
  readonly flights: Flight[] = [];
  /** What happened, for whoever has to understand a violation. */
  readonly story: string[] = [];
  readonly #strict: Strictness;
  readonly #rules: Rules;
  #server: SimServer | null = null;
  /** What the ledger in use knows; an old backup knows less. */
  #intents = new Map<string, KnownIntent>();
  /** A file that came back from a backup cannot remember what was spent after it was made. */
  #isForgetful = false;
  #runStartedAtMs = 0;
  /** Each for one decision. */
  #approved: ApprovedDecision[] = [];

  constructor(rules: Rules, strict: Strictness) {
    this.#rules = rules;
    this.#strict = strict;
  }

  watch(server: SimServer): void {
    this.#server = server;
  }

  broken(what: string): void {
    this.violations.push(what);
    this.tell(`BROKEN: ${what}`);
  }

  tell(what: string): void {
    const at = this.#server === null ? '' : `${new Date(this.#server.time.nowMs()).toISOString().slice(11, 23)} `;
    this.story.push(`${at}${what}`);
  }

  /** `approved`: what a person lets this run do, of a file that only recommends. */
  runStarts(id: string, approved: readonly ApprovedDecision[]): void {
    this.#approved = [...approved];
    this.#runStartedAtMs = this.#need().time.nowMs();
    this.tell(id);
  }

  /** To be handed back to `restored`. */
  backedUp(): ReadonlyMap<string, KnownIntent> {
    return new Map(this.#intents);
  }

  restored(known: ReadonlyMap<string, KnownIntent>): void {
    this.#intents = new Map(known);
    this.#isForgetful = true;
  }

  decided(decision: Decision, isByHand: boolean): void {
    if (decision.intents.length > 0 && !isByHand) this.#mayAct(decision);
    for (const { n, call, costCents } of decision.intents) {
      const intent = {
        decisionId: decision.id,
        n,
        runId: decision.runId,
        call,
        costCents,
        isByHand,
        flights: [],
        settled: null,
      };
      this.#intents.set(`${decision.id}/${n}`, intent);
      if (call.kind === 'unassign' && !isByHand) this.broken(`${decision.id} takes a work order from its provider`);
    }
  }

  #mayAct({ id, mode, workOrder, outcome, winner }: Decision): void {
    const { file } = this.#rules;
    if (mode === 'canary' && !isInCanary(file, workOrder.id)) this.broken(`${id} acts outside the share of the canary`);
    if (mode !== 'recommend') return;
    const place = this.#approved.findIndex(({ action }) => {
      return action.workOrderId === workOrder.id && action.outcome === outcome && action.winner === winner;
    });
    if (place < 0) this.broken(`${id} does what nobody has approved`);
    else this.#approved.splice(place, 1);
  }

  intentOf(decisionId: string, n: number): KnownIntent {
    const found = this.#intents.get(`${decisionId}/${n}`);
    if (found === undefined) throw new Error(`intent ${n} of ${decisionId} was never recorded`);
    return found;
  }

  /** Before the claim is written: what the guard has just read is what the server still shows. */
  claiming(intent: KnownIntent): void {
    this.tell(`claims ${labelOf(intent)} at ${intent.costCents}${intent.isByHand ? ' by hand' : ''}`);
    if (!this.#strict.isLocked) return;
    const server = this.#need();
    const guard = findBrokenGuard(server, intent);
    if (guard !== null) this.broken(`${labelOf(intent)} was claimed although ${guard}`);
    if (intent.isByHand || boundProviders(intent.call).length === 0) return;
    const known = { runStartedAtMs: this.#runStartedAtMs, isForgetful: this.#isForgetful };
    for (const limit of findBrokenLimits({ server, ...this.#rules, flights: this.flights, known }, intent))
      this.broken(`${labelOf(intent)} was claimed although ${limit}`);
  }

  /** `claimed`: what the ledger file itself says is claimed for this work order and not settled. */
  sends(flight: Flight, claims: number | null): void {
    if (claims === null) this.broken(`${labelOf(flight.intent)} was sent without a claim in the ledger`);
    else if (flight.intent.flights.length > claims)
      this.broken(`${labelOf(flight.intent)} was sent more often than claimed`);
    for (const other of this.flights) {
      const mayLand = other.pending > 0 && other.call.workOrderId === flight.call.workOrderId;
      if (mayLand && other !== flight && binds(other) && other.intent.settled?.kind !== 'confirmed')
        this.broken(`${labelOf(flight.intent)} was sent while ${labelOf(other.intent)} may still land`);
    }
  }

  settled(effect: Effect): void {
    const intent = this.intentOf(effect.decisionId, effect.intentN);
    intent.settled = { kind: effect.kind, code: effect.reason.code, atMs: effect.atMs };
    this.tell(`settles ${labelOf(intent)}: ${effect.kind} ${effect.reason.code}`);
    if (effect.kind === 'unknown') return;
    const says = `${labelOf(intent)} is ${effect.kind} (${effect.reason.code})`;
    if (effect.kind === 'confirmed') {
      if (this.#strict.isLocked && !isTrueNow(this.#need(), intent.call))
        this.broken(`${says}, which the server does not show`);
      return;
    }
    for (const { landings, pending } of intent.flights) {
      // What binds nobody can also have been undone, or have come to nothing with the work order.
      const stands = landings.filter(({ providerId, endedAtMs }) => {
        return providerId === null
          ? effect.kind === 'refused' && isTrueNow(this.#need(), intent.call)
          : endedAtMs === null;
      });
      if (stands.length > 0) this.broken(`${says}, and yet it happened`);
      if (pending > 0 && effect.kind === 'refused') this.broken(`${says}, and it may still happen`);
    }
  }

  routedByUs(order: SimOrder, providerId: number, flight: Flight | null): void {
    if (flight === null || flight.intent.isByHand) return;
    const earlier = this.#routesTo(order, providerId).filter((one) => one !== flight && !one.intent.isByHand);
    const isLive = order.routes.get(providerId)?.by === 'us';
    if (isLive && order.routes.get(providerId)?.flight !== flight)
      this.broken(`provider ${providerId} was routed to ${order.id} by us while our earlier route stood`);
    for (const one of earlier) {
      if (!this.#isForgotten(one, order, providerId))
        this.broken(
          `provider ${providerId} was routed to ${order.id} twice: ${labelOf(one.intent)}, ${labelOf(flight.intent)}`,
        );
    }
  }

  /** Not what a provider makes later of a route that stands. */
  lands(flight: Flight | null): void {
    const settled = flight?.intent.settled ?? null;
    const isOver = settled?.kind === 'refused' || settled?.kind === 'lost_race';
    if (flight !== null && isOver)
      this.broken(`${labelOf(flight.intent)} happened after it was ${settled.kind} (${settled.code})`);
  }

  assignArrives(order: SimOrder, providerId: number): void {
    const { assignment } = order;
    if (assignment?.by !== 'us' || assignment.providerId === providerId) return;
    this.broken(`${order.id} was to be assigned to ${providerId} while ${assignment.providerId} had it from us`);
  }

  /** A withdrawn route of which the platform shows nothing, where the ledger in use never heard of it or of our withdrawing it. */
  #isForgotten(route: Flight, order: SimOrder, providerId: number): boolean {
    const isWithdrawal = ({ call }: Flight) =>
      call.kind === 'unroute' && call.workOrderId === order.id && call.providerId === providerId;
    const isUnheardOf = ({ intent }: Flight) => this.#intents.get(`${intent.decisionId}/${intent.n}`) !== intent;
    return !order.declines.has(providerId) && [route, ...this.flights.filter(isWithdrawal)].some(isUnheardOf);
  }

  #routesTo(order: SimOrder, providerId: number): readonly Flight[] {
    return this.flights.filter(
      ({ call, episode, landings }) =>
        (call.kind === 'route' || call.kind === 'mass_route') &&
        call.workOrderId === order.id &&
        episode === order.episode &&
        landings.some((one) => one.providerId === providerId),
    );
  }

  #need(): SimServer {
    if (this.#server === null) throw new Error('the judge has nothing to look at');
    return this.#server;
  }
}

function binds({ call }: Flight): boolean {
  return boundProviders(call).length > 0;
}

export function labelOf({ call, decisionId, n }: KnownIntent): string {
  const whom = boundProviders(call).join('+');
  return `${call.kind} ${call.workOrderId}${whom === '' ? '' : `→${whom}`} (intent ${n} of ${decisionId})`;
}
