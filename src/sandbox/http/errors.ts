import { draw } from '../random.ts';

/** `legacy`: what each endpoint is documented to answer; `problem`: RFC 9457; `swagger`: the model of the 2017 description. */
export type ErrorFormat = 'legacy' | 'problem' | 'swagger';

type ProblemCode =
  | 'VALIDATION_ERROR'
  | 'AUTHENTICATION_REQUIRED'
  | 'INSUFFICIENT_PERMISSIONS'
  | 'RESOURCE_NOT_FOUND'
  | 'RESOURCE_CONFLICT'
  | 'RATE_LIMIT_EXCEEDED'
  | 'INTERNAL_ERROR';

/** A documented no. It is told in the old body of its endpoint or, where the newer format is on, as problem+json. */
export type Refusal = {
  readonly message: string;
  /** `micro` {status_code, message}; `core` {message, trace, extra}; `openapi` {status, message}; null: problem+json in any format. */
  readonly legacy: { readonly status: LegacyStatus; readonly shape: 'micro' | 'core' | 'openapi' } | null;
  readonly problem: {
    readonly status: LegacyStatus;
    readonly code: ProblemCode;
    readonly action: 'FIX_INPUT' | 'REAUTHENTICATE' | 'ESCALATE' | 'REFRESH_STATE' | 'RETRY';
    /** Path of the offending member of the body, such as `/user/id`. */
    readonly pointer?: string;
  };
  readonly retryAfterSeconds?: number;
};

type LegacyStatus = 400 | 401 | 403 | 404 | 409 | 410 | 429 | 500;

export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

const NOT_FOUND = { status: 404, code: 'RESOURCE_NOT_FOUND', action: 'FIX_INPUT' } as const;

/** Documented per endpoint: mostly 400, revert 401, and 400 with the message "(401) Unauthorized" from the newer services. */
export function invalidWorkOrder(from: 'core' | 'micro' | 'revert'): ApiRefusal {
  const message = from === 'micro' ? '(401) Unauthorized' : 'Invalid Work Order ID';
  const legacy = { status: from === 'revert' ? 401 : 400, shape: from === 'micro' ? 'micro' : 'core' } as const;
  return new ApiRefusal({ message, legacy, problem: NOT_FOUND });
}

/** Route answers an invalid provider with 500, assign with 403, unassign with 400. */
export function invalidProvider(on: 'route' | 'assign' | 'unassign'): ApiRefusal {
  const byOperation = {
    route: {
      legacy: { status: 500, shape: 'core' },
      problem: { status: 500, code: 'INTERNAL_ERROR', action: 'ESCALATE' },
    },
    assign: {
      legacy: { status: 403, shape: 'openapi' },
      problem: { status: 403, code: 'INSUFFICIENT_PERMISSIONS', action: 'ESCALATE' },
    },
    unassign: {
      legacy: { status: 400, shape: 'core' },
      problem: { status: 400, code: 'VALIDATION_ERROR', action: 'FIX_INPUT', pointer: '/user/id' },
    },
  } as const;
  return new ApiRefusal({ message: 'Invalid Provider', ...byOperation[on] });
}

export function missingParameter(name: string): ApiRefusal {
  return new ApiRefusal({
    message: `Parameter "${name}" is required and was not passed in request payload`,
    legacy: { status: 400, shape: 'core' },
    problem: { status: 400, code: 'VALIDATION_ERROR', action: 'FIX_INPUT', pointer: `/${name}` },
  });
}

/** A transition the state does not allow: "Can not revert", "Can not mark incomplete". */
export function cannot(doWhat: string): ApiRefusal {
  return new ApiRefusal({
    message: `Can not ${doWhat}`,
    legacy: { status: 400, shape: 'core' },
    problem: { status: 409, code: 'RESOURCE_CONFLICT', action: 'FIX_INPUT' },
  });
}

/** Somebody else was faster. */
export function conflict(message: string): ApiRefusal {
  return new ApiRefusal({
    message,
    legacy: null,
    problem: { status: 409, code: 'RESOURCE_CONFLICT', action: 'REFRESH_STATE' },
  });
}

