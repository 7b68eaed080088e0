import type { ReasonTable } from './reason-text.ts';

/** 7xxx. Why a run stopped, or acts less. */
export const STOPPING_RUNS = {
  'FM-7001': {
    title: 'too many actions',
    sentence: '{actions} actions were wanted; the limit is {limit} ({scope}).',
    remedy:
      'Look at why so many became due at once. If approve list shows the run: approve run RUN lets it, once. For every run: raise max_actions_per_run.',
  },
  'FM-7002': {
    title: 'too large a share of the open work orders',
    sentence: '{actions} of {open} open work orders would be acted on ({percent} %); the limit is {limit} % ({scope}).',
    remedy:
      'Look at why so many became due at once. If approve list shows the run: approve run RUN lets it, once. For every run: raise max_share_of_open_percent.',
  },
  'FM-7003': {
    title: 'daily money spent',
    sentence: '{wanted} wanted with {spent} committed today; the limit is {limit} ({scope}).',
    remedy:
      'If approve list shows the run: approve run RUN lets it, once. For every run: raise max_daily_total_usd. Or wait for tomorrow (UTC).',
  },
  'FM-7004': {
    title: 'too many errors',
    sentence: '{errors} actions failed one after the other.',
    remedy: 'See report decisions; mend the cause before the next run.',
  },
  'FM-7005': {
    title: 'platform unavailable',
    sentence: 'The platform could not be read: {message}.',
    remedy: 'Check the address, the credentials and the platform itself.',
  },
  'FM-7006': {
    title: 'too much of the answer not understood',
    sentence: '{count} of {total} rows could not be understood.',
    remedy: 'The API may have changed; see the quarantined rows in report runs.',
  },
  'FM-7007': {
    title: 'asked to stop',
    sentence: 'The process was asked to stop while it was acting.',
    remedy: 'Nothing to mend: the next run decides again.',
  },
  'FM-7010': {
    title: 'paused while acting',
    sentence: 'Acting was paused by {by} until {until} ({because}) while the run was under way; the rest was not sent.',
    remedy: 'Nothing to mend: it is decided again after the pause. To end it: fieldmarshal resume --because TEXT.',
  },
  'FM-7011': {
    title: 'too many of our assignments undone',
    sentence: '{count} assignments of ours were undone within {minutes} min; from {limit} on nothing is sent.',
    remedy:
      'Find out who undoes them and why (report decisions) before anything is assigned again; raise FIELDMARSHAL_STOP_AFTER_UNDONE if that many are usual.',
  },
  'FM-7012': {
    title: 'acting was paused',
    sentence: 'Acting is paused by {by} until {until} ({because}); nothing is sent.',
    remedy: 'To end it: fieldmarshal resume --because TEXT, or remove the file or setting that pauses.',
  },
  'FM-7013': {
    title: 'the clock of this machine is wrong',
    sentence:
      "The clock of this machine is {seconds} s {side} the platform's; more than {limit} s, and nothing is decided or sent by it.",
    remedy:
      'Set the clock, best by NTP; the next run then goes on. See doctor, and FIELDMARSHAL_MAX_CLOCK_SKEW_MS for the limit.',
  },
  'FM-7020': {
    title: 'daily approvals spent',
    sentence: '{wanted} would be released with {spent} released today; the limit is {limit} ({scope}).',
    remedy: 'Raise max_daily_approved_usd, approve a part by hand, or wait for tomorrow (UTC).',
  },
  'FM-7030': {
    title: 'canary demoted: too many assignments undone',
    sentence:
      'The canary {rule_file} only shadows from now on: {count} of its {total} assignments were undone; the limit is {limit} %, counted as of {least} at least.',
    remedy:
      'Find out why (report decisions), mend the rule file and give it another text: it may act again then. report rules has all figures.',
  },
  'FM-7031': {
    title: 'canary demoted: too many conflicts',
    sentence:
      'The canary {rule_file} only shadows from now on: {count} of its {total} writes were refused or came too late; the limit is {limit} %, counted as of {least} at least.',
    remedy:
      'Find out why (report decisions), mend the rule file and give it another text: it may act again then. report rules has all figures.',
  },
  'FM-7032': {
    title: 'canary demoted: pays too much',
    sentence:
      'The canary {rule_file} only shadows from now on: its {total} assignments cost {cost} where the work orders offered {base}, {percent} % more; the limit is {limit} %.',
    remedy:
      'Tighten max_counter_over_base_percent or accept_counters and give the rule file another text: it may act again then. report rules has all figures.',
  },
  'FM-7033': {
    title: 'canary demoted: finds nobody',
    sentence:
      'The canary {rule_file} only shadows from now on: it found nobody eligible for {count} of its {total} work orders; the limit is {limit} %, counted as of {least} at least.',
    remedy:
      'Look which required criteria nobody meets (explain), mend the rule file and give it another text: it may act again then. report rules has all figures.',
  },
} as const satisfies ReasonTable;
