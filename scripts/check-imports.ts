import { join } from 'node:path';
import { checkImports } from './imports.ts';

const { modules, violations } = await checkImports(join(import.meta.dirname, '..'));
for (const { text } of violations) console.error(text);
console.log(`${modules} modules, ${violations.length} forbidden imports`);
// Nothing to look at means that the tool could not read the sources, not that all is well.
process.exitCode = violations.length > 0 || modules === 0 ? 1 : 0;
