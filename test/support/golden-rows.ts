import { readFileSync } from 'node:fs';
import type { JsonValue } from '../../src/domain/json.ts';
import type { PendingRow } from '../../src/domain/provider.ts';
import { aRequest, aRoute, aRow } from './builders.ts';

/** What these tests use of a row of the founding documents. */
type WireRow = {
  readonly id: number;
  readonly w2: boolean;
  readonly routable: boolean;
  readonly marketplace: boolean;
  readonly managed: boolean;
  readonly worked_with: boolean;
  readonly request?: { readonly id: number; readonly counter: boolean };
  readonly route?: { readonly id: number };
  readonly selection_rule: {
    readonly is_match: boolean;
    readonly points: number;
    readonly max_points: number;
    readonly criterion: readonly {
      readonly name: string;
      readonly weight: number;
      readonly is_required: boolean;
      readonly is_match: boolean;
      readonly points: number;
      readonly status: string;
    }[];
  };
  readonly provider_scoring: { readonly is_recommended: boolean; readonly is_new_connection: boolean };
  readonly actions: readonly string[];
};

/** The one result of a founding document's body, as sent. */
export function goldenWireRow(name: 'pending-request' | 'pending-routed'): WireRow {
  const body: { results: WireRow[] } = JSON.parse(
    readFileSync(`${import.meta.dirname}/../golden/${name}.json`, 'utf8'),
  );
  const row = body.results[0];
  if (row === undefined) throw new Error(`no row in ${name}`);
  return row;
}

/** The same row as the domain has it. */
export function goldenRow(name: 'pending-request' | 'pending-routed'): PendingRow {
  const wire = goldenWireRow(name);
  const raw: JsonValue = JSON.parse(JSON.stringify(wire));
  return aRow({
    providerId: wire.id,
    kind: wire.request === undefined ? 'routed' : 'request',
    request: wire.request === undefined ? null : aRequest({ id: wire.request.id, isCounter: wire.request.counter }),
    route: wire.route === undefined ? null : aRoute({ id: wire.route.id }),
    actions: wire.actions,
    isW2: wire.w2,
    isMarketplace: wire.marketplace,
    isManaged: wire.managed,
    isRoutable: wire.routable,
    hasWorkedWithUs: wire.worked_with,
    isRecommended: wire.provider_scoring.is_recommended,
    isNewConnection: wire.provider_scoring.is_new_connection,
    providerScore: null,
    platform: {
      ruleId: null,
      isMatch: wire.selection_rule.is_match,
      points: wire.selection_rule.points,
      maxPoints: wire.selection_rule.max_points,
      verdicts: wire.selection_rule.criterion.map((verdict) => ({
        name: verdict.name,
        weight: verdict.weight,
        isRequired: verdict.is_required,
        isMatch: verdict.is_match,
        points: verdict.points,
      })),
    },
    raw,
  });
}
