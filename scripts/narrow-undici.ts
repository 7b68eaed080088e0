import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const AGENT = '\0undici-agent';
const NO_HTTP2 = '\0undici-no-http2';

/**
 * Of undici the bundled client takes the one class it uses: the index loads fetch, WebSocket, caches and mocks, a fifth of a
 * start. HTTP/2, which it has switched off, is not there, as in a Node built without it. Whoever else imports it (webhook notices, loaded when there is one to send) gets the installed package, whole.
 */
export function narrowUndici(root: string): Plugin {
  return {
    name: 'narrow-undici',
    resolveId(id, importer) {
      if (id === 'node:http2' && importer?.includes('undici')) return NO_HTTP2;
      if (id !== 'undici') return null;
      return importer?.startsWith(join(root, 'src/fieldnation')) ? AGENT : { id, external: true };
    },
    load(id) {
      if (id === NO_HTTP2) return "throw new Error('there is no HTTP/2');";
      if (id !== AGENT) return null;
      const agent = join(root, 'node_modules/undici/lib/dispatcher/agent.js');
      return `export { default as Agent } from ${JSON.stringify(agent)};`;
    },
  };
}
