import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

export type ImportCheck = {
  /** Modules of src/ that were read. */
  readonly modules: number;
  readonly violations: readonly {
    readonly rule: string;
    readonly from: string;
    readonly to: string;
    readonly text: string;
  }[];
};

/** Runs the import rules of `.dependency-cruiser.cjs` over `src/` of a folder. */
export async function checkImports(root: string): Promise<ImportCheck> {
  const ours = join(import.meta.dirname, '..');
  const options = await extractDepcruiseOptions(join(ours, '.dependency-cruiser.cjs'));
  const tsConfig = extractTSConfig(join(ours, 'tsconfig.json'));
  const { output } = await cruise(['src'], { ...options, baseDir: root, validate: true }, {}, { tsConfig });
  if (typeof output === 'string') throw new TypeError('expected a result, not a text');
  return {
    modules: output.modules.filter(({ source }) => source.startsWith('src/')).length,
    violations: output.summary.violations.map(({ rule, from, to }) => {
      const because = options.ruleSet?.forbidden?.find(({ name }) => name === rule.name)?.comment ?? '';
      return { rule: rule.name, from, to, text: `${rule.name}: ${from} → ${to}\n  ${because}` };
    }),
  };
}
