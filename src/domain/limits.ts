/**
 * Every limit's default, with its unit in its name and the reason for the figure. `config.ts` overrides them from
 * `FIELDMARSHAL_*` settings; the README's table is made from this list.
 */
export type Limits = { readonly [name in keyof typeof DEFAULT_LIMITS]: number };

export const DEFAULT_LIMITS = {
  /** One HTTP exchange, from connect to last byte; the platform's own connector waits 30 s to read. */
  requestTimeoutMs: 30_000,
  /** Until a connection stands, as a part of the whole exchange. */
  connectTimeoutMs: 10_000,
  /** Of one answer; a page of 25 providers has about 60 kB. */
  maxBodyBytes: 8 * 1024 * 1024,
  /**
   * Of pending lists that may come again byte for byte, so much is remembered as it was understood, at several times that in
   * memory: some 40 work orders with ten requests each. 0: nothing.
   */
  seenPagesBytes: 1024 * 1024,
  /** Documented maximum of `per_page` is 100. */
  pageSize: 100,
  /** A longer list is an error, since a part of it must not pass for the whole. */
  maxPagesPerList: 200,
  /** The same in rows. */
  maxRowsPerList: 20_000,
  /** Reads under way at once; the platform publishes no limit, integrations in the field use up to 20. */
  maxConcurrentRequests: 4,
  /** All HTTP requests of one run, tokens included. */
  maxRequestsPerRun: 5_000,
  /** Tries of one read, the first included; writes are tried once. */
  maxReadAttempts: 3,
  /** Before the second try of a read; doubled with each further try, and spread at random. */
  retryBaseDelayMs: 500,
  /** The longest pause between two tries. */
  retryMaxDelayMs: 8_000,
  /** Further tries of reads, as a share of all requests: when much fails, trying again makes it worse. */
  retryBudgetPercent: 10,
  /** Further tries that are there from the start, and at most saved up. */
  retryBudgetSpare: 20,
  /** Failures in a row after which the platform is left alone for `breakPauseMs`. */
  breakAfterFailures: 5,
  /** The same when this share of the last `breakShareOf` requests failed. */
  breakSharePercent: 50,
  /** Requests looked back on for the share of failures. */
  breakShareOf: 20,
  /** Until one read asks again; doubled up to tenfold while that fails. */
  breakPauseMs: 30_000,
  /** Between two logins that replace a token, whatever refuses it. */
  tokenRefreshPauseMs: 60_000,
  /** A longer Retry-After ends the run instead of waiting. */
  maxRetryAfterMs: 15 * 60_000,
  /** A profile read before is used this long. */
  profileTtlMs: 24 * 3_600_000,
  /** Profiles read in one run; the rest wait for the next. */
  maxProfileReadsPerRun: 500,
  /** Known providers considered per work order when a stage routes. */
  maxBenchPerWorkOrder: 200,
  /**
   * The list of pending providers of a work order that shows no change is read anew at the latest after so many runs: each
   * run reads the oldest fiftieth, which with the lists of work orders stays below a twentieth of reading everything. 1:
   * every list at every run.
   */
  fullPullEvery: 50,
  /** A list read longer ago than this is read anew, however seldom runs are made. */
  maxPendingAgeMs: 6 * 3_600_000,
  /** Actions in one run over all rule files: more than this and nothing is done at all. */
  maxActionsPerRun: 50,
  /**
   * Share of the open work orders one run may act on, counted from `shareCountsFromOpen` up. 100 is no limit: on the
   * first day, and after every pause, most of the open work orders are due at once; rule files set their own.
   */
  maxShareOfOpenPercent: 100,
  /** With fewer open work orders than this, no share is too large. */
  shareCountsFromOpen: 10,
  /** Money one UTC day may commit over all rule files, in cents. */
  maxDailyTotalCents: 2_500_000,
  /**
   * Money that approvals may release in one UTC day, in cents. Those by hand count, those of review files are stopped by it.
   */
  maxDailyApprovedCents: 2_500_000,
  /** Times one work order is sent back as incomplete; a person looks at what comes back after that. */
  maxSentBack: 2,
  /** Consecutive failed actions after which a run stops acting. */
  stopAfterErrors: 3,
  /** Assignments of ours undone within `undoneWindowMs`, by whomever, from which on nothing is sent: somebody sees what we do not. */
  stopAfterUndone: 10,
  /** A few cancellations a day are usual; ten in an hour are not. */
  undoneWindowMs: 3_600_000,
  /** Share of rows that may be not understood before a run is stopped, counted from `quarantineCountsFrom` such rows up. */
  maxQuarantinedPercent: 5,
  /** Fewer rows than this that are not understood never stop a run. */
  quarantineCountsFrom: 3,
  /**
   * By so many percent points the share of candidates on whom Field Nation and we differ may rise within a week against the four
   * before it, per criterion. A definition that has changed moves far more; a changed mix of work a few points.
   */
  driftOverPercent: 20,
  /** With fewer compared, in the week or in the four before it, nothing is said: one candidate would weigh 2 points and more. */
  driftMinCompared: 50,
  /** An absent effect is believed absent only after this; a stated assumption about the platform's slowest answer. */
  quietTimeMs: 120_000,
  /**
   * Of the runs of a schedule, the longest pause between two looks at a write that cannot be settled; it begins with the
   * quiet time and doubles. A run by hand looks at once.
   */
  maxReconcilePauseMs: 3_600_000,
  /** By more than this this machine's clock may not differ from the platform's: what is due or over is told by it. */
  maxClockSkewMs: 300_000,
  /**
   * After the platform's own dispatch has had its time, a work order is left to it this much longer: when exactly its
   * worker decides is not documented, and a provider given the work in the last minute shows only later.
   */
  handOverMarginMs: 15 * 60_000,
  /** Confirm reads of one write, with pauses that double from `confirmPauseMs`. */
  maxConfirmReads: 6,
  /** Before the second confirm read; doubled with each further one. */
  confirmPauseMs: 200,
  /** A tripped run or a recommendation may be approved this long; what it wanted is old news then. */
  approvalMaxAgeMs: 86_400_000,
  /** Wait for another acting process. */
  actingLockWaitMs: 30_000,
  /** The daemon's last action, from the signal on: one request and its confirm reads, before the process leaves. */
  drainMs: 60_000,
  /** After the last hint of a webhook, before a run looks: requests come in bursts. */
  webhookDebounceMs: 5_000,
  /** The same after the first hint, however many follow. */
  webhookMaxWaitMs: 30_000,
  /**
   * Runs that hints may wake in any hour; what is over it waits for the schedule. With it a flood of deliveries can make no
   * more than so many times `maxActionsPerRun` actions.
   */
  maxWebhookRunsPerHour: 30,
  /** Work orders hinted at and not looked at yet; beyond it the next run looks at all. */
  maxHintedWorkOrders: 500,
  /** By so much the time in the head of a delivery may differ from ours, either way. */
  webhookWindowMs: 300_000,
  /** The same of the time in its signed body: an event is delivered again for 21 minutes, and each try may take 30 s. */
  webhookMaxEventAgeMs: 1_800_000,
  /** One delivery; that of the old form carries a whole work order. */
  maxWebhookBodyBytes: 1024 * 1024,
  /** From the first to the last byte of a delivery. */
  webhookRequestTimeoutMs: 10_000,
  /** Connections of senders at once; more are closed. */
  maxWebhookConnections: 100,
  /** Deliveries known again when they come twice, two names each; the oldest are forgotten first. */
  maxWebhookDeliveriesKept: 20_000,
  /** A larger rule file is refused before it is read. */
  maxRuleFileBytes: 262_144,
  /** Brackets within brackets; far below where the libraries overflow the stack. */
  maxRuleFileDepth: 32,
  /** Values in one rule file; 100,000 conditions would take seconds to load. */
  maxRuleFileNodes: 20_000,
  /** Rule files in one folder. */
  maxRuleFiles: 200,
} as const;
