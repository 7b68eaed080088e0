import { configurationProblem } from '../configuration-problems.ts';
import { unitOfFact } from '../criteria/catalog.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import { isInCanary } from '../evaluate/select-rule-files.ts';
import { factsNeeded } from '../facts/facts-needed.ts';
import { type Simulation, simulationCard, simulationJson } from '../report/simulation-card.ts';
import { textWidth } from '../report/wrap.ts';
import type { CliIo } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { parseDuration, parseInstant } from './moment.ts';
import { readSuppositions, type Supposition } from './read-supposed.ts';
import { simulateLive } from './simulate-live.ts';
import { simulateRecorded } from './simulate-recorded.ts';
import type { Decided, Simulated, SimulateInput } from './simulation.ts';
import { readSubject } from './subject.ts';

/** `simulate`: decides once with the changes and once without, and shows the difference. Writes nothing anywhere. */
export async function simulateCommand(input: SimulateInput, io: CliIo): Promise<ExitCode> {
  const { set, at, recorded, format } = input.options;
  const subject = readSubject(input.args[0] ?? '');
  const suppositions = readSuppositions(set);
  const asked = { suppositions, timeAt: readTime(at), together: input.options.together };
  const found =
    subject.kind === 'work_order' && !recorded
      ? await simulateLive(input, { ...asked, id: subject.id, io })
      : await simulateRecorded(input, { ...asked, subject, io });
  refuseStrangers(suppositions, found);
  const simulation = toSimulation(found, suppositions, at);
  const width = textWidth(io.stdout.columns);
  io.stdout.write(
    format === 'json'
      ? `${JSON.stringify(simulationJson(simulation, unitOfFact), null, 2)}\n`
      : simulationCard(simulation, { unitOf: unitOfFact, width }),
  );
  return EXIT_CODES.done.code;
}

function toSimulation(found: Simulated, suppositions: readonly Supposition[], at: string | null): Simulation {
  const { changed, unchanged, recorded, ruleSet, readFrom, notes } = found;
  const shown = shownOf(changed, recorded);
  const changes = [...suppositions.map(({ written }) => written), ...(at === null ? [] : [`it were ${at}`])];
  return {
    readFrom,
    changes,
    decision: shown,
    others: changed.filter((one) => one !== shown),
    unchanged: unchanged === null ? null : (unchanged.find(({ mode }) => isSameSide(mode, shown.mode)) ?? null),
    recorded,
    stages: ruleSet.files.find(({ id }) => id === shown.ruleFileId)?.stages ?? null,
    notes: [...suppositions.flatMap((one) => noteOn(one, ruleSet)), ...notes],
  };
}

/** Of a recorded shadow decision the same file's again; else the live one, or where no live file decides what one in shadow would do. */
function shownOf(decided: Decided, recorded: RecordedDecision | null): RecordedDecision {
  const [live] = decided;
  const same =
    recorded?.mode === 'shadow' ? decided.find(({ ruleFileId }) => ruleFileId === recorded.ruleFileId) : null;
  const shadow = live.ruleFileId === null ? decided.find(({ ruleFileId }) => ruleFileId !== null) : null;
  return same ?? shadow ?? live;
}

function isSameSide(mode: string | null, other: string | null): boolean {
  return (mode === 'shadow') === (other === 'shadow');
}

/** Limits on a provider's bookings look at the commitments, whatever a fact says. */
const COUNTED_APART: readonly string[] = ['provider.has_overlap', 'provider.assigned_today', 'provider.assigned_7d'];

function noteOn({ name, key, written }: Supposition, { files, reviews }: RuleSet): readonly string[] {
  const isCounted = COUNTED_APART.includes(name)
    ? [`${written} is what conditions see; guardrails and tie-breaks count the commitments themselves.`]
    : [];
  const isAsked = factsNeeded(files).some((ref) => ref.key === key) || reviews.some(({ text }) => text.includes(name));
  if (isAsked || name === 'work_order.pay_total' || name === 'request.pay_total') return isCounted;
  return [`No rule file of this set asks for ${key}.`, ...isCounted];
}

/** A supposition about somebody who is not there would change nothing, and say so to nobody. */
function refuseStrangers(suppositions: readonly Supposition[], { changed, unchanged, ruleSet }: Simulated): void {
  const decided = [changed, unchanged];
  const known = new Set(
    decided.flatMap((all) => all ?? []).flatMap(({ candidates }) => candidates.map(({ providerId }) => providerId)),
  );
  const strangers = suppositions.filter(({ providerId }) => providerId !== null && !known.has(providerId));
  if (strangers.length === 0) return;
  const shown = [...known].slice(0, 12).join(', ');
  const fix =
    known.size === 0
      ? `Nobody is on its slate: suppose something of the work order, or take another one.${outsideShares(changed, ruleSet)}`
      : `On its slate: ${shown}${known.size > 12 ? ` and ${known.size - 12} others` : ''}.`;
  throw new OperatorMistake(
    strangers.map(({ written, providerId }) =>
      configurationProblem(`--set ${written}`, 'FM-C230', { what: `provider ${providerId} is not looked at`, fix }),
    ),
  );
}

/** A canary looks at nothing outside its share, and that is how to ask it all the same. */
function outsideShares([live]: Decided, { files }: RuleSet): string {
  const canaries = files.filter((file) => file.mode === 'canary' && !isInCanary(file, live.workOrderId));
  if (live.ruleFileId !== null || canaries.length === 0) return '';
  const ids = canaries.map(({ id }) => id).join(', ');
  return ` It is outside the share of ${ids} (canary): to see what that would do, copy the folder, set "mode": "shadow" there, and give --rules COPY.`;
}

/** From the moment of the data to the one to decide at. Throws `OperatorMistake`. */
function readTime(at: string | null): (dataMs: number) => number {
  if (at === null) return (dataMs) => dataMs;
  const laterMs = at.startsWith('+') ? parseDuration(at.slice(1)) : null;
  if (laterMs !== null) return (dataMs) => dataMs + laterMs;
  const instantMs = parseInstant(at);
  if (instantMs !== null) return () => instantMs;
  throw new OperatorMistake([
    configurationProblem(`--at ${at}`, 'FM-C231', {
      what: 'is no time',
      fix: 'Write +90m, +2h, +1d (after the data), or a moment such as 2026-11-22T14:00:00Z.',
    }),
  ]);
}
