import type { Plugin } from 'rolldown';

type Group = { readonly name: string; readonly test: (id: string) => boolean };

/**
 * Everything that each of these modules needs at once, in one file: Node takes as long to find, check and link sixty small files
 * as to run them. What an earlier one has is not in a later one. `groups` is for the bundle's output.
 */
export function oneFileEach(entries: { readonly [name: string]: string }): {
  readonly plugin: Plugin;
  readonly groups: Group[];
} {
  const needed = new Map<string, Set<string>>();
  const plugin: Plugin = {
    name: 'one-file-each',
    buildEnd() {
      for (const [name, entry] of Object.entries(entries)) {
        const found = new Set([entry]);
        // The set grows while it is gone through.
        for (const id of found) for (const imported of this.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
        needed.set(name, found);
      }
    },
  };
  const groups = Object.keys(entries).map((name, at, all) => ({
    name,
    // Of a module in two groups the one with the higher priority has it.
    priority: all.length - at,
    test: (id: string) => needed.get(name)?.has(id) === true,
  }));
  return { plugin, groups };
}
