export type SettingName = `FIELDMARSHAL_${string}`;

/** One setting. The environment, `.env`, flags, help and the README's table all come from this list. */
export type SettingDefinition = {
  readonly name: SettingName;
  readonly kind: 'text' | 'secret' | 'path' | 'choice' | 'integer';
  /** A sentence for whoever operates it. */
  readonly doc: string;
  /** As shown in tables and help; null: there is none. */
  readonly defaultText: string | null;
  /** For `choice`. */
  readonly values: readonly string[];
  /** For `integer`. */
  readonly min: number;
  readonly max: number;
  /**
   * Which commands have it as a flag: `limit` and `platform` those that run, `ledger` and `rules` more, `general` all,
   * `daemon` the daemon and what looks after it, `person` those that write down who told us something.
   */
  readonly group: 'platform' | 'ledger' | 'rules' | 'general' | 'limit' | 'daemon' | 'person';
};

const NO_RANGE = { values: [], min: 0, max: 0 } as const;

/** Every setting but the limits, in the order of the README’s table. */
export const GENERAL_SETTINGS = [
  {
    name: 'FIELDMARSHAL_BASE_URL',
    kind: 'text',
    group: 'platform',
    doc: 'Where the Field Nation API is: `production`, `sandbox` (Field Nation’s), a host, the full address of the API, or the address that `fieldmarshal sandbox` prints.',
    defaultText: null,
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_CLIENT_ID',
    kind: 'text',
    group: 'platform',
    doc: 'Client id of the API credentials.',
    defaultText: null,
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_CLIENT_SECRET',
    kind: 'secret',
    group: 'platform',
    doc: 'Client secret of the API credentials.',
    defaultText: null,
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_USERNAME',
    kind: 'text',
    group: 'platform',
    doc: 'The API user; everything we do shows under this name in the work order’s history.',
    defaultText: null,
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_PASSWORD',
    kind: 'secret',
    group: 'platform',
    doc: 'The API user’s password.',
    defaultText: null,
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_DB',
    kind: 'path',
    group: 'ledger',
    doc: 'The ledger, a SQLite file. Made when it is not there.',
    defaultText: './fieldmarshal.db',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_RULES',
    kind: 'path',
    group: 'rules',
    doc: 'Folder of rule files.',
    defaultText: './rules if there is one, else the rule files that ship',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_ARM',
    kind: 'choice',
    group: 'platform',
    doc: 'Allows writing to production. Without it every run against production is a dry run.',
    defaultText: 'not armed',
    ...NO_RANGE,
    values: ['production'],
  },
  {
    name: 'FIELDMARSHAL_PAUSE',
    kind: 'text',
    group: 'platform',
    doc: 'Stops all acting: nothing is sent while it is set, whatever `resume` says. Its value is the reason, in words.',
    defaultText: 'not set',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_PAUSE_FILE',
    kind: 'path',
    group: 'platform',
    doc: 'While this file is there nothing is sent; its first line is the reason. Looked at before each write.',
    defaultText: 'the ledger’s path with `.pause` after it',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_ACTOR',
    kind: 'text',
    group: 'person',
    doc: 'Who you are, for what is recorded under a person’s name.',
    defaultText: 'the name of this user',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_CLOCK',
    kind: 'choice',
    group: 'platform',
    doc: '`server` takes the time from the answers’ Date header, for a sandbox whose clock is virtual; only on loopback.',
    defaultText: 'system',
    ...NO_RANGE,
    values: ['system', 'server'],
  },
  {
    name: 'FIELDMARSHAL_LOG_LEVEL',
    kind: 'choice',
    group: 'general',
    doc: 'How much is logged to stderr. `debug` also shows the stack of an unexpected error.',
    defaultText: 'warn; of the daemon info',
    ...NO_RANGE,
    values: ['debug', 'info', 'warn', 'error', 'silent'],
  },
  {
    name: 'FIELDMARSHAL_CRON',
    kind: 'text',
    group: 'daemon',
    doc: 'When the daemon makes a run, in UTC: minute, hour, day of month, month, weekday; a sixth field before them is seconds.',
    defaultText: '*/5 * * * *',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_HEALTH_PORT',
    kind: 'integer',
    group: 'daemon',
    doc: 'Port on 127.0.0.1 where the daemon answers `/healthz` and `/metrics`; 0 turns them off.',
    defaultText: '9464',
    values: [],
    min: 0,
    max: 65_535,
  },
  {
    name: 'FIELDMARSHAL_WEBHOOK_PORT',
    kind: 'integer',
    group: 'daemon',
    doc: 'Port where the daemon receives Field Nation’s webhooks, in clear text behind a proxy that speaks TLS; 0: none. See docs/webhook.md.',
    defaultText: '0',
    values: [],
    min: 0,
    max: 65_535,
  },
  {
    name: 'FIELDMARSHAL_WEBHOOK_HOST',
    kind: 'text',
    group: 'daemon',
    doc: 'The IP address it listens on.',
    defaultText: '127.0.0.1',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_WEBHOOK_SECRET',
    kind: 'secret',
    group: 'daemon',
    doc: 'The secret of the webhook; several with commas while it is changed. At least 16 characters each.',
    defaultText: null,
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_WEBHOOK_SECRET_FILE',
    kind: 'path',
    group: 'daemon',
    doc: 'File with such secrets, one in each line.',
    defaultText: null,
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_WEBHOOK_MD5',
    kind: 'choice',
    group: 'daemon',
    doc: '`allowed` also believes deliveries of the old form, signed with MD5 and without a time.',
    defaultText: 'refused',
    ...NO_RANGE,
    values: ['allowed'],
  },
  {
    name: 'FIELDMARSHAL_RETENTION_DAYS',
    kind: 'integer',
    group: 'daemon',
    doc: 'Days that the raw rows and facts of a decision are kept; the daemon erases older ones once a day, as `ledger prune` does. Verdicts, outcomes and money stay.',
    defaultText: null,
    values: [],
    min: 1,
    max: 36_500,
  },
  {
    name: 'FIELDMARSHAL_NOTIFY_WEBHOOK',
    kind: 'secret',
    group: 'platform',
    doc: 'Incoming webhook (Slack’s JSON) that is told what needs a person.',
    defaultText: 'off',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_NOTIFY_SMTP',
    kind: 'secret',
    group: 'platform',
    doc: 'Mail server for the same: `smtps://user:password@host:465`.',
    defaultText: 'off',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_NOTIFY_FROM',
    kind: 'text',
    group: 'platform',
    doc: 'Sender of these mails.',
    defaultText: 'off',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_NOTIFY_TO',
    kind: 'text',
    group: 'platform',
    doc: 'Receivers of these mails, with commas between them.',
    defaultText: 'off',
    ...NO_RANGE,
  },
  {
    name: 'FIELDMARSHAL_NOTIFY_REPEAT_HOURS',
    kind: 'integer',
    group: 'platform',
    doc: 'What goes on is told again after so many hours.',
    defaultText: '4',
    values: [],
    min: 1,
    max: 168,
  },
] as const satisfies readonly SettingDefinition[];
