import { createRequire } from 'node:module';
import type { Plugin } from 'rolldown';

const require = createRequire(import.meta.url);

/**
 * Loads a dependency by `require` in the bundle. For one whose modules import each other in circles Node takes 200 MB to link
 * them, which every command on the ledger would pay for (measured with drizzle-orm 0.45 on Node 24.21: 251 MB against 65).
 */
export function requiredNotImported(dependency: string): Plugin {
  const prefix = '\0required:';
  return {
    name: 'required-not-imported',
    resolveId: (id) => (id === dependency || id.startsWith(`${dependency}/`) ? prefix + id : null),
    load(id) {
      if (!id.startsWith(prefix)) return null;
      const name = id.slice(prefix.length);
      const exported = Object.keys(require(name)).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default');
      return [
        `import { createRequire } from 'node:module';`,
        `const loaded = createRequire(import.meta.url)(${JSON.stringify(name)});`,
        ...exported.map((key) => `export const ${key} = loaded.${key};`),
      ].join('\n');
    },
  };
}
