import type { RuleProblemCode } from './problem-codes.ts';

/** What a warning means and what it comes from, with the keys it is about, where its title does not say it all. */
export const PROBLEM_MEANINGS: { readonly [code in RuleProblemCode]?: string } = {
  'FM-R801': 'A work order that no file applies to is skipped; keep one live file without applies_to.',
  'FM-R802': 'A criterion with is_required false and weight 0 decides nothing.',
  'FM-R804': 'min_points asks for more than all weights together, so the stage never acts.',
  'FM-R806': 'accept_counters without max_total_usd or max_counter_over_base_percent takes any price.',
  'FM-R808': 'The value is beyond what the fact can be, such as rating <= 5, so nobody is kept out.',
  'FM-R809': 'The value is beyond what the fact can be, such as rating > 5, so nobody ever meets it.',
  'FM-R810': 'Parts of an "all" cannot hold at once, such as rating >= 4.5 and rating < 4.',
  'FM-R811': 'Parts of an "any" leave nothing out, such as rating >= 4 or rating < 4.',
  'FM-R816': 'A preferred criterion that excludes a required one gives its weight to nobody.',
  'FM-R818': 'full_at and zero_at of a credit lie outside of what its criterion lets in.',
  'FM-R824':
    'A required criterion on a fact that the bench, or who asked, never has leaves the stage nobody to choose.',
  'FM-R828': 'A limit in guardrails that another one always undercuts.',
  'FM-R829': 'A file of higher priority takes every work order that this one applies to.',
  'FM-R831':
    'One weight is more than all others that tell eligible providers apart, put together, so whoever meets it always comes first.',
  'FM-R832':
    'max_actions_per_run, max_share_of_open_percent or a limit of money is 0, which forbids and does not mean "no limit".',
  'FM-R833': 'A fact in percent is compared with a part of one, such as cancel_rate <= 0.05 for 5 %.',
  'FM-R834':
    'A required comparison points the wrong way, such as rating <= 4.5 or distance >= 50, and keeps the good ones out.',
  'FM-R835': 'after_minutes is more than two weeks, such as 28800, which are seconds of eight hours.',
  'FM-R903': 'A fact in a test has a value that its kind or unit does not take, such as a text for a number.',
  'FM-R907': 'like, winner, runner_up, invited or candidates names an id that no candidate of the test has.',
};
