import type { ReasonTable } from './reason-text.ts';

/** 3xxx. A person must look. */
export const HOLDING = {
  'FM-3001': {
    title: 'no eligible candidate',
    sentence: 'None of {candidates} candidate(s) is eligible and no later stage is left.',
    remedy: 'See what each one misses: explain {work_order}. Relax a required criterion, or route by hand.',
  },
  'FM-3002': {
    title: 'not enough points',
    sentence:
      'The best eligible candidate has {points} points; the stage wants {min_points}, and no later stage is left.',
    remedy: 'Lower min_points, or assign by hand.',
  },
  'FM-3003': {
    title: 'too close to call',
    sentence: 'Provider {provider} leads by {margin} points; the stage wants {min_margin}, and no later stage is left.',
    remedy: 'Choose between the two by hand, or lower min_margin.',
  },
  'FM-3004': {
    title: 'the hold stage is due',
    sentence: 'The file hands the work order to a person {after_minutes} min after opening.',
    remedy: 'See the candidates: explain {work_order}, then assign or route by hand.',
  },
  'FM-3005': {
    title: 'a person must look',
    sentence: 'Provider {provider} could win, but {criterion} is unknown and the file says a person must look.',
    remedy: 'Find out, then assign by hand; or change on_missing of that criterion.',
  },
  'FM-3006': {
    title: 'bundled work order',
    sentence: 'The work order belongs to bundle {bundle}; assigning one binds the whole bundle.',
    remedy: 'Assign the bundle by hand.',
  },
  'FM-3007': {
    title: 'an earlier action is unsettled',
    sentence:
      'What became of an earlier {action} (decision {decision}) is not known yet; nothing else is done until it is.',
    remedy:
      'The next run reads again. If it can never be read, look at the work order on the platform and say: settle {decision} --as confirmed|refused --because TEXT.',
  },
  'FM-3008': {
    title: 'the two evaluators disagree',
    sentence:
      'json-rules-engine and the compiled rules disagree on {criterion} for provider {provider}; nothing is sent.',
    remedy: 'This is a bug: keep the ledger and report it with the output of explain --json.',
  },
  'FM-3009': {
    title: 'the platform does not allow it now',
    sentence: 'The work order does not offer the action {action} to our user at this moment.',
    remedy: 'Check funding, qualifications and permissions of the work order on the platform.',
  },
  'FM-3010': {
    title: 'the run was stopped by a trip-wire',
    sentence:
      'The run wanted more than a limit allows ({limit}), so nothing at all was done. Here it wanted: {wanted}.',
    remedy:
      'If approve list shows the run: approve run RUN lets it, once. Else raise the limit, or act by hand on a part.',
  },
  'FM-3011': {
    title: 'every stage has done its part',
    sentence: 'The stages that could act have acted in this episode, and nobody is assigned.',
    remedy: 'Route more providers or assign by hand. What was tried: explain {work_order}.',
  },
  'FM-3012': {
    title: 'absent twice: a person must look',
    sentence:
      'An earlier {action} (decision {decision}) was believed lost; only the same may be tried again, once, and that is not possible.',
    remedy: 'Look at the work order on the platform, then assign or route by hand.',
  },
  'FM-3013': {
    title: 'refused before: a person must look',
    sentence: 'The {action} was refused in this episode (decision {decision}) and is not tried again.',
    remedy: 'Look at the work order on the platform and do it by hand. The refusal: explain {work_order}.',
  },
  'FM-3014': {
    title: 'the talent pool cannot be read',
    sentence: 'The members of talent pool {pool} cannot be read, so nobody of it can be judged; nobody is invited.',
    remedy: 'Check the id and that our user may see the pool; or name another pool, or "top" alone, in the rule file.',
  },
  'FM-3015': {
    title: 'pending requests would be lost',
    sentence: 'Unpublishing would lose {count} pending request(s), and the stage does not say that they may be lost.',
    remedy:
      'Assign or decline them by hand (explain {work_order}), or set "discard_requests": true in the stage of the rule file.',
  },
  'FM-3016': {
    title: 'the platform dispatches this project',
    sentence:
      "The platform's own dispatch is switched on for project {project}; two dispatchers would work against each other.",
    remedy: 'Switch it off in the project on the platform, or keep the project out of the file with applies_to.',
  },
  'FM-3017': {
    title: 'not known whether the platform dispatches this project',
    sentence:
      'The dispatch settings of project {project} cannot be read, so the platform may be dispatching it by itself.',
    remedy: 'Check that our user may see the project; the next run reads again.',
  },
  'FM-3018': {
    title: 'pay outside the limits',
    sentence: 'Whoever the platform chooses works at the pay of the work order ({cost}); the file allows {limit}.',
    remedy: 'Raise max_total_usd or set the pay of the work order on the platform, or act by hand.',
  },
  'FM-3019': {
    title: 'taken back by a person',
    sentence: 'The work order was open and is a draft again, and not by us; it is not handed over by itself.',
    remedy: 'Publish it, or hand it over by hand: wo auto-dispatch {work_order}.',
  },
  'FM-3020': {
    title: 'finished work misses a criterion',
    sentence: 'Misses required: {criterion}. The review file leaves such work to a person.',
    remedy: 'Look at the work order on the platform; approve it or send it back by hand.',
  },
  'FM-3021': {
    title: 'finished work cannot be judged',
    sentence: 'Not known: {criterion}. What is unknown is neither approved nor sent back.',
    remedy: 'Look at the work order on the platform; approve it or send it back by hand.',
  },
  'FM-3022': {
    title: 'what approving releases is not known',
    sentence: 'The platform does not say what approving releases, so no limit on money can be shown to hold.',
    remedy: 'Look at the pay of the work order on the platform, and approve it by hand.',
  },
  'FM-3023': {
    title: 'sent back too often',
    sentence: 'The work was sent back {count} time(s) and still misses required: {criterion}.',
    remedy: 'Talk to the provider; approve it or send it back by hand.',
  },
  'FM-3024': {
    title: 'approved before, and taken back',
    sentence: 'We approved the work (decision {decision}), and the approval was taken back.',
    remedy: 'Find out why; approve it or send it back by hand.',
  },
  'FM-3025': {
    title: 'no such reason for incomplete work',
    sentence: 'The company has no reason {reason_id} for incomplete work, so nothing is sent. Its reasons: {valid}.',
    remedy: 'Write one of these ids as reason_id in the review file.',
  },
  'FM-3026': {
    title: 'the reasons for incomplete work cannot be read',
    sentence: 'The reasons of company {company} for incomplete work cannot be read, so nothing is sent.',
    remedy: 'Check that our user may read the company; meanwhile send the work back by hand.',
  },
  'FM-3027': {
    title: 'the two evaluators disagree on a review',
    sentence: 'json-rules-engine and the compiled rules disagree on {criterion}; nothing is sent.',
    remedy: 'This is a bug: keep the ledger and report it with the output of explain --json.',
  },
  'FM-3030': {
    title: 'acting is paused',
    sentence: 'Acting is paused by {by} until {until} ({because}); otherwise this would be done: {wanted}.',
    remedy: 'Nothing to do: it is decided again after the pause. To end it: fieldmarshal resume --because TEXT.',
  },
  'FM-3031': {
    title: 'the pinned provider is not eligible',
    sentence:
      'Pinned to provider {provider} by {by} ({because}), who is not eligible ({codes}); nobody else is looked at.',
    remedy: 'See why: explain {work_order}. Then pin expire {work_order}, or do it by hand.',
  },
  'FM-3032': {
    title: 'not as it was approved',
    sentence: 'Of run {run} this was approved: {approved}. Now it would be: {now}. So nothing is done.',
    remedy: 'The next run decides it with everything else.',
  },
  'FM-3040': {
    title: 'not as it was recommended',
    sentence: 'Of recommendation {decision} this was approved: {approved}. Now it would be: {now}. So nothing is done.',
    remedy: 'The next run recommends what is right by then; see approve list.',
  },
  'FM-3041': {
    title: 'a person said no',
    sentence: '{by} said no to {action} (decision {decision}): {because}. What is done instead is for a person to say.',
    remedy:
      'Act by hand, see wo --help. It holds for every rule file until the work order opens anew, or finished work is done again.',
  },
} as const satisfies ReasonTable;
