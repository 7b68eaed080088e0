import { z } from 'zod';
import { wireAssignedUser } from './assignee.ts';
import { wireDate, wireMoment } from './date.ts';
import { wirePay } from './pay.ts';
import { optionalId, optionalNumber, optionalObject, optionalText, requiredId, words } from './scalars.ts';
import { wireStatus } from './status.ts';

/** Top-level keys asked of a list; without this parameter it answers near-empty stubs. */
export const WORK_ORDER_COLUMNS = [
  'id',
  'title',
  'status',
  'actions',
  'type_of_work',
  'types_of_work',
  'company',
  'client',
  'project',
  'location',
  'schedule',
  'pay',
  'bundle',
  'assignee',
  'milestones',
  'role',
  'declines',
  'publish_stats',
] as const;

const named = z.object({ id: optionalId });

const typeOfWork = z.object({ id: requiredId, name: optionalText });

export const wireCoordinates = optionalObject(z.object({ latitude: optionalNumber, longitude: optionalNumber }));

const schedule = z.object({
  service_window: optionalObject(z.object({ start: wireMoment, end: wireMoment, est_labor_hours: optionalNumber })),
  time_zone: optionalObject(z.object({ name: optionalText })),
  est_labor_hours: optionalNumber,
});

export const wireWorkOrder = z.object({
  id: requiredId,
  title: optionalText,
  status: wireStatus,
  actions: words,
  types_of_work: z.preprocess(
    (value) => value ?? [],
    z.array(typeOfWork.extend({ isPrimary: z.boolean().nullish(), is_primary: z.boolean().nullish() })),
  ),
  type_of_work: optionalObject(z.object({ id: optionalId, name: optionalText })),
  company: optionalObject(named),
  client: optionalObject(named),
  project: optionalObject(named),
  role: optionalObject(
    z.object({ company_id: optionalId, client_id: optionalId, project_id: optionalId, assigned_user_id: optionalId }),
  ),
  location: optionalObject(z.object({ mode: optionalText, coordinates: wireCoordinates })),
  schedule: optionalObject(schedule),
  pay: wirePay,
  bundle: optionalObject(named),
  assignee: optionalObject(wireAssignedUser),
  milestones: optionalObject(z.object({ created: wireDate, published: wireDate, routed: wireDate })),
});

export type WireWorkOrder = z.infer<typeof wireWorkOrder>;
