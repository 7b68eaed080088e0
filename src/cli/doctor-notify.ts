import type { Config } from '../config.ts';
import { counted } from '../report/counted.ts';
import { type Check, ok } from './doctor-check.ts';

const NOTIFICATIONS = { name: 'notifications', about: 'setup' } as const;

/** Whom the runs tell; that it arrives, `notify test` shows. */
export function checkNotify({ notify }: Pick<Config, 'notify'>): Check {
  const ways = [
    ...(notify.webhookUrl === null ? [] : ['a webhook']),
    ...(notify.mail === null ? [] : [`e-mail to ${counted(notify.mail.to.length, 'address', 'addresses')}`]),
  ];
  return ok(
    NOTIFICATIONS,
    ways.length === 0
      ? 'nobody is told what needs a person: see FIELDMARSHAL_NOTIFY_WEBHOOK'
      : `${ways.join(' and ')}; notify test sends a message`,
  );
}
