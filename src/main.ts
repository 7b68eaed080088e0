#!/usr/bin/env node
import { nodeRefusal } from './node-version.ts';

// Everything else is imported after the check, so that an old Node says one sentence instead of a syntax error.
const refusal = nodeRefusal(process.versions.node);
if (refusal === null) {
  const { runProcess } = await import('./cli/run-process.ts');
  await runProcess();
} else {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = 2;
}
