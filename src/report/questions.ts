/**
 * What auditors, managers and dispatchers ask, and the command that answers it; reports name the numbers they answer.
 * Source: the project's survey of comparable products, audit questions 1 to 15.
 */
export const QUESTIONS = [
  { n: 1, text: 'Why was this provider chosen, and who was second by how much?', command: 'explain WORK_ORDER' },
  {
    n: 2,
    text: 'Why was this provider not chosen, and what would have changed that?',
    command: 'explain WORK_ORDER --provider ID --flip',
  },
  {
    n: 3,
    text: 'Which required criterion costs the most candidates, and what if it were preferred?',
    command: 'frontier',
  },
  { n: 4, text: 'Which work orders are still open, since when, and what do they wait for?', command: null },
  { n: 5, text: 'Which rule file, in which revision and from which commit, took this decision?', command: null },
  {
    n: 6,
    text: 'What did an edit of the rules change: winners, pay, fill?',
    command: 'backtest --rules NEW',
  },
  { n: 7, text: 'Which decisions rested on missing or old data, and did it matter?', command: null },
  { n: 8, text: 'What have we committed against the caps, and how much above the base pay?', command: null },
  { n: 9, text: 'Was anybody double-booked, a cap exceeded, or quiet time not kept?', command: null },
  { n: 10, text: 'Who gets the work?', command: null },
  { n: 11, text: 'Where did people override us, for which reason, and were they right?', command: null },
  { n: 12, text: 'Where does our score differ from Field Nation’s, by criterion, and since when?', command: null },
  { n: 13, text: 'Which actions failed, raced or ended unknown, and what became of them?', command: null },
  { n: 14, text: 'How long from the first eligible request to the assignment?', command: null },
  {
    n: 15,
    text: 'Can it be proved that nothing was altered, and that the same input gives the same answer?',
    command: 'ledger verify; replay --all',
  },
] as const satisfies readonly { readonly n: number; readonly text: string; readonly command: string | null }[];

/** 1 to 15. */
export type Question = (typeof QUESTIONS)[number]['n'];
