import type { CliIo } from './command.ts';
import { describeFailure, EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { guardIo } from './guarded-io.ts';
import { parseArgv } from './parse-argv.ts';

/** A whole command line, from words to exit code. Never throws, and never prints a stack unless asked to. */
export async function runCli(argv: readonly string[], outside: CliIo): Promise<ExitCode> {
  const io = guardIo(outside);
  try {
    const parsed = parseArgv(argv);
    switch (parsed.kind) {
      case 'text':
        io.stdout.write(parsed.text);
        return EXIT_CODES.done.code;
      case 'incomplete':
        io.stderr.write(parsed.help);
        return EXIT_CODES.usage.code;
      case 'command':
        return await parsed.definition.run(parsed.input, io);
    }
  } catch (error) {
    const isDebug = argv.includes('--debug') || io.env['FIELDMARSHAL_LOG_LEVEL'] === 'debug';
    const { code, message } = describeFailure(error, isDebug);
    io.stderr.write(`${message}\n`);
    return code;
  }
}
