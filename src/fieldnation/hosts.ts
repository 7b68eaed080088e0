import type { Problem } from '../domain/problem.ts';
import type { Environment } from '../domain/run.ts';

const SETTING = 'FIELDMARSHAL_BASE_URL';
const SANDBOX_HOST = 'api-sandbox.fndev.net';
const PRODUCTION_HOST = 'api.fieldnation.com';
const API_PATH = '/api/rest/v2';
const TOKEN_PATH = '/authentication/api/oauth/token';
const FIX =
  `Write sandbox, production, https://${SANDBOX_HOST}, https://${PRODUCTION_HOST}, ` +
  `or http://127.0.0.1:PORT for a sandbox on this machine.`;

/** Where one environment's API and token endpoint are. Both always lie on the same host. */
export type Hosts = {
  readonly environment: Environment;
  /** Without a slash at the end. */
  readonly apiBaseUrl: string;
  readonly tokenUrl: string;
};

/**
 * Reads a host or a full API base. Only the platform's two hosts over https and this machine's loopback are let
 * through: the token travels in the query string, so a wrong host would be given the keys.
 */
export function resolveHosts(text: string): Hosts | Problem {
  const written = text.trim();
  if (written === 'sandbox') return hostsAt('sandbox', `https://${SANDBOX_HOST}`);
  if (written === 'production') return hostsAt('production', `https://${PRODUCTION_HOST}`);
  if (written === '') return problem('FM-C120', 'is empty');
  if (written.includes('@'))
    return problem(
      'FM-C121',
      'carries a user name or password in the address',
      `Leave out everything before @. ${FIX}`,
    );
  const parts = /^(?:([a-z]+):\/\/)?(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?(\/[^?#\\\s]*)?$/i.exec(written);
  if (parts === null) return problem('FM-C122', `is not a host or an API base: ${shown(written)}`);
  const [, scheme, host = '', port, path = ''] = parts;
  return resolveParts({ scheme: scheme?.toLowerCase() ?? null, host: host.toLowerCase(), port: port ?? null, path });
}

type Parts = {
  readonly scheme: string | null;
  readonly host: string;
  readonly port: string | null;
  readonly path: string;
};

function resolveParts({ scheme, host, port, path }: Parts): Hosts | Problem {
  const environment = environmentOf(host);
  if (environment === null) return problem('FM-C123', `names a host that is not allowed: ${shown(host)}`);
  const defaultScheme = environment === 'loopback' ? 'http' : 'https';
  const chosen = scheme ?? defaultScheme;
  if (chosen !== 'https' && !(chosen === 'http' && environment === 'loopback'))
    return problem('FM-C124', `uses ${chosen}:// for ${host}`, `Write https://${host}; http is for this machine only.`);
  if (environment !== 'loopback' && port !== null && port !== '443')
    return problem('FM-C125', `names port ${port} of ${host}`, `Write https://${host} without a port.`);
  if (![API_PATH, ''].includes(path.replace(/\/$/, '')))
    return problem(
      'FM-C126',
      `has a path that is not the API's: ${shown(path)}`,
      `End it after the host or with ${API_PATH}.`,
    );
  const authority = environment === 'loopback' && port !== null ? `${host}:${port}` : host;
  const url = URL.parse(`${chosen}://${authority}`);
  // Node reads 127.1, 2130706433 and 0x7f.1 as addresses too; what it made of the host must be what was written.
  if (url === null || url.hostname !== host)
    return problem('FM-C122', `is not a host or an API base: ${shown(`${chosen}://${authority}`)}`);
  return hostsAt(environment, url.origin);
}

function environmentOf(host: string): Environment | null {
  if (host === SANDBOX_HOST) return 'sandbox';
  if (host === PRODUCTION_HOST) return 'production';
  const isLoopback = host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
  return isLoopback ? 'loopback' : null;
}

function hostsAt(environment: Environment, origin: string): Hosts {
  return { environment, apiBaseUrl: `${origin}${API_PATH}`, tokenUrl: `${origin}${TOKEN_PATH}` };
}

function problem(code: string, what: string, fix = FIX): Problem {
  return { where: SETTING, line: null, column: null, code, what, fix };
}

function shown(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
