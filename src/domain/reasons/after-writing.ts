import { NOTHING, type ReasonTable } from './reason-text.ts';

/** 6xxx. What became of a write. */
export const AFTER_WRITING = {
  'FM-6001': { title: 'confirmed', sentence: 'The platform shows it: {what}.', remedy: NOTHING },
  'FM-6002': {
    title: 'refused by the platform',
    sentence: 'The platform refused ({status}): {message}.',
    remedy: 'Read the message; the next run takes another candidate.',
  },
  'FM-6003': {
    title: 'lost race',
    sentence: 'Somebody else is assigned: provider {provider}.',
    remedy: 'Nothing to do: a person or an accepted route was faster.',
  },
  'FM-6004': {
    title: 'guard: work order no longer open',
    sentence: 'Before the call the work order was {status}.',
    remedy: NOTHING,
  },
  'FM-6005': {
    title: 'guard: request gone',
    sentence: 'Before the call the request was gone, inactive or expired.',
    remedy: 'Run more often than requests expire.',
  },
  'FM-6006': {
    title: 'guard: pay changed',
    sentence: 'Before the call the pay was {now}, not {decided}.',
    remedy: 'The next run decides on the new pay.',
  },
  'FM-6007': {
    title: 'guard: a required criterion no longer holds',
    sentence: 'Before the call {criterion} no longer held for provider {provider}.',
    remedy: 'The next run decides again.',
  },
  'FM-6008': {
    title: 'guard: not allowed',
    sentence: 'Before the call the platform did not offer {action}.',
    remedy: 'Check the work order on the platform.',
  },
  'FM-6009': {
    title: 'not sent',
    sentence: 'Nothing was sent: {message}.',
    remedy: 'Check credentials, network and request budget; the next run tries again.',
  },
  'FM-6010': {
    title: 'unclear answer, not settled yet',
    sentence: 'The answer was unclear ({message}) and the platform does not show the effect yet.',
    remedy: 'Nothing to do: the next run reads again and settles it after the quiet time.',
  },
  'FM-6011': {
    title: 'accepted but not applied',
    sentence: 'The platform answered {status}, yet does not show the effect.',
    remedy: 'The next run reads again; it is sent once more after the quiet time.',
  },
  'FM-6012': {
    title: 'never sent: stopped before the call',
    sentence: 'The process stopped after recording the intent and before sending it.',
    remedy: 'Nothing to do: the run that found this decides again.',
  },
  'FM-6013': {
    title: 'absent after the quiet time, not repeated by itself',
    sentence: 'The effect is still absent after the quiet time, and such an action is never sent again by itself.',
    remedy: 'Look at the work order on the platform, and ask for it again by hand if it is still wanted.',
  },
  'FM-6020': {
    title: 'absent after the quiet time',
    sentence: 'The platform does not show it {seconds} s after it was sent: it is believed not applied.',
    remedy: 'Nothing to do: the same may be tried once more, with the same provider and under all limits.',
  },
  'FM-6014': {
    title: 'an earlier step failed',
    sentence: 'Step {step} was not confirmed, so this one was not sent.',
    remedy: 'The next run decides again.',
  },
  'FM-6015': {
    title: 'pay differs after accepting',
    sentence: 'Assigned at {now}, but decided at {decided}.',
    remedy: 'Check the contract on the platform at once.',
  },
  'FM-6016': {
    title: 'routed in part',
    sentence: '{count} of {asked} invited providers show as routed.',
    remedy: 'The others were refused by the platform; look at them there.',
  },
  'FM-6017': {
    title: 'guard: live routes',
    sentence: 'Before the call {count} route(s) were live.',
    remedy: 'The next run decides again.',
  },
  'FM-6018': {
    title: 'another action is open',
    sentence: 'Another action on this work order is not settled.',
    remedy: 'The next run decides again.',
  },
  'FM-6019': {
    title: 'the run had stopped acting',
    sentence: 'The run had stopped acting before this: {message}.',
    remedy: 'The next run decides again.',
  },
  'FM-6021': {
    title: 'guard: acting is paused',
    sentence: 'Right before the call acting was paused by {by} until {until} ({because}).',
    remedy: 'Nothing to do: it is decided again after the pause. To end it: fieldmarshal resume --because TEXT.',
  },
  'FM-6022': {
    title: 'guard: excluded by a person',
    sentence: 'Provider {provider} is excluded by {by} until {until} ({because}).',
    remedy: 'If that no longer holds: exclude expire {provider} --because TEXT.',
  },
  'FM-6023': {
    title: 'guard: pinned to another provider',
    sentence: 'The work order is pinned to provider {provider} by {by} until {until} ({because}).',
    remedy: 'If others may have it: pin expire {work_order} --because TEXT.',
  },
  'FM-6024': {
    title: 'changed meanwhile, says the platform',
    sentence: 'The platform refused ({status}) because something had changed meanwhile: {message}.',
    remedy: 'Nothing to do: the next run reads again and decides on what it finds.',
  },
  'FM-6025': {
    title: 'guard: over a pay limit',
    sentence: 'Before the call provider {provider} was over a limit of the rule file: {limit}',
    remedy: 'The next run decides on the new pay.',
  },
  'FM-6040': {
    title: 'guard: the provider has declined',
    sentence: 'Before the call the platform showed that provider {provider} had declined the work order.',
    remedy: 'Nothing to do; take the decline back on the platform if the provider is to be asked again.',
  },
  'FM-6045': {
    title: 'took effect, says a person',
    sentence: 'It could not be read any more; {by} says that it took effect: {because}.',
    remedy: 'Nothing to do: it counts as confirmed. If the platform shows something else, act by hand.',
  },
  'FM-6046': {
    title: 'did not take effect, says a person',
    sentence: 'It could not be read any more; {by} says that it did not take effect: {because}.',
    remedy: 'Nothing to do: the next run decides on the work order again.',
  },
  'FM-6047': {
    title: 'did not take effect, says a person, and is not repeated by itself',
    sentence:
      'It could not be read any more; {by} says that it did not take effect: {because}. Such an action is never sent again by itself.',
    remedy: 'Ask for it again by hand if it is still wanted.',
  },
} as const satisfies ReasonTable;
