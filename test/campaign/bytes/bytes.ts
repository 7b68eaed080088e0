import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../../src/domain/limits.ts';
import { compileRuleFile } from '../../../src/evaluate/compile.ts';
import { packageRoot } from '../../../src/package-root.ts';
import { parseRuleFile } from '../../../src/rules/parse-rule-file.ts';
import { draw } from '../../../src/sandbox/random.ts';
import type { Campaign, CampaignFailure, CampaignRequest, CampaignResult } from '../campaign-contract.ts';
import { decideOn, type GoldenBody, recordDay } from './golden-day.ts';
import { countMutations, mutationOf } from './mutations.ts';

/** Far more than any of these takes; what hangs is noticed. */
const LONGEST_MS = 5_000;
const MAX_FAILURES = 10;

/** Everything that a run reads, spoilt byte by byte and member by member: never another action than on the whole. */
export const bytes: Campaign = {
  name: 'bytes',
  about: 'answers cut at any byte, members deleted, renamed and retyped; rule files of noise',
  runs: 6_000,
  mutants: [],
  perform: async (request) => {
    const day = await startDay();
    const files = ruleTexts();
    const counts = {
      runs: 0,
      same: 0,
      nothing: 0,
      stopped: 0,
      aborted: 0,
      'rule files': 0,
      'of them still valid': 0,
      'mutations in all': day.total,
    };
    const failures: CampaignFailure[] = [];
    for (let run = request.from; run < request.from + request.runs && failures.length < MAX_FAILURES; run += 1) {
      counts.runs += 1;
      const startedMs = performance.now();
      const message =
        run % 4 === 0
          ? readNoise(files, { ...request, run }, counts)
          : await readSpoilt(day, { ...request, run }, counts);
      const tookMs = performance.now() - startedMs;
      if (message !== null) failures.push({ run, message });
      else if (tookMs > LONGEST_MS) failures.push({ run, message: `took ${Math.round(tookMs)} ms` });
    }
    return { failures, counts } satisfies CampaignResult;
  },
};

type Counts = { [name in 'same' | 'nothing' | 'stopped' | 'aborted' | 'rule files' | 'of them still valid']: number };
type Run = Pick<CampaignRequest, 'seed'> & { readonly run: number };
type Day = {
  readonly bodies: readonly GoldenBody[];
  readonly whole: string;
  readonly total: number;
  readonly stride: number;
};

async function startDay(): Promise<Day> {
  const bodies = await recordDay();
  const [first] = bodies;
  if (first === undefined) throw new Error('nothing was read');
  const whole = await decideOn(bodies, first);
  if (!whole.includes('"assign"')) throw new Error(`the whole day is no assignment: ${whole}`);
  const total = bodies.reduce((sum, { text }) => sum + countMutations(text), 0);
  return { bodies, whole, total, stride: strideThrough(total) };
}

/** Of the golden section, so that few runs are spread over all mutations, and as many as there are meet each once. */
function strideThrough(total: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let stride = Math.round(total * 0.618_034);
  while (divisor(stride, total) > 1) stride += 1;
  return stride;
}

/** Null: the same as on the whole, or nothing. */
async function readSpoilt(
  { bodies, whole, total, stride }: Day,
  { seed, run }: Run,
  counts: Counts,
): Promise<string | null> {
  let number = ((run - Math.floor(run / 4)) * stride + seed) % total;
  for (const body of bodies) {
    const own = countMutations(body.text);
    if (number >= own) {
      number -= own;
      continue;
    }
    const { what, text } = mutationOf(body.text, number);
    try {
      const would = await decideOn(bodies, { asked: body.asked, text });
      const kind =
        would === whole ? 'same' : (['nothing', 'stopped', 'aborted'] as const).find((word) => would.startsWith(word));
      if (kind === undefined) return `${body.asked}, ${what}: would ${would} and not ${whole}`;
      counts[kind] += 1;
      return null;
    } catch (error) {
      return `${body.asked}, ${what}: ${error instanceof Error ? error.stack : String(error)}`;
    }
  }
  return null;
}

type RuleText = { readonly path: string; readonly text: string };

function ruleTexts(): readonly RuleText[] {
  const folder = join(packageRoot(), 'rules');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !/\.(schema|test)\.json$/.test(name))
    .map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** Null: it was refused with its mistakes, or read and compiled. */
function readNoise(files: readonly RuleText[], { seed, run }: Run, counts: Counts): string | null {
  const file = files[Math.floor(draw(seed, 'file', run) * files.length)];
  if (file === undefined) throw new Error('no rule files');
  const text = noisy(file.text, { seed, run });
  counts['rule files'] += 1;
  try {
    const reading = parseRuleFile({ ...file, text }, DEFAULT_LIMITS);
    if (reading.kind === 'problems')
      return reading.problems.length > 0 ? null : `${file.path}: refused without a reason`;
    counts['of them still valid'] += 1;
    if (reading.kind === 'ok') compileRuleFile(reading.file);
    return null;
  } catch (error) {
    return `${file.path}: ${error instanceof Error ? error.stack : String(error)}\n${text}`;
  }
}

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '0',
  '-1',
  '1e999',
  '9007199254740993',
  'null',
  'true',
  '""',
  '"__proto__"',
  '"constructor":',
  '\u0000',
  '\ufeff',
  '\ud800',
  '☃',
  ' ',
  '[[[[[[[[',
  '"in"',
  '"all": []',
  '"$.x"',
];

/** One to four changes: a piece put in, a stretch left out, doubled or moved elsewhere, one character changed. */
function noisy(text: string, { seed, run }: Run): string {
  let result = text;
  const changes = 1 + Math.floor(draw(seed, 'changes', run) * 4);
  for (let n = 0; n < changes; n += 1) {
    const unit = (name: string) => draw(seed, name, run, n);
    const at = Math.floor(unit('at') * result.length);
    const to = Math.min(result.length, at + 1 + Math.floor(unit('length') ** 3 * 200));
    const piece = PIECES[Math.floor(unit('piece') * PIECES.length)] ?? '';
    const [before, stretch, after] = [result.slice(0, at), result.slice(at, to), result.slice(to)];
    const ways = [
      before + piece + stretch + after,
      before + after,
      before + stretch + stretch + after,
      stretch + before + after,
      before + piece + after,
    ];
    result = ways[Math.floor(unit('way') * ways.length)] ?? result;
  }
  return result;
}
