import type { BacktestResult, Cause, Change, OldNew, Paired } from '../analysis/backtest-result.ts';
import type { Choice } from '../analysis/choice.ts';
import type { FailIfVerdict } from '../analysis/fail-if.ts';
import { UNITS } from '../domain/fact.ts';
import { formatCents } from '../domain/money.ts';
import { backtestCaveats } from './backtest-caveats.ts';
import { counted } from './counted.ts';
import { writtenTime } from './report.ts';
import type { Section, SectionTable } from './section.ts';
import { causeText, whyText } from './why-text.ts';

export type BacktestReport = {
  readonly result: BacktestResult;
  /** As typed: a folder, or `recorded`. */
  readonly newRules: string;
  readonly oldRules: string;
  /** Null: not asked for. */
  readonly failIf: { readonly expression: string; readonly verdict: FailIfVerdict } | null;
  /** Whole sentences on the rule sets themselves. */
  readonly notes: readonly string[];
};

/** The whole report, for people. */
export function backtestSections(report: BacktestReport): readonly Section[] {
  const { result } = report;
  if (result.slates.compared === 0) return [summary(report), whatItCannotSay(report)];
  return [
    summary(report),
    figures(result),
    causes(result),
    changes(result),
    providers(result),
    files(result),
    stages(result),
    outcomes(result),
    whatItCannotSay(report),
  ].filter(({ sentences, table }) => sentences.length > 0 || (table?.rows.length ?? 0) > 0);
}

function summary({ result, newRules, oldRules, failIf }: BacktestReport): Section {
  const { slates, changed, workOrders, decidedAnew, runs, first, last } = result;
  const when = first === null || last === null ? '' : `, ${writtenTime(first)} to ${writtenTime(last)}`;
  const against = oldRules === 'recorded' ? 'what was recorded' : oldRules;
  return {
    title: `Backtest of ${newRules} against ${against}`,
    sentences: [
      `${counted(slates.compared, 'slate')} of ${counted(workOrders, 'work order')} from ${counted(runs, 'run')}${when}, decided again.`,
      ...(decidedAnew === 0 ? [] : [`Given back and decided anew: ${decidedAnew}.`]),
      slates.compared === 0
        ? 'Nothing could be compared.'
        : changed.decisions === 0
          ? 'Not one decision changes.'
          : `${counted(changed.decisions, 'decision')} ${changed.decisions === 1 ? 'changes' : 'change'} (${share(changed.decisions, slates.compared)}), on ${counted(changed.workOrders, 'work order')}: ${changed.winners} with another winner, ${changed.outcomes} with another outcome.`,
      ...(changed.reasonsOnly === 0
        ? []
        : [`${changed.reasonsOnly} more: the same for another reason, or by another rule file.`]),
      ...(failIf === null ? [] : [failIfSentence(failIf)]),
    ],
    table: null,
  };
}

function failIfSentence({ expression, verdict }: NonNullable<BacktestReport['failIf']>): string {
  const tests = verdict.tests.map(({ written, measured }) => `${written} (is ${measured})`).join(', ');
  switch (verdict.verdict) {
    case 'holds':
      return `FAILS: --fail-if "${expression}" holds by ${tests}.`;
    case 'cannot_be_told':
      return `FAILS: whether --fail-if "${expression}" holds cannot be told: ${tests}.`;
    case 'does_not_hold':
      return `Passes: --fail-if "${expression}" does not hold: ${tests}.`;
  }
}

function figures(result: BacktestResult): Section {
  const { filled, cutOff, holds, workOrders, slates } = result;
  const row = (name: string, both: OldNew, of: number) => [
    name,
    `${both.old} (${share(both.old, of)})`,
    `${both.new} (${share(both.new, of)})`,
    signed(both.new - both.old),
    '',
  ];
  const late = cutOff.new + cutOff.old;
  return {
    title: 'Figures',
    sentences:
      late === 0
        ? []
        : [
            `Of what only one side fills, the other was still waiting on ${late} when the recording ends (old ${cutOff.old}, new ${cutOff.new}): rules that wait longer look worse here than they are.`,
          ],
    table: {
      columns: [left('figure'), right('old'), right('new'), right('change'), { name: 'over', alignment: 'left' }],
      rows: [
        row('work orders given or offered', filled, workOrders),
        row('decisions left to a person', holds, slates.compared),
        pairedRow('pay in all', result.pay, formatCents),
        pairedRow('distance in all, miles', result.distance, miles),
        pairedRow('points of the winners', result.points, (milli) => String(milli / 1000)),
        averageRow('average share of the points', result.pointsShare),
      ],
    },
  };
}

function pairedRow(name: string, paired: Paired, write: (value: number) => string): readonly string[] {
  const { pairs, oldTotal, newTotal, medianChange, lower, higher } = paired;
  if (pairs === 0) return [name, '', '', '', 'no work order that both sides fill and that says it'];
  const change = newTotal - oldTotal;
  const percent = oldTotal === 0 ? '' : ` (${signed(Math.round((change * 1000) / oldTotal) / 10)}%)`;
  const plus = change > 0 ? '+' : '';
  return [
    name,
    write(oldTotal),
    write(newTotal),
    `${plus}${write(change)}${percent}`,
    `${counted(pairs, 'work order')}: ${lower} less, ${higher} more, median ${(medianChange ?? 0) > 0 ? '+' : ''}${write(medianChange ?? 0)}`,
  ];
}

