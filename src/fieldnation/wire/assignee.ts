import { z } from 'zod';
import { optionalId, optionalObject } from './scalars.ts';

/** The assignee inside a work order. Id 0, "" or no user at all: nobody. */
export const wireAssignedUser = z.object({ user: optionalObject(z.object({ id: optionalId })) });

const KNOWN_KEYS = ['user', 'work_order_id', 'status_id', 'role', 'actions', 'correlation_id'];

/**
 * `GET /workorders/{id}/assignee`. "Nobody" decides whether a write is repeated, so an object that shows none of the
 * resource's keys is not taken for it; empty it may be.
 */
export const wireAssignee = z
  .preprocess((value) => (Array.isArray(value) && value.length === 0 ? {} : value), z.record(z.string(), z.unknown()))
  .refine((body) => Object.keys(body).length === 0 || KNOWN_KEYS.some((key) => Object.hasOwn(body, key)), {
    message: 'not an assignee',
  })
  .pipe(wireAssignedUser);
