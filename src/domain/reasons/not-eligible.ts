import { NOTHING, type ReasonTable } from './reason-text.ts';

/** 5xxx. Why a candidate cannot be chosen. */
export const NOT_ELIGIBLE = {
  'FM-5001': {
    title: 'a required criterion is missed',
    sentence: 'Misses required: {criterion}.',
    remedy: 'Relax or weaken the criterion if it is wrong.',
  },
  'FM-5002': {
    title: 'a required criterion is unknown',
    sentence: 'Not known, and required: {criterion}.',
    remedy: 'Say in on_missing what unknown means, or supply the fact.',
  },
  'FM-5003': { title: 'request not active', sentence: 'The request is no longer active.', remedy: NOTHING },
  'FM-5004': {
    title: 'request expired',
    sentence: 'The request has expired.',
    remedy: 'Run more often than requests expire.',
  },
  'FM-5005': {
    title: 'row does not allow it',
    sentence: 'The platform does not offer {action} for this provider.',
    remedy: 'Look at the provider on the platform.',
  },
  'FM-5006': {
    title: 'counter-offer not accepted',
    sentence: 'Asks {cost} by counter-offer; the file does not accept counter-offers.',
    remedy: 'Set accept_counters to true, or answer by hand.',
  },
  'FM-5007': {
    title: 'counter-offer too high',
    sentence: 'Asks {cost}, {over_percent} % over base; the file allows {limit_percent} %.',
    remedy: 'Raise max_counter_over_base_percent, or negotiate by hand.',
  },
  'FM-5008': {
    title: 'too expensive',
    sentence: 'Would cost {cost}; the file allows {limit}.',
    remedy: 'Raise max_total_usd.',
  },
  'FM-5009': {
    title: 'excluded',
    sentence: 'Excluded: {because}.',
    remedy: 'Remove the exclusion when it no longer holds.',
  },
  'FM-5010': {
    title: 'double-booked',
    sentence: 'Already {how} work order {other} at the same time (with {buffer} min to travel).',
    remedy: 'Lower travel_buffer_minutes if the places are near each other.',
  },
  'FM-5011': {
    title: 'day is full',
    sentence: 'Already has {count} work order(s) that day; the file allows {limit}.',
    remedy: 'Raise per_day.',
  },
  'FM-5012': {
    title: 'week is full',
    sentence: 'Already has {count} work order(s) in seven days; the file allows {limit}.',
    remedy: 'Raise per_7_days.',
  },
  'FM-5013': { title: 'already routed', sentence: 'Already invited to this work order.', remedy: NOTHING },
  'FM-5014': {
    title: 'not routable',
    sentence: 'The platform says the provider cannot be routed.',
    remedy: 'Look at the provider on the platform.',
  },
  'FM-5015': {
    title: 'refused before',
    sentence: 'The platform refused this provider for this work order ({message}).',
    remedy: 'Look at the work order on the platform.',
  },
  'FM-5016': {
    title: 'cost not known',
    sentence: 'What this provider would cost is not known, so no limit on money can be shown to hold.',
    remedy: 'Set the pay of the work order on the platform; without pay it can go to W-2 employees alone.',
  },
  'FM-5017': {
    title: 'invited by us, no answer',
    sentence: 'Was invited to this work order by an earlier stage and the route is gone: declined or withdrawn.',
    remedy: NOTHING,
  },
  'FM-5018': {
    title: 'guard refused twice',
    sentence: 'Chosen twice in this episode, and refused both times by our own check right before the call ({code}).',
    remedy: 'Look at provider and work order on the platform; assign or route by hand if all is well there.',
  },
  'FM-5019': {
    title: 'an earlier write may still land',
    sentence: 'A write to {to} ({action}, decision {decision}) may still land; nothing but the same may be sent.',
    remedy: 'Look at the work order on the platform, then assign or route by hand.',
  },
  'FM-5020': {
    title: 'excluded by a person',
    sentence: 'Excluded by {by} until {until}: {because}.',
    remedy: 'End the exclusion when it no longer holds: exclude expire {provider} --because TEXT.',
  },
  'FM-5021': {
    title: 'the work order is pinned to another provider',
    sentence: 'The work order is pinned to provider {provider} by {by} until {until} ({because}).',
    remedy: 'End the pin if others may have it: pin expire {work_order} --because TEXT.',
  },
  'FM-5040': {
    title: 'has declined',
    sentence: 'Has declined this work order, says the platform.',
    remedy: 'Nothing to do; take the decline back on the platform if the provider is to be asked again.',
  },
  'FM-5041': {
    title: 'gave this work order back',
    sentence: 'Had this work order from us before, and it was open again without our un-assigning him.',
    remedy:
      'Pin the provider if he is to have it all the same, or write "again_after_give_back": "allow" in the rule file.',
  },
  'FM-5050': {
    title: 'not wanted here by a person',
    sentence: 'Recommended for this work order before (decision {decision}), and {by} said no: {because}.',
    remedy: 'Nothing to do; assign or route the provider by hand (see wo --help) if that no longer holds.',
  },
} as const satisfies ReasonTable;
