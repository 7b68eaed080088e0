import type { SettingOverrides } from '../config.ts';
import type { ExitCode } from './exit-codes.ts';

/** Where a command reads and writes. main.ts gives the process's own; tests give theirs. */
export type CliIo = {
  /** Results, and nothing else. `columns`: as wide as the terminal; not given: there is none, so nothing is cut. */
  readonly stdout: TextSink & { readonly columns?: number };
  /** Progress, logs and error messages. */
  readonly stderr: TextSink & { readonly isTTY: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** All of what is piped in; not given: nothing can be. */
  readonly readStdin?: () => Promise<string>;
  /** Aborted when the process is asked to stop. */
  readonly signal?: AbortSignal;
  /** The process runs this command and nothing else, so that it may be tuned to it; not given: it is shared. */
  readonly ownsProcess?: true;
};

export type TextSink = { write(text: string): unknown };

/** An option of a command. Its name in the definition, in camelCase, is its flag in kebab-case. `unit` is shown in help. */
export type OptionDefinition =
  | { readonly kind: 'switch'; readonly doc: string }
  | {
      readonly kind: 'integer';
      readonly doc: string;
      readonly placeholder: string;
      readonly min: number;
      readonly max: number;
      readonly unit: string | null;
      readonly default: number | null;
    }
  /** May be given more than once, and with commas. */
  | { readonly kind: 'integers'; readonly doc: string; readonly placeholder: string; readonly min: number }
  /** May be given more than once. */
  | { readonly kind: 'texts'; readonly doc: string; readonly placeholder: string }
  | { readonly kind: 'choice'; readonly doc: string; readonly of: readonly string[]; readonly default: string }
  | { readonly kind: 'text'; readonly doc: string; readonly placeholder: string; readonly default: string | null };

export type OptionTable = { readonly [name: string]: OptionDefinition };

/** What an option's value is once parsed; null: not given and no default. */
export type OptionValue<Definition> = Definition extends { readonly kind: 'switch' }
  ? boolean
  : Definition extends { readonly kind: 'integer'; readonly default: number }
    ? number
    : Definition extends { readonly kind: 'integer' }
      ? number | null
      : Definition extends { readonly kind: 'integers' }
        ? readonly number[]
        : Definition extends { readonly kind: 'texts' }
          ? readonly string[]
          : Definition extends { readonly kind: 'choice'; readonly of: readonly (infer Choice)[] }
            ? Choice
            : Definition extends { readonly kind: 'text'; readonly default: string }
              ? string
              : string | null;

export type OptionValues<Options extends OptionTable> = {
  readonly [name in keyof Options]: OptionValue<Options[name]>;
};

export type ArgumentDefinition = {
  readonly name: string;
  readonly doc: string;
  readonly isRequired: boolean;
  /** Only of the last one: as many as are given, none included, each an entry of `args`. */
  readonly isRepeated?: true;
};

export type CommandInput<Options extends OptionTable = OptionTable> = {
  /** In the order of the definition; null when not given, and a repeated one has no entry then. */
  readonly args: readonly (string | null)[];
  readonly options: OptionValues<Options>;
  /** Settings given as flags, by setting name; they win over environment and .env. */
  readonly overrides: SettingOverrides;
};

/**
 * One command: what help shows, and what it does. Definitions are light; whatever is slow to load (the database, the
 * engine) is imported inside `run`.
 */
export type CommandDefinition<Options extends OptionTable = OptionTable> = {
  /** As typed: `rules check`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly args: readonly ArgumentDefinition[];
  readonly options: Options;
  /** Which settings it takes as flags too. `all`: whatever a run needs; `daemon`: the daemon's own besides; `person`: the ledger's, and who gives it; `rules+ledger`: both. */
  readonly settings: 'none' | 'rules' | 'ledger' | 'rules+ledger' | 'person' | 'all' | 'daemon';
  /** A command line that works as it stands. */
  readonly example: string;
  /** Every exit code it can end with, besides 2 and 70, which any command has. */
  readonly exitCodes: readonly ExitCode[];
  run(input: CommandInput<Options>, io: CliIo): Promise<ExitCode>;
};

/** Keeps the option names and kinds, so that `run` sees typed values. */
export function defineCommand<const Options extends OptionTable>(
  definition: CommandDefinition<Options>,
): CommandDefinition<Options> {
  return definition;
}
