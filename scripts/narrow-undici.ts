import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const AGENT = '\0undici-agent';

/**
 * Of undici the bundled client takes the one class it uses: the index loads fetch, WebSocket, caches and mocks, a fifth of a
 * start. Whoever else imports it (webhook notices, loaded when there is one to send) gets the installed package, whole.
 */
export function narrowUndici(root: string): Plugin {
  return {
    name: 'narrow-undici',
    resolveId(id, importer) {
      if (id !== 'undici') return null;
      return importer?.startsWith(join(root, 'src/fieldnation')) ? AGENT : { id, external: true };
    },
    load(id) {
      if (id !== AGENT) return null;
      const agent = join(root, 'node_modules/undici/lib/dispatcher/agent.js');
      return `export { default as Agent } from ${JSON.stringify(agent)};`;
    },
  };
}
