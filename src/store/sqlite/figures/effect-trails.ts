import type { EffectTrail } from '../../../domain/effect-trail.ts';
import { decisionId, type WorkOrderId } from '../../../domain/ids.ts';
import type { WriteCall } from '../../../domain/write-call.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';

type Given = {
  readonly since: number;
  readonly until: number;
  readonly rule: string | null;
  readonly client: number | null;
  readonly project: number | null;
  readonly provider: number | null;
};

type Row = {
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly seq: number;
  readonly ruleFileId: string | null;
  readonly runId: string;
  readonly decidedAtMs: number;
  readonly n: number;
  readonly call: string;
  readonly costCents: number;
  /** JSON lists, in their order. */
  readonly claims: string;
  readonly effects: string;
};

/** Oldest decision first. The range is of the last that is known of the write; a provider's: whom it names. */
export function readEffectTrails({ db }: Connection, query: LedgerQuery): readonly EffectTrail[] {
  const { sinceMs, untilMs, ruleFileId: rule, clientId: client, projectId: project, providerId: provider } = query;
  const given = { since: sinceMs ?? 0, until: untilMs ?? Number.MAX_SAFE_INTEGER, rule, client, project, provider };
  return prepared<[Given], Row>(db, TRAILS).all(given).map(toTrail);
}

function toTrail({ episode, seq, n, call, costCents, claims, effects, ...rest }: Row): EffectTrail {
  return {
    ...rest,
    decisionId: decisionId(rest.workOrderId, episode, seq),
    intent: {
      n,
      call: JSON.parse(call) as WriteCall,
      costCents,
      claimedAtMs: JSON.parse(claims) as number[],
      effects: JSON.parse(effects) as EffectTrail['intent']['effects'],
    },
  };
}

/** Those with an effect that is not confirmed, sent more than once, or still open. */
const TRAILS = `
  WITH odd (intent) AS (
    SELECT intent FROM effect WHERE kind <> 'confirmed'
    UNION SELECT intent FROM claim WHERE n > 1
    UNION SELECT intent FROM open_intent
  )
  SELECT decision.work_order_id AS workOrderId, decision.episode, decision.seq, decision.rule_file_id AS ruleFileId,
    decision.run_id AS runId, decision.decided_at_ms AS decidedAtMs, intent.n, intent.call,
    intent.cost_cents AS costCents,
    (SELECT json_group_array(at_ms ORDER BY n) FROM claim WHERE claim.intent = intent.id) AS claims,
    (
      SELECT json_group_array(json_object('n', n, 'kind', kind, 'atMs', at_ms, 'runId', run_id,
        'reason', json_object('code', reason_code, 'detail', json(reason_detail))) ORDER BY n)
      FROM effect WHERE effect.intent = intent.id
    ) AS effects,
    max(
      decision.decided_at_ms,
      coalesce((SELECT max(at_ms) FROM claim WHERE claim.intent = intent.id), 0),
      coalesce((SELECT max(at_ms) FROM effect WHERE effect.intent = intent.id), 0)
    ) AS last
  FROM odd CROSS JOIN intent ON intent.id = odd.intent CROSS JOIN decision ON decision.id = intent.decision
  WHERE last >= :since AND last < :until AND (:rule IS NULL OR decision.rule_file_id = :rule)
    AND (:provider IS NULL OR intent.call ->> '$.providerId' = :provider
      OR EXISTS (SELECT 1 FROM json_each(intent.call, '$.providerIds') WHERE value = :provider))
    AND (coalesce(:client, :project) IS NULL OR decision.work_order_id IN (
      SELECT work_order_id FROM work_order_label
      WHERE client_id IS coalesce(:client, client_id) AND project_id IS coalesce(:project, project_id)
    ))
  ORDER BY decision.id, intent.n`;
