import type { Refusal } from '../http/errors.ts';
import type { Fault } from './fault.ts';

type Status = Refusal['problem']['status'];

const SAYINGS: { readonly [status in Status]: Pick<Refusal, 'message'> & Pick<Refusal['problem'], 'code' | 'action'> } =
  {
    400: { message: 'Invalid request', code: 'VALIDATION_ERROR', action: 'FIX_INPUT' },
    401: {
      message: 'You must provide a valid OAuth token to make a request',
      code: 'AUTHENTICATION_REQUIRED',
      action: 'REAUTHENTICATE',
    },
    403: { message: 'You may not do this', code: 'INSUFFICIENT_PERMISSIONS', action: 'ESCALATE' },
    404: { message: 'Not found', code: 'RESOURCE_NOT_FOUND', action: 'FIX_INPUT' },
    409: { message: 'The work order has changed', code: 'RESOURCE_CONFLICT', action: 'REFRESH_STATE' },
    410: { message: 'It no longer exists or is not visible to you.', code: 'RESOURCE_NOT_FOUND', action: 'FIX_INPUT' },
    429: { message: 'Rate limit exceeded.', code: 'RATE_LIMIT_EXCEEDED', action: 'RETRY' },
    500: { message: 'Internal Server Error', code: 'INTERNAL_ERROR', action: 'ESCALATE' },
  };

/** A documented no, in the body of its kind; any other status is a 400. */
export function refusalOf(fault: Fault): Refusal {
  const status = isKnown(fault.status) ? fault.status : 400;
  const { message, code, action } = SAYINGS[status];
  // 409 is documented with problem+json only, and with both of its actions.
  if (status === 409) return { message, legacy: null, problem: { status, code, action: fault.action } };
  return { message, legacy: { status, shape: status === 403 ? 'openapi' : 'core' }, problem: { status, code, action } };
}

function isKnown(status: number | null): status is Status {
  return status !== null && Object.keys(SAYINGS).includes(String(status));
}
