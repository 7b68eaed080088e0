import { NOTHING, type ReasonTable } from './reason-text.ts';

/** 1xxx. Something is done. */
export const ACTING = {
  'FM-1001': {
    title: 'best eligible request',
    sentence:
      'Provider {provider} has the most points of the {eligible} eligible among those who asked ({points} of {max_points}).',
    remedy: NOTHING,
  },
  'FM-1002': {
    title: 'only eligible request',
    sentence: 'Provider {provider} is the only eligible request ({points} of {max_points} points).',
    remedy: NOTHING,
  },
  'FM-1003': {
    title: 'best eligible request within the batch',
    sentence:
      'Provider {provider} is the best eligible request still free; {taken} better one(s) serve another work order of this run.',
    remedy: NOTHING,
  },
  'FM-1004': {
    title: 'counter-offer accepted',
    sentence:
      'Provider {provider} has the most points of the eligible among those who asked, and asks {cost}, within the limits for counter-offers.',
    remedy: NOTHING,
  },
  'FM-1005': {
    title: 'best eligible request by the tie-break',
    sentence:
      'Provider {provider} comes first of {eligible} eligible requests ({points} of {max_points} points); {decided_by} put it before provider {runner_up}.',
    remedy: 'Change tie_break if another order is wanted.',
  },
  'FM-1006': {
    title: 'what serves the whole batch best',
    sentence:
      'Provider {provider} ({points} of {max_points} points) of {eligible} eligible requests: provider {first} comes before it, but the run as a whole is better off so.',
    remedy:
      'explain shows what giving it the first would cost. "batch": "off" under decision leaves its work orders out of that.',
  },
  'FM-1101': {
    title: 'route the best of the bench',
    sentence:
      'No request could be assigned; provider {provider} is the best known provider not yet invited ({points} of {max_points} points).',
    remedy: NOTHING,
  },
  'FM-1102': {
    title: 'mass-route the top of the bench',
    sentence:
      'No request could be assigned; the best {count} known providers not yet invited are invited. The first to accept gets the work order.',
    remedy: NOTHING,
  },
  'FM-1103': {
    title: 'mass-route a talent pool',
    sentence:
      'No request could be assigned; {count} known provider(s) of talent pool {pool} not yet invited are invited. The first to accept gets the work order.',
    remedy: NOTHING,
  },
  'FM-1201': {
    title: 'publish the draft',
    sentence: 'The work order is a draft, and the file publishes it {after_minutes} min after it was created.',
    remedy: NOTHING,
  },
  'FM-1202': {
    title: 'take the work order off the marketplace',
    sentence: 'Nothing before could act, and the file unpublishes it {after_minutes} min after it opened.',
    remedy: 'It is a draft from then on and is not published again by itself.',
  },
  'FM-1203': {
    title: "hand over to the platform's own dispatch",
    sentence:
      'Nothing before could act, and the file hands it over {after_minutes} min after it opened: {routes} route(s) withdrawn, {requests} request(s) discarded, then the platform has {delay_seconds} s.',
    remedy: NOTHING,
  },
  'FM-1204': {
    title: 'mass-route a talent pool unscored',
    sentence:
      'No request could be assigned; the platform invites the members of talent pool {pool}, whom nobody has scored. The first to accept gets the work order.',
    remedy: NOTHING,
  },
  'FM-1301': {
    title: 'finished work approved',
    sentence: 'Each of {required} required criteria is known to match; approving releases {pay}.',
    remedy: NOTHING,
  },
  'FM-1302': {
    title: 'finished work sent back',
    sentence: 'Misses required: {criterion}. Sent back as incomplete with reason {reason_id}: {reason}',
    remedy: NOTHING,
  },
  'FM-1901': {
    title: 'by hand',
    sentence: 'Asked for by hand by {by}: {action}.',
    remedy: NOTHING,
  },
} as const satisfies ReasonTable;
