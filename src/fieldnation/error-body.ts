import { z } from 'zod';
import type { HttpAnswer } from './exchange.ts';

/** What a non-2xx answer says, whichever of the platform's body shapes it came in. */
export type PlatformError = {
  readonly status: number;
  /** The platform's own word or number, such as `RESOURCE_CONFLICT`; null when it gave none. */
  readonly code: string | null;
  /** In words, one line of any length; `HTTP 502` and the reason when the body said nothing we know. */
  readonly message: string;
  /** RFC 9457 bodies say what to do: FIX_INPUT, REAUTHENTICATE, ESCALATE, REFRESH_STATE, RETRY. */
  readonly action: string | null;
  readonly backoffMs: number | null;
  /** False: an error page of something in between, or a shape never seen. */
  readonly isKnownShape: boolean;
};

const text = z.string().optional().catch(undefined);
const code = z
  .union([z.string().min(1), z.number().transform(String)])
  .optional()
  .catch(undefined);

const detailItem = z.object({ detail: text, message: text, code, pointer: text, parameter: text });
const traceItem = z.object({
  args: z
    .array(z.object({ message: text }).catch({ message: undefined }))
    .catch([])
    .default([]),
});

const errorBody = z.object({
  message: text,
  code,
  title: text,
  detail: text,
  error: text,
  error_description: text,
  errors: z.array(detailItem.catch({})).optional().catch(undefined),
  trace: z
    .array(traceItem.catch({ args: [] }))
    .optional()
    .catch(undefined),
  agent: z
    .object({ action: text, backoffMs: z.number().nonnegative().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

type ErrorBody = z.infer<typeof errorBody>;

export function readErrorBody(answer: HttpAnswer): PlatformError {
  const { status, body } = answer;
  const parsed = body.kind === 'json' ? errorBody.safeParse(body.value) : null;
  const said = parsed?.success === true ? parsed.data : null;
  const message = said === null ? null : messageOf(said);
  return {
    status,
    code:
      said === null
        ? null
        : (said.code ?? said.errors?.find((item) => item.code !== undefined)?.code ?? oauthCode(said)),
    message: tidy(message ?? unexplained(answer)),
    action: said?.agent?.action ?? null,
    backoffMs: said?.agent?.backoffMs ?? null,
    isKnownShape: message !== null,
  };
}

function messageOf(said: ErrorBody): string | null {
  const items = (said.errors ?? []).flatMap((item) => {
    const words = item.detail ?? item.message;
    const place = item.pointer ?? item.parameter;
    return words === undefined ? [] : [place === undefined ? words : `${place}: ${words}`];
  });
  const traced = said.trace?.flatMap((step) => step.args).find((arg) => arg.message !== undefined)?.message;
  const head = [said.detail, said.message, said.error_description, said.title, said.error, traced].find(
    (words) => words !== undefined && words.trim() !== '',
  );
  const all = [...(head === undefined ? [] : [head]), ...items];
  return all.length === 0 ? null : all.join('; ');
}

/** OAuth bodies name their code `error` and explain it in `error_description`. */
function oauthCode(said: ErrorBody): string | null {
  return said.error_description === undefined ? null : (said.error ?? null);
}

function unexplained({ status, body }: HttpAnswer): string {
  const why = body.kind === 'unreadable' ? ` with a body that was not read: ${body.because}` : '';
  return `HTTP ${status}${why}`;
}

/** One printable line: what a server sends ends on terminals. */
function tidy(message: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
  return message.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
}

const TOKEN_WORDS =
  /expired token|token (?:has |is )?expired|invalid (?:access )?token|valid oauth token|access token/i;
const UNAUTHORIZED_WORDS = /\(401\)\s*unauthorized/i;
const ABSENCE_WORDS =
  /invalid (?:work ?order|provider|user)|not visible|no longer exists|not found|does not exist|unknown (?:work ?order|provider|user)/i;

/**
 * The token was not accepted, so nothing was done: 401, or the 400 forms of the older API. A 401 that names the work
 * order or the provider is about those.
 */
export function isTokenRefusal(error: PlatformError): boolean {
  if (TOKEN_WORDS.test(error.message)) return error.status === 400 || error.status === 401 || error.status === 403;
  if (ABSENCE_WORDS.test(error.message)) return false;
  if (error.code === 'AUTHENTICATION_REQUIRED' || error.action === 'REAUTHENTICATE') return true;
  return error.status === 401 || (error.status === 400 && UNAUTHORIZED_WORDS.test(error.message));
}

/**
 * The thing asked for does not exist or is not ours to see. The older API says so with 400, 401, 403 or 410 and words;
 * `(401) Unauthorized` is one of them when the token is known to be good.
 */
export function isAbsence(error: PlatformError): boolean {
  if (!error.isKnownShape) return false;
  if (error.status === 404 || error.status === 410) return true;
  if (error.status < 400 || error.status > 403 || TOKEN_WORDS.test(error.message)) return false;
  return ABSENCE_WORDS.test(error.message) || UNAUTHORIZED_WORDS.test(error.message);
}
