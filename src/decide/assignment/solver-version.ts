/** What solves integer programs, as the ledger says it: another version may stop elsewhere at a limit. */
export const SOLVER = 'highs 1.15.3';
