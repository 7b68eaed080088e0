import { NOTHING, type ReasonTable } from './reason-text.ts';

/** 4xxx. No rule file looks at it. */
export const SKIPPING = {
  'FM-4001': {
    title: 'no rule file applies',
    sentence: 'No live rule file applies to this work order.',
    remedy: 'Add a catch-all file (without applies_to), or widen applies_to.',
  },
  'FM-4002': {
    title: 'not open',
    sentence: 'The work order is {status}; there is nothing to dispatch.',
    remedy: NOTHING,
  },
  'FM-4003': {
    title: 'not finished',
    sentence: 'The work order is {status}; there is no finished work to review.',
    remedy: NOTHING,
  },
  'FM-4004': {
    title: 'no review file applies',
    sentence: 'No live review file applies to this finished work.',
    remedy: 'Approve it by hand; or add a review file without applies_to, or widen applies_to.',
  },
} as const satisfies ReasonTable;