export function gone(what: string, id: number): ApiRefusal {
  const message = `${what} by id #${id} no longer exists or is not visible to you.`;
  return new ApiRefusal({ message, legacy: { status: 410, shape: 'core' }, problem: NOT_FOUND });
}

/** Not the caller's to see or to change. */
export function forbidden(message: string): ApiRefusal {
  return new ApiRefusal({
    message,
    legacy: { status: 403, shape: 'openapi' },
    problem: { status: 403, code: 'INSUFFICIENT_PERMISSIONS', action: 'ESCALATE' },
  });
}

/** A parameter that is there and cannot be used. */
export function invalidValue(name: string, message: string): ApiRefusal {
  return new ApiRefusal({
    message,
    legacy: { status: 400, shape: 'openapi' },
    problem: { status: 400, code: 'VALIDATION_ERROR', action: 'FIX_INPUT', pointer: `/${name}` },
  });
}

export function notFound(message: string): ApiRefusal {
  return new ApiRefusal({ message, legacy: { status: 404, shape: 'micro' }, problem: NOT_FOUND });
}

/** `status` is the form an expired or missing token takes: 400 in the older, 401 in the newer documentation. */
export function unauthenticated(message: string, status: 400 | 401): ApiRefusal {
  return new ApiRefusal({
    message,
    legacy: { status, shape: status === 400 ? 'core' : 'openapi' },
    problem: { status: 401, code: 'AUTHENTICATION_REQUIRED', action: 'REAUTHENTICATE' },
  });
}

/** Null: without saying when to come back. */
export function rateLimited(retryAfterSeconds: number | null): ApiRefusal {
  return new ApiRefusal({
    message: `Rate limit exceeded.${retryAfterSeconds === null ? '' : ` Retry after ${retryAfterSeconds} seconds.`}`,
    legacy: null,
    problem: { status: 429, code: 'RATE_LIMIT_EXCEEDED', action: 'RETRY' },
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  });
}

export function toErrorResponse(refusal: Refusal, format: ErrorFormat, nowMs: number): Response {
  const retryAfter = refusal.retryAfterSeconds;
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  if (format === 'legacy' && refusal.legacy !== null) {
    const { status, shape } = refusal.legacy;
    return Response.json(toLegacyBody(refusal.message, status, shape), { status, headers });
  }
  if (format === 'swagger' && refusal.legacy !== null) {
    const { status } = refusal.legacy;
    return Response.json(toSwaggerBody(refusal.message, status), { status, headers });
  }
  return new Response(JSON.stringify(toProblemBody(refusal, nowMs)), {
    status: refusal.problem.status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}

function toLegacyBody(message: string, status: number, shape: 'micro' | 'core' | 'openapi') {
  switch (shape) {
    case 'micro':
      return { status_code: status, message };
    case 'core':
      return { message, trace: [], extra: [] };
    case 'openapi':
      return { status, message };
  }
}

function toSwaggerBody(message: string, status: number) {
  const place = { file: '', line: 0, function: '', class: '', object: '', type: '' };
  return { code: status, message, trace: [{ ...place, args: [{ status_code: status, message }] }], fields: '' };
}

function toProblemBody(refusal: Refusal, nowMs: number) {
  const { status, code, action, pointer } = refusal.problem;
  const words = code.toLowerCase().split('_');
  const seconds = refusal.retryAfterSeconds;
  const noise = draw(nowMs, refusal.message).toString(32).slice(2);
  return {
    type: `https://developer.fieldnation.com/error-codes/${words.join('-')}`,
    title: words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(' '),
    status,
    detail: refusal.message,
    code,
    retryable: action === 'RETRY',
    correlationId: `01${nowMs.toString(32)}${noise}`.toUpperCase().padEnd(26, '0').slice(0, 26),
    agent: seconds === undefined ? { action } : { action, backoffMs: seconds * 1000, maxAttempts: 3 },
    errors: pointer === undefined ? [] : [{ detail: refusal.message, pointer }],
  };
}
