/**
 * The events of the platform's webhooks as far as they are documented by name (Field Nation: webhooks v3, concepts/events;
 * 33 are announced, these are named). `look`: what is decided about the work order may have changed. `nothing`: it is about
 * work that somebody has already, or only about people writing to each other. There is no event for a counter-offer: it
 * comes as a request.
 */
export const EVENTS: ReadonlyMap<string, 'look' | 'nothing'> = new Map([
  ['workorder.created', 'look'],
  ['workorder.requested', 'look'],
  ['workorder.routed', 'look'],
  ['workorder.declined', 'look'],
  ['workorder.undeclined', 'look'],
  ['workorder.schedule_updated', 'look'],
  ['workorder.custom_field_value_updated', 'look'],
  ['workorder.tag_added', 'look'],
  ['workorder.tag_removed', 'look'],
  ['workorder.task_incomplete', 'look'],
  ['workorder.status.draft', 'look'],
  ['workorder.status.published', 'look'],
  ['workorder.status.routed', 'look'],
  ['workorder.status.assigned', 'look'],
  ['workorder.status.assigned_cancelled', 'look'],
  ['workorder.status.cancelled', 'look'],
  ['workorder.status.work_done', 'look'],
  ['workorder.status.approved', 'nothing'],
  ['workorder.status.at_risk', 'nothing'],
  ['workorder.status.checked_in', 'nothing'],
  ['workorder.status.checked_out', 'nothing'],
  ['workorder.status.confirmed', 'nothing'],
  ['workorder.status.delayed', 'nothing'],
  ['workorder.status.on_my_way', 'nothing'],
  ['workorder.status.paid', 'nothing'],
  ['workorder.message_posted', 'nothing'],
  ['workorder.part_updated', 'nothing'],
  ['workorder.provider_upload', 'nothing'],
  ['workorder.task_completed', 'nothing'],
]);
