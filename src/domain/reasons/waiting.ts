import type { ReasonTable } from './reason-text.ts';

/** 2xxx. Nothing is done yet. */
export const WAITING = {
  'FM-2001': {
    title: 'no stage is due yet',
    sentence: 'The work order opened {open_minutes} min ago; the first stage comes after {after_minutes} min.',
    remedy: 'Lower after_minutes of the first stage if this is too late.',
  },
  'FM-2002': {
    title: 'waiting for the next stage',
    sentence: 'No due stage can act; the next one ({next_do}) comes {after_minutes} min after opening.',
    remedy: 'See the candidates: explain {work_order}.',
  },
  'FM-2003': {
    title: 'live route',
    sentence: '{count} route(s) are live; the first invited provider to accept is assigned by the platform.',
    remedy: 'Set "withdraw_routes": true on the assign stage to assign over live routes.',
  },
  'FM-2004': {
    title: 'better used elsewhere in this run',
    sentence: 'Every eligible candidate serves another work order of this run, for instance {other}.',
    remedy:
      'Nothing to do: the next run looks again. If it stays so, more providers may be needed for these hours; a route or mass_route stage can find them.',
  },
  'FM-2005': {
    title: 'quiet hours',
    sentence: 'The rule file acts not at this hour ({because}).',
    remedy: 'Change quiet_hours if this is wrong; the work order is looked at again afterwards.',
  },
  'FM-2006': {
    title: 'assigned by us a moment ago',
    sentence: 'We assigned provider {provider} {seconds} s ago, yet the platform still lists the work order as open.',
    remedy: 'Nothing to do; if it stays so, the next run opens a new episode.',
  },
  'FM-2007': {
    title: "with the platform's own dispatch",
    sentence:
      "The work order was handed over to the platform's own dispatch {minutes} min ago; until {until_minutes} min have passed it is the platform's.",
    remedy:
      'Nothing to do: if nobody is assigned by then, the next stage goes on. Assigning by hand is possible any time.',
  },
  'FM-2010': {
    title: 'waiting for the pinned provider',
    sentence:
      'Pinned to provider {provider} by {by} until {until} ({because}), who can be neither assigned nor invited yet; nobody else is.',
    remedy:
      'Nothing to do if the provider is to ask for it; else pin expire {work_order}, or route the provider by hand.',
  },
  'FM-2301': {
    title: 'sent back a moment ago',
    sentence: 'We sent the work back {seconds} s ago, yet the platform still lists it as done.',
    remedy: 'Nothing to do; the next run looks again.',
  },
  'FM-2302': {
    title: 'approved a moment ago',
    sentence: 'We approved the work {seconds} s ago, yet the platform still lists it as not approved.',
    remedy: 'Nothing to do; the next run looks again.',
  },
} as const satisfies ReasonTable;
