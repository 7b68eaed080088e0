import type { Outcome } from './strategies.ts';

/** One figure of an outcome, as the tables name and round it. */
export type Figure = {
  readonly key: string;
  readonly title: string;
  readonly decimals: number;
  /** Null: nothing to take it of, for instance no time to fill where nothing was filled. */
  readonly read: (outcome: Outcome) => number | null;
};

export const FIGURES: readonly Figure[] = [
  { key: 'ever_open', title: 'work orders that opened', decimals: 1, read: (outcome) => outcome.ever_open },
  { key: 'filled', title: 'of them filled', decimals: 1, read: (outcome) => outcome.filled },
  { key: 'fill_rate_percent', title: 'fill rate, %', decimals: 1, read: (outcome) => outcome.fill_rate_percent },
  {
    key: 'median_minutes',
    title: 'time to fill: median, min',
    decimals: 0,
    read: (outcome) => outcome.minutes_to_fill.median,
  },
  {
    key: 'p90_minutes',
    title: 'time to fill: 90 % within, min',
    decimals: 0,
    read: (outcome) => outcome.minutes_to_fill.p90,
  },
  { key: 'spend_usd', title: 'spend, $', decimals: 0, read: (outcome) => outcome.spend_cents / 100 },
  {
    key: 'spend_per_filled_usd',
    title: 'spend per filled, $',
    decimals: 0,
    read: ({ spend_cents: cents, filled }) => (filled === 0 ? null : cents / filled / 100),
  },
  {
    key: 'counter_premium_usd',
    title: 'counter-offer premium, $',
    decimals: 0,
    read: (outcome) => outcome.counter_premium_cents / 100,
  },
  {
    key: 'winner_points_percent',
    title: 'points of the winners, % of most',
    decimals: 1,
    read: (outcome) => outcome.winner_points_percent,
  },
  { key: 'missed', title: 'missed: nobody was found in time', decimals: 1, read: (outcome) => outcome.missed },
  { key: 'cancels', title: 'provider cancels', decimals: 1, read: (outcome) => outcome.provider_cancels },
  { key: 'late_cancels', title: 'of them in the last 24 h', decimals: 1, read: (outcome) => outcome.late_cancels },
  { key: 'no_shows', title: 'no-shows', decimals: 1, read: (outcome) => outcome.no_shows },
  { key: 'done_well_percent', title: 'done well, %', decimals: 1, read: (outcome) => outcome.done_well_percent },
  {
    key: 'api_requests',
    title: 'API requests',
    decimals: 0,
    read: ({ api_requests: { reads, writes } }) => reads + writes,
  },
];
