import type { Problem } from './domain/problem.ts';
import type { SettingName } from './general-settings.ts';

/** Whom to tell what needs a person, and how; null: nobody in that way. */
export type NotifySettings = {
  /** The whole address is secret: who knows it may write there. */
  readonly webhookUrl: string | null;
  readonly mail: { readonly url: string; readonly from: string; readonly to: readonly string[] } | null;
  /** What goes on is told again after this. */
  readonly repeatMs: number;
};

type Given = {
  /** Without white space at its ends; null: not given. */
  readonly text: (name: SettingName) => string | null;
  readonly place: (name: SettingName) => Pick<Problem, 'where' | 'line' | 'column'>;
};

export const DEFAULT_REPEAT_HOURS = 4;

/** What is wrong names no value: each may hold a token or a password. */
export function readNotifySettings({ text, place }: Given): {
  readonly notify: NotifySettings;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const wrong = (name: SettingName, code: string, { what, fix }: Pick<Problem, 'what' | 'fix'>) => {
    problems.push({ ...place(name), code, what, fix });
  };
  const webhookUrl = text('FIELDMARSHAL_NOTIFY_WEBHOOK');
  if (webhookUrl !== null && !isSafeUrl(webhookUrl, ['https:'], ['http:']))
    wrong('FIELDMARSHAL_NOTIFY_WEBHOOK', 'FM-C295', {
      what: 'is not an address that can be used',
      fix: 'Write the https:// address of the incoming webhook; http:// only on this machine.',
    });
  const url = text('FIELDMARSHAL_NOTIFY_SMTP');
  const to = (text('FIELDMARSHAL_NOTIFY_TO') ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const from = text('FIELDMARSHAL_NOTIFY_FROM');
  if (url !== null && !isSafeUrl(url, ['smtp:', 'smtps:'], []))
    wrong('FIELDMARSHAL_NOTIFY_SMTP', 'FM-C296', {
      what: 'is not the address of a mail server',
      fix: 'Write smtps://user:password@host:465 or smtp://host:25; special characters of a password as in a URL (%40 for @).',
    });
  for (const [name, addresses] of [
    ['FIELDMARSHAL_NOTIFY_TO', to],
    ['FIELDMARSHAL_NOTIFY_FROM', from === null ? [] : [from]],
  ] as const) {
    if (addresses.some((address) => !isAddress(address)))
      wrong(name, 'FM-C297', { what: 'is not a mail address', fix: 'Write name@host; several receivers with commas.' });
    if (addresses.length > 0 !== (url !== null))
      wrong(name, 'FM-C298', {
        what: url === null ? 'is given, and no mail server' : 'is not given, and a mail server is',
        fix: 'Mail takes all three: FIELDMARSHAL_NOTIFY_SMTP, FIELDMARSHAL_NOTIFY_FROM and FIELDMARSHAL_NOTIFY_TO.',
      });
  }
  return {
    notify: {
      webhookUrl,
      mail: url === null || from === null ? null : { url, from, to },
      repeatMs: Number(text('FIELDMARSHAL_NOTIFY_REPEAT_HOURS') ?? DEFAULT_REPEAT_HOURS) * 3_600_000,
    },
    problems,
  };
}

/** `onLoopback`: schemes that are allowed besides, where nothing leaves this machine. */
function isSafeUrl(text: string, schemes: readonly string[], onLoopback: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (hostname === '') return false;
  const isHere = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return schemes.includes(protocol) || (isHere && onLoopback.includes(protocol));
}

function isAddress(text: string): boolean {
  return /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text) && text.length <= 254;
}
