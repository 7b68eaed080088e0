import type { ProviderId } from '../domain/ids.ts';
import { assignmentsOf, type OurAssignment, type SentWork } from '../domain/sent-work.ts';
import type { LedgerQuery, SlatePlace } from '../engine/figures.ts';
import { giniPerMille, herfindahl, topPerMille } from './concentration.ts';
import { assignmentsIn } from './provider-share.ts';

export type FairnessScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'rule'; readonly ruleFileId: string | null }
  | { readonly kind: 'client'; readonly clientId: number };

/** Who gets the work, within one scope. Shares are null where nothing was assigned. */
export type Fairness = {
  readonly scope: FairnessScope;
  readonly assignments: number;
  /** Different providers among them. */
  readonly providers: number;
  readonly topTenPerMille: number | null;
  /** Both among those who were assigned anything. */
  readonly giniPerMille: number | null;
  readonly herfindahl: number | null;
  /** Assignments to somebody whom we had never assigned before in this ledger, for whomever. */
  readonly firstTimers: number;
  readonly firstTimerPerMille: number | null;
  /** Of the assignments, those to somebody who had worked for the same client before. */
  readonly repeatPerMille: number | null;
  /** On a slate of the scope, and never assigned in it. */
  readonly neverAssigned: number;
};

type Told = { readonly assignment: OurAssignment; readonly isFirst: boolean; readonly isRepeat: boolean };

/** All of it, then by rule file, by hand, and by client. What happened before the range still makes nobody a first-timer. */
export function measureFairness(
  works: readonly SentWork[],
  places: readonly SlatePlace[],
  { everything, asked }: { readonly everything: readonly SentWork[]; readonly asked: LedgerQuery },
): readonly Fairness[] {
  const history = tellHistory(everything);
  const told = assignmentsIn(works, asked).flatMap((one) => history.get(keyOf(one)) ?? []);
  const files = distinct([...told.map(({ assignment }) => assignment.intent.ruleFileId), ...places.map(fileOf)]);
  const clients = distinct([...told.map(({ assignment }) => assignment.work.clientId), ...places.map(clientOf)]);
  const scopes: readonly FairnessScope[] = [
    { kind: 'all' },
    ...files.sort(byText).map((ruleFileId): FairnessScope => ({ kind: 'rule', ruleFileId })),
    ...clients
      .flatMap((clientId) => clientId ?? [])
      .sort((a, b) => a - b)
      .map((clientId): FairnessScope => ({ kind: 'client', clientId })),
  ];
  return scopes.map((scope) => {
    return measureScope(
      scope,
      told.filter(({ assignment: { intent, work } }) => isIn(scope, intent.ruleFileId, work.clientId)),
      places.filter(({ ruleFileId, clientId }) => isIn(scope, ruleFileId, clientId)),
    );
  });
}

function measureScope(scope: FairnessScope, told: readonly Told[], places: readonly SlatePlace[]): Fairness {
  const byProvider = Map.groupBy(told, ({ assignment }) => assignment.providerId);
  const shares = [...byProvider.values()].map((own) => own.length);
  const seen = new Set(places.map(({ providerId }) => providerId));
  const firstTimers = told.filter(({ isFirst }) => isFirst).length;
  return {
    scope,
    assignments: told.length,
    providers: byProvider.size,
    topTenPerMille: topPerMille(shares, 10),
    giniPerMille: giniPerMille(shares),
    herfindahl: herfindahl(shares),
    firstTimers,
    firstTimerPerMille: perMille(firstTimers, told.length),
    repeatPerMille: perMille(told.filter(({ isRepeat }) => isRepeat).length, told.length),
    neverAssigned: [...seen].filter((provider) => !byProvider.has(provider)).length,
  };
}

/** Every assignment there ever was, with what was known of its provider by then. */
function tellHistory(works: readonly SentWork[]): ReadonlyMap<string, Told> {
  const everybody = new Set<ProviderId>();
  const byClient = new Set<string>();
  const inTime = works.flatMap(assignmentsOf).sort((a, b) => a.atMs - b.atMs);
  return new Map(
    inTime.map((assignment) => {
      const { providerId, work } = assignment;
      const withClient = `${work.clientId} ${providerId}`;
      const told = { assignment, isFirst: !everybody.has(providerId), isRepeat: byClient.has(withClient) };
      everybody.add(providerId);
      if (work.clientId !== null) byClient.add(withClient);
      return [keyOf(assignment), told] as const;
    }),
  );
}

function keyOf({ work, episode, providerId }: OurAssignment): string {
  return `${work.workOrderId} ${episode} ${providerId}`;
}

function isIn(scope: FairnessScope, ruleFileId: string | null, clientId: number | null): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'rule':
      return scope.ruleFileId === ruleFileId;
    case 'client':
      return scope.clientId === clientId;
  }
}

function fileOf({ ruleFileId }: SlatePlace): string | null {
  return ruleFileId;
}

function clientOf({ clientId }: SlatePlace): number | null {
  return clientId;
}

function distinct<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}

/** Null last: by hand. */
function byText(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : 1;
}

function perMille(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part * 1000) / whole);
}