function averageRow(name: string, { pairs, oldTotal, newTotal }: Paired): readonly string[] {
  if (pairs === 0) return [name, '', '', '', 'no work order that both sides fill'];
  const [before, after] = [oldTotal, newTotal].map((total) => Math.round(total / pairs / 10) / 10);
  const change = Math.round((newTotal - oldTotal) / pairs / 10) / 10;
  return [name, `${before}%`, `${after}%`, signed(change), `${counted(pairs, 'work order')}, in percentage points`];
}

function causes({ byCause }: BacktestResult): Section {
  return {
    title: 'Changes by cause',
    sentences: [],
    table: {
      columns: [left('cause'), right('decisions')],
      rows: byCause.map((cause) => [causeText(cause), String(cause.decisions)]),
    },
  };
}

function changes({ changes: shown, moreChanges, changed }: BacktestResult): Section {
  return {
    title: 'What changes',
    sentences: [
      ...(changed.decisions === 0
        ? []
        : [
            'Why is what the new side makes of the old winner, or the old side of the new one; explain DECISION shows the old decision in full.',
          ]),
      ...(moreChanges === 0 ? [] : [`${moreChanges} more are not shown: --top shows as many as you say.`]),
    ],
    table: {
      columns: [left('decision'), left('work order'), left('old'), left('new'), left('why')],
      rows: shown.map((change) => [
        change.decisionId,
        change.title,
        choiceText(change.old),
        choiceText(change.new),
        `${whyText(change)}${causesText(change)}`,
      ]),
    },
  };
}

/** `assign 557, $250.00, 12.3 mi, 95 of 130 points (default 1)`. */
export function choiceText(choice: Choice): string {
  const { outcome, costCents, distanceMetres, pointsMilli, maxPoints, ruleFileId, stage } = choice;
  const whom = whomText(choice);
  const said = [
    `${outcome.replace('_', ' ')}${whom}`,
    ...(costCents === null ? [] : [formatCents(costCents)]),
    ...(distanceMetres === null ? [] : [`${miles(distanceMetres)} mi`]),
    ...(pointsMilli === null || maxPoints === null ? [] : [`${pointsMilli / 1000} of ${maxPoints} points`]),
  ];
  const by = ruleFileId === null ? '' : ` (${ruleFileId}${stage === null ? '' : ` ${stage}`})`;
  return `${said.join(', ')}${by}`;
}

/** With a space before it; empty: nobody, or nobody says whom. */
function whomText({ winner, invited, pools }: Choice): string {
  const named = winner === null ? (invited ?? []).join('+') : String(winner);
  const words = [named, ...(pools ?? []).map((pool) => `pool ${pool}`)].filter((each) => each !== '');
  return words.map((each) => ` ${each}`).join('');
}

const CAUSES: { readonly [cause in Cause]: string } = {
  fact: 'a fact was not recorded',
  bench: 'the bench was not looked at',
  talent_pool: 'a talent pool was not read',
  project: 'the project’s own dispatch was not asked for',
  members: 'other work orders of the run are not there',
  stopped: 'a limit of the whole run had stopped it',
  older: 'an earlier version recorded less',
  disputed: 'json-rules-engine had disputed it',
  trip_wire: 'a trip-wire stops one side',
};

export function causesText({ causes }: Pick<Change, 'causes'>): string {
  return causes.length === 0 ? '' : ` [${causes.map((cause) => CAUSES[cause]).join('; ')}]`;
}

function providers(result: BacktestResult): Section {
  const { providers: shown, moreProviders, providersGaining, providersLosing } = result;
  return {
    title: 'Who gains and who loses',
    sentences:
      shown.length === 0
        ? []
        : [
            `${counted(providersGaining, 'provider')} would win more work orders, ${providersLosing} fewer.`,
            ...(moreProviders === 0 ? [] : [`${moreProviders} more are not shown.`]),
          ],
    table: bothSides(
      'provider',
      shown.map((one) => ({ ...one, name: String(one.providerId) })),
    ),
  };
}

function files({ byFile }: BacktestResult): Section {
  const table = bothSides(
    'rule file',
    byFile.map((one) => ({ ...one, name: one.ruleFileId ?? 'none applies' })),
  );
  return { title: 'Decisions by rule file', sentences: [], table };
}

function stages({ byStage }: BacktestResult): Section {
  const table = bothSides(
    'stage',
    byStage.map((one) => ({ ...one, name: `${one.ruleFileId} ${one.stage}` })),
  );
  return { title: 'Decisions by the stage that acted or held', sentences: [], table };
}

function outcomes({ outcomes: all }: BacktestResult): Section {
  const table = bothSides(
    'outcome',
    Object.entries(all).map(([outcome, both]) => ({ ...both, name: outcome.replace('_', ' ') })),
  );
  return { title: 'Decisions by outcome', sentences: [], table };
}

function bothSides(name: string, rows: readonly (OldNew & { readonly name: string })[]): SectionTable {
  return {
    columns: [left(name), right('old'), right('new'), right('change')],
    rows: rows.map((row) => [row.name, String(row.old), String(row.new), signed(row.new - row.old)]),
    bars: rows.map((row) => ({ old: row.old, new: row.new })),
  };
}

function whatItCannotSay({ result, oldRules, notes }: BacktestReport): Section {
  return {
    title: 'What this cannot say',
    sentences: [...notes, ...backtestCaveats(result, oldRules === 'recorded')],
    table: null,
  };
}

function left(name: string): SectionTable['columns'][number] {
  return { name, alignment: 'left' };
}

function right(name: string): SectionTable['columns'][number] {
  return { name, alignment: 'right' };
}

function share(part: number, of: number): string {
  return of === 0 ? '–' : `${Math.round((part * 1000) / of) / 10}%`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

function miles(metres: number): string {
  return (metres / UNITS.miles.scale).toFixed(1);
}
