import { nodeRefusalSentence, OLDEST_NODE } from '../src/node-version.ts';

/**
 * The published bin, in words that Node 12 understands, so that an old Node prints a sentence and not a syntax error.
 * What it says comes from `src/node-version.ts`.
 */
export function binText(): string {
  const version = '@VERSION@';
  const sentence = JSON.stringify(nodeRefusalSentence(version)).replace(version, '" + process.versions.node + "');
  const [major, minor] = OLDEST_NODE;
  return [
    '#!/usr/bin/env node',
    'var version = process.versions.node.split(".").map(Number);',
    `if (version[0] > ${major} || (version[0] === ${major} && version[1] >= ${minor})) {`,
    '  import("./start.js");',
    '} else {',
    `  process.stderr.write(${sentence} + "\\n");`,
    '  process.exitCode = 2;',
    '}',
    '',
  ].join('\n');
}

/**
 * What the bin loads on a Node that is new enough. What Node compiles is kept beside the program, which saves a fifth of a
 * start; not in the temporary folder, where others may write what we would run. Where it cannot be written nothing is kept.
 */
export function startText(): string {
  return [
    "import { enableCompileCache } from 'node:module';",
    "import { fileURLToPath } from 'node:url';",
    "enableCompileCache(fileURLToPath(new URL('../compile-cache', import.meta.url)));",
    "await import('../fieldmarshal.js');",
    '',
  ].join('\n');
}
