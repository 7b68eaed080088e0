import type { SandboxContext } from '../http/context.ts';

/** Thrown where there is no socket to cut: what a client sees as a connection that broke. */
class LostResponse extends Error {
  override readonly name = 'LostResponse';
}

export function cutConnection(context: SandboxContext): Response {
  context.env?.outgoing?.destroy();
  if (context.env?.outgoing === undefined) throw new LostResponse('the answer was lost on the way');
  return alreadySent();
}

/** Tells the server adapter that the answer has been dealt with. */
const ALREADY_SENT = 'x-hono-already-sent';

export function alreadySent(): Response {
  return new Response(null, { headers: { [ALREADY_SENT]: 'true' } });
}

/** True: the answer was lost or cut on purpose. */
export function isAlreadySent(response: Response): boolean {
  return response.headers.has(ALREADY_SENT);
}
