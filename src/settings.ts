import { DEFAULT_LIMITS, type Limits } from './domain/limits.ts';
import { GENERAL_SETTINGS, type SettingDefinition, type SettingName } from './general-settings.ts';

export type LogLevel = Extract<(typeof GENERAL_SETTINGS)[number], { name: 'FIELDMARSHAL_LOG_LEVEL' }>['values'][number];

export type LimitName = keyof Limits;

const DAY_MS = 86_400_000;

/** Lowest and highest value allowed. Outside of it the limit would be none, or nothing would work. */
export const LIMIT_RANGES: { readonly [name in LimitName]: readonly [min: number, max: number] } = {
  requestTimeoutMs: [100, 600_000],
  connectTimeoutMs: [100, 600_000],
  maxBodyBytes: [1024, 268_435_456],
  seenPagesBytes: [0, 268_435_456],
  // Field Nation documents 100 as the most.
  pageSize: [1, 100],
  maxPagesPerList: [1, 10_000],
  maxRowsPerList: [1, 1_000_000],
  maxConcurrentRequests: [1, 64],
  maxRequestsPerRun: [1, 1_000_000],
  maxReadAttempts: [1, 10],
  retryBaseDelayMs: [0, 60_000],
  retryMaxDelayMs: [0, 600_000],
  retryBudgetPercent: [0, 100],
  retryBudgetSpare: [0, 1000],
  breakAfterFailures: [1, 1000],
  breakSharePercent: [1, 100],
  breakShareOf: [1, 1000],
  breakPauseMs: [100, 3_600_000],
  tokenRefreshPauseMs: [0, 3_600_000],
  maxRetryAfterMs: [0, DAY_MS],
  profileTtlMs: [0, 365 * DAY_MS],
  maxProfileReadsPerRun: [0, 1_000_000],
  maxBenchPerWorkOrder: [0, 10_000],
  fullPullEvery: [1, 10_000],
  maxPendingAgeMs: [0, 30 * DAY_MS],
  maxActionsPerRun: [0, 100_000],
  maxShareOfOpenPercent: [0, 100],
  shareCountsFromOpen: [0, 1_000_000],
  maxDailyTotalCents: [0, 1_000_000_000_000],
  maxDailyApprovedCents: [0, 1_000_000_000_000],
  maxSentBack: [0, 100],
  stopAfterErrors: [1, 1000],
  stopAfterUndone: [1, 100_000],
  undoneWindowMs: [60_000, 30 * DAY_MS],
  maxQuarantinedPercent: [0, 100],
  quarantineCountsFrom: [0, 1_000_000],
  driftOverPercent: [1, 100],
  driftMinCompared: [1, 1_000_000],
  quietTimeMs: [0, DAY_MS],
  maxReconcilePauseMs: [0, DAY_MS],
  maxClockSkewMs: [1000, DAY_MS],
  handOverMarginMs: [0, DAY_MS],
  maxConfirmReads: [1, 100],
  confirmPauseMs: [0, 60_000],
  approvalMaxAgeMs: [60_000, 30 * DAY_MS],
  actingLockWaitMs: [0, 3_600_000],
  drainMs: [0, 3_600_000],
  webhookDebounceMs: [100, 600_000],
  webhookMaxWaitMs: [100, 3_600_000],
  maxWebhookRunsPerHour: [0, 3600],
  maxHintedWorkOrders: [1, 10_000],
  webhookWindowMs: [1000, DAY_MS],
  webhookMaxEventAgeMs: [1000, DAY_MS],
  maxWebhookBodyBytes: [1024, 16_777_216],
  webhookRequestTimeoutMs: [100, 600_000],
  maxWebhookConnections: [1, 10_000],
  maxWebhookDeliveriesKept: [10, 1_000_000],
  maxRuleFileBytes: [1024, 16_777_216],
  // The rule engine's libraries overflow the stack near a depth of 2,000.
  maxRuleFileDepth: [4, 256],
  maxRuleFileNodes: [10, 1_000_000],
  maxRuleFiles: [1, 10_000],
};

/** `maxActionsPerRun` is `FIELDMARSHAL_MAX_ACTIONS_PER_RUN`. */
export function limitSettingName(name: LimitName): SettingName {
  return `FIELDMARSHAL_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

export function limitNames(): readonly LimitName[] {
  return Object.keys(LIMIT_RANGES).filter((name): name is LimitName => name in DEFAULT_LIMITS);
}

/** Every setting there is: the general ones, then one for each limit. */
export const SETTINGS: readonly SettingDefinition[] = [...GENERAL_SETTINGS, ...limitNames().map(limitSetting)];

function limitSetting(name: LimitName): SettingDefinition {
  const [min, max] = LIMIT_RANGES[name];
  return {
    name: limitSettingName(name),
    kind: 'integer',
    group: 'limit',
    doc: `Limit ${name}.`,
    defaultText: String(DEFAULT_LIMITS[name]),
    values: [],
    min,
    max,
  };
}

/** `FIELDMARSHAL_BASE_URL` is `--base-url`; null for secrets, which every user of the machine could read on a command line. */
export function settingFlag(setting: SettingDefinition): string | null {
  if (setting.kind === 'secret') return null;
  if (setting.name === 'FIELDMARSHAL_ACTOR') return '--by';
  return `--${setting.name.replace('FIELDMARSHAL_', '').toLowerCase().replaceAll('_', '-')}`;
}

/** The README's table of general settings, in Markdown. */
export function settingsTable(): string {
  const rows = GENERAL_SETTINGS.map((setting) => {
    const flag = settingFlag(setting);
    const values = setting.values.length === 0 ? '' : ` One of ${setting.values.map((v) => `\`${v}\``).join(', ')}.`;
    return `| \`${setting.name}\` | ${flag === null ? 'none' : `\`${flag}\``} | ${setting.defaultText ?? 'none'} | ${setting.doc}${values} |`;
  });
  return ['| setting | flag | default | what it is |', '|---|---|---|---|', ...rows].join('\n');
}
