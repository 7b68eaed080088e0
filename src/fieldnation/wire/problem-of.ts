import type { z } from 'zod';

/** Path and reason of the first thing wrong, and how many more there are: `request.active: expected boolean (and 2 more)`. */
export function firstProblem(error: z.ZodError): string {
  const [first, ...others] = error.issues;
  if (first === undefined) return 'not understood';
  const path = first.path.map(String).join('.');
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${path === '' ? '' : `${path}: `}${first.message}${more}`;
}
