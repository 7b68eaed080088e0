import type { Dispatcher } from 'undici';
import type { WorkOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Limits } from '../domain/limits.ts';
import type { Clock, DispatchTarget, WorkOrderSource } from '../engine/ports.ts';
import { AccessTokens, type Credentials } from './access-token.ts';
import { FieldNationApi } from './api.ts';
import { FieldNationCompanySource } from './company-source.ts';
import type { Quota } from './exchange.ts';
import { resolveHosts } from './hosts.ts';
import { Redactor, secretForms } from './redactor.ts';
import { FieldNationSource } from './source.ts';
import { FieldNationTarget } from './target.ts';
import { type RequestLine, Transport } from './transport.ts';

export type FieldNationSettings = Credentials & {
  /** For instance `https://api.fieldnation.com/api/rest/v2`; see `resolveHosts`. */
  readonly apiBaseUrl: string;
  readonly limits: Limits;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Called once per HTTP request, with secrets already taken out. */
  readonly onRequest?: (line: RequestLine) => void;
  /** In place of connections of its own: for simulations, whose platform is in the same process. Closed with the client. */
  readonly dispatcher?: Dispatcher;
};

export type FieldNationClient = WorkOrderSource &
  DispatchTarget & {
    /** The company of the work orders read so far; null before the first. */
    companyId(): number | null;
    /** The platform's own time by the last answer's `Date`, whole seconds; null before the first answer. */
    serverTimeMs(): number | null;
    /** What the platform last said of its own limit on requests; null while it says nothing. */
    quota(): Quota | null;
    /** A work order's own selection rule by the platform's codes, as `{selection_rule}`; null: it shows none. */
    readSelectionRule(id: WorkOrderId): Promise<JsonValue | null>;
    /** Starts a new run's budget of requests. */
    resetBudget(): void;
    /** Waits for what is under way and closes the connections. */
    close(): Promise<void>;
  };

/** A client for one environment and one API user. Nothing is sent before the first call. */
export function connectFieldNation(settings: FieldNationSettings): FieldNationClient {
  requireKnownHost(settings);
  const { limits, clock, random } = settings;
  const redactor = new Redactor();
  for (const secret of [settings.clientSecret, settings.password]) redactor.add(secret);
  const secrets = [settings.clientSecret, settings.password].flatMap(secretForms);
  const { dispatcher, onRequest = null } = settings;
  const transport = new Transport({ limits, clock, random, redactor, onRequest, dispatcher });
  const tokens = new AccessTokens({ credentials: settings, transport, redactor, clock, limits });
  const api = new FieldNationApi({ apiBaseUrl: settings.apiBaseUrl, transport, tokens, redactor, secrets });
  const source = new FieldNationSource({ api, limits, clock, requestCount: () => transport.requestCount() });
  const company = new FieldNationCompanySource({ api, limits });
  const target = new FieldNationTarget(api);
  return {
    pullList: (list) => source.pullList(list),
    readWorkOrder: (id) => source.readWorkOrder(id),
    readStatus: (id) => source.readStatus(id),
    readAssignee: (id) => source.readAssignee(id),
    pullPending: (id) => source.pullPending(id),
    readProfile: (id) => source.readProfile(id),
    readSelectionRule: (id) => source.readSelectionRule(id),
    readIncompleteReasons: (companyId) => company.readIncompleteReasons(companyId),
    pullTalentPools: () => company.pullTalentPools(),
    pullTalentPoolMembers: (poolId) => company.pullTalentPoolMembers(poolId),
    readDispatchSettings: (projectId) => company.readDispatchSettings(projectId),
    requestCount: () => source.requestCount(),
    send: (call) => target.send(call),
    companyId: () => source.companyId(),
    serverTimeMs: () => transport.serverTimeMs(),
    quota: () => transport.quota(),
    resetBudget: () => transport.resetBudget(),
    close: () => transport.close(),
  };
}

/** The configuration has been checked before; a host that slips through here would be handed the credentials. */
function requireKnownHost({ apiBaseUrl, tokenUrl }: FieldNationSettings): void {
  const hosts = resolveHosts(apiBaseUrl);
  if ('code' in hosts || hosts.apiBaseUrl !== apiBaseUrl || hosts.tokenUrl !== tokenUrl)
    throw new TypeError('apiBaseUrl and tokenUrl must be what resolveHosts answers');
}
