import { z } from 'zod';
import { requiredId } from './scalars.ts';

const massRouteReply = z.object({ job_id: requiredId });

/** The number of the queued job; null when the answer names none. No endpoint is known that reads a job. */
export function jobIdOf(body: unknown): number | null {
  const parsed = massRouteReply.safeParse(body);
  return parsed.success ? parsed.data.job_id : null;
}
