import type { BacktestResult } from '../analysis/backtest-result.ts';
import { counted } from './counted.ts';

/** What the figures of a backtest do not show: always true first, then what is so of this one. Whole sentences. */
export function backtestCaveats(result: BacktestResult, isAgainstRecorded: boolean): readonly string[] {
  return [...ALWAYS, ...ofSlates(result), ...ofGaps(result), ...(isAgainstRecorded ? AGAINST_RECORDED : [])];
}

const ALWAYS = [
  'Nobody saw how a provider would have done who was not chosen: whether they would have come, cancelled or done well is not in the ledger, on either side.',
  'History stays as it was. Attempts, routes, money and bookings of each moment are those of the decisions that were really taken, so one changed decision does not lead to the next.',
  'A slate was recorded only when something changed, and none after the work order was given away: rules that wait longer are not seen to the end.',
];

const AGAINST_RECORDED = [
  'What was recorded was decided by the rules, the settings and the version of each moment; give --against a folder to compare two rule sets alone.',
];

function ofSlates({ slates }: BacktestResult): readonly string[] {
  const { erased, reviews, byHand, unreadable, withoutLive } = slates;
  return [
    ...(erased === 0 ? [] : [`${counted(erased, 'slate')} could not be decided again, since data of it was erased.`]),
    ...(reviews === 0 ? [] : [`${counted(reviews, 'review')} of finished work left out: backtest is about dispatch.`]),
    ...(byHand === 0 ? [] : [`${counted(byHand, 'action')} by hand left out: no rule file was asked.`]),
    ...(unreadable === 0 ? [] : [`${counted(unreadable, 'slate')} left out that this version cannot read.`]),
    ...(withoutLive === 0
      ? []
      : [
          `${counted(withoutLive, 'slate')} of shadow files left out, since the live decision beside it was recorded before the time asked for.`,
        ]),
  ];
}

function ofGaps({ gaps, runs }: BacktestResult): readonly string[] {
  const unknown = gaps.facts.filter((fact) => fact.unknown > 0);
  const unsure = gaps.facts.filter((fact) => fact.unknown === 0 && fact.unsure > 0);
  return [
    ...unknown.map(
      ({ fact, unknown: missing, slates }) =>
        `${fact} was not recorded, since no file asked for it then: unknown for ${counted(missing, 'candidate')} on ${counted(slates, 'slate')}.`,
    ),
    ...(unsure.length === 0
      ? []
      : [
          `${unsure.map(({ fact }) => fact).join(', ')}: read from the profiles of then, without what an imported file or the directory may have said.`,
        ]),
    ...(gaps.bench === 0
      ? []
      : [
          `On ${counted(gaps.bench, 'slate')} the new rules would invite, but the bench was not looked at then: whom they would invite is not known.`,
        ]),
    ...(gaps.talentPools.length === 0
      ? []
      : [
          `The members of talent pool ${gaps.talentPools.join(', ')} were not read then, so nobody of it is invited here.`,
        ]),
    ...(gaps.projects === 0
      ? []
      : [
          `On ${counted(gaps.projects, 'slate')} nobody had asked whether the platform dispatches the project by itself; it is taken not to.`,
        ]),
    ...(gaps.partRuns === 0
      ? []
      : [
          `${gaps.partRuns} of ${counted(runs, 'run')} had further work orders with nothing new to record; what they would be given is not counted against the others.`,
        ]),
    ...(gaps.stoppedRuns === 0
      ? []
      : [`${counted(gaps.stoppedRuns, 'run')} stopped by reviews and dispatch together stay stopped.`]),
    ...(gaps.olderRuns === 0
      ? []
      : [
          `${counted(gaps.olderRuns, 'run')} of an earlier version recorded less than this one: missing parts count as empty, limits as the defaults.`,
        ]),
  ];
}
