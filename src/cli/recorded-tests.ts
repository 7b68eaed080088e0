import { existsSync } from 'node:fs';
import { decideRecordedTest } from '../analysis/decide-recorded-test.ts';
import { isByHand } from '../analysis/recorded-batch.ts';
import type { DecideRecorded, TestedRules } from '../analysis/run-rule-tests.ts';
import type { DecisionId } from '../domain/ids.ts';
import type { RecordedDecision, RecordedInput } from '../domain/recorded-decision.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { recordedRow } from '../fieldnation/to-pending-row.ts';
import type { RecordedGiven } from '../rules/rule-test.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { withLedgerReader } from './open-reader.ts';

type Case = RecordedInput | { readonly missing: string };

/** What the tests' recorded decisions rested on, read before the first test is run. A ledger is opened only if one needs it. */
export async function readRecordedCases(
  rules: readonly TestedRules[],
  input: Pick<CommandInput, 'overrides'>,
  io: CliIo,
): Promise<DecideRecorded> {
  const wanted = rules.flatMap(({ tests }) => tests.flatMap(({ given }) => (given.kind === 'recorded' ? [given] : [])));
  const cases = wanted.length === 0 ? NO_CASES : await readCases(wanted, input, io);
  return (given, file) => {
    const found = cases.get(keyOf(given)) ?? { missing: 'It was not looked for.' };
    return 'missing' in found ? found : decideRecordedTest(found, file, recordedRow);
  };
}

const NO_CASES: ReadonlyMap<string, Case> = new Map();

async function readCases(
  wanted: readonly RecordedGiven[],
  input: Pick<CommandInput, 'overrides'>,
  io: CliIo,
): Promise<ReadonlyMap<string, Case>> {
  const { databasePath } = checkedConfig(input, io);
  if (!existsSync(databasePath)) {
    const missing = `It rests on a recorded decision, and there is no ledger ${databasePath}: name one with --db or FIELDMARSHAL_DB.`;
    return new Map(wanted.map((given) => [keyOf(given), { missing }]));
  }
  return withLedgerReader(input, io, async (reader) => {
    const cases = new Map<string, Case>();
    for (const given of wanted) cases.set(keyOf(given), await readCase(reader, given));
    return cases;
  });
}

function keyOf({ by }: RecordedGiven): string {
  return 'decision' in by ? by.decision : by.inputHash;
}

async function readCase(reader: LedgerReader, { by }: RecordedGiven): Promise<Case> {
  const found = 'decision' in by ? by.decision : await findByHash(reader, by.inputHash);
  if (typeof found === 'object') return found;
  const input = await reader.recordedInput(found);
  if (input === null) return { missing: `This ledger has no decision ${found}.` };
  if (input !== 'erased') return input;
  return { missing: `What decision ${found} rested on was erased: pruned, or with a provider's personal data.` };
}

/** Decisions with one input hash rested on the same, so any of them will do. */
async function findByHash(reader: LedgerReader, prefix: string): Promise<DecisionId | { readonly missing: string }> {
  const all = await reader.decisions({ sinceMs: null, untilMs: null, workOrderId: null, withCandidates: false });
  const meant = all.filter((one) => isMeant(one, prefix));
  const hashes = [...new Set(meant.map(({ inputHash }) => inputHash))];
  const [first] = meant;
  if (first === undefined) return { missing: `This ledger has no decision whose input hash begins with ${prefix}.` };
  if (hashes.length === 1) return first.id;
  const some = hashes.slice(0, 3).map((hash) => hash.slice(0, prefix.length + 6));
  return {
    missing: `${hashes.length} input hashes of this ledger begin with ${prefix} (${some.join(', ')}…): write more of it.`,
  };
}

/** What people did by hand rested on nothing that rules could decide on. */
function isMeant({ inputHash, reason }: RecordedDecision, prefix: string): boolean {
  return inputHash.startsWith(prefix) && !isByHand({ reason });
}
