/**
 * Every reason fieldmarshal can give, with its sentence and what to do about it. Codes are stable: they are never
 * renumbered or reused. 1xxx acts, 2xxx waits, 3xxx holds, 4xxx skips, 5xxx says why a candidate is not eligible,
 * 6xxx what became of a write, 7xxx why a run stopped.
 * `{name}` in a sentence is filled from the reason's detail; docs/reason-codes.md is generated from this table.
 */
export type ReasonCode = keyof typeof REASONS;

export type ReasonText = { readonly title: string; readonly sentence: string; readonly remedy: string };

/** What the first digit of a code says. */
export const REASON_KINDS: { readonly [digit: string]: string } = {
  1: 'acts',
  2: 'waits',
  3: 'holds for a person',
  4: 'skips',
  5: 'why a candidate is not eligible',
  6: 'what became of a write',
  7: 'why a run stopped',
};

const NOTHING = 'Nothing to do.';

export const REASONS = {
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
  'FM-4001': {
    title: 'no rule file applies',
    sentence: 'No live rule file applies to this work order.',
    remedy: 'Add a catch-all file (without applies_to), or widen applies_to.',
  },
  'FM-4002': {
    title: 'not open',
    sentence: 'The work order is {status}; there is nothing to dispatch.',
    remedy: NOTHING,
  },
  'FM-4003': {
    title: 'not finished',
    sentence: 'The work order is {status}; there is no finished work to review.',
    remedy: NOTHING,
  },
  'FM-4004': {
    title: 'no review file applies',
    sentence: 'No live review file applies to this finished work.',
    remedy: 'Approve it by hand; or add a review file without applies_to, or widen applies_to.',
  },
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
  'FM-5050': {
    title: 'not wanted here by a person',
    sentence: 'Recommended for this work order before (decision {decision}), and {by} said no: {because}.',
    remedy: 'Nothing to do; assign or route the provider by hand (see wo --help) if that no longer holds.',
  },
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
} as const satisfies { readonly [code: `FM-${number}`]: ReasonText };

/** The sentence with its placeholders filled. A detail that is missing shows as `?`. */
export function reasonSentence(code: ReasonCode, detail: { readonly [name: string]: string | number }): string {
  return fill(REASONS[code].sentence, detail);
}

export function reasonRemedy(code: ReasonCode, detail: { readonly [name: string]: string | number }): string {
  return fill(REASONS[code].remedy, detail);
}

function fill(template: string, detail: { readonly [name: string]: string | number }): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(detail[name] ?? '?'));
}
