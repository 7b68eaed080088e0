import type { ReasonTable } from './reason-text.ts';

/** 8xxx. What people are told besides the reasons of decisions, writes and runs. */
export const TELLING = {
  'FM-8001': {
    title: 'nobody has looked at a hold',
    sentence: 'Work order {work_order} has waited for a person for {hours} h, past its deadline. {because}',
    remedy: '{remedy}.',
  },
  'FM-8002': {
    title: 'an assignment of ours was undone',
    sentence: 'Provider {provider} is no longer assigned to work order {work_order}, and not by us.',
    remedy:
      'Find out whether the provider cancelled or a person took it back (explain {work_order}); it is decided again.',
  },
  'FM-8003': {
    title: 'rule files refused',
    sentence: 'The rule files were refused: {problem}',
    remedy:
      'Mend them: rules check says where and how. A daemon goes on with the last good ones; run --once does nothing.',
  },
  'FM-8004': {
    title: 'a run failed',
    sentence: 'The run failed: {message}',
    remedy: '{remedy}.',
  },
  'FM-8005': {
    title: 'the ledger does not verify',
    sentence: 'The ledger is not as it was written: {what}',
    remedy:
      'Keep the file as it is, stop the daemon, and compare with a backup: ledger verify names the first bad row.',
  },
  'FM-8010': {
    title: 'our verdicts drift from Field Nation’s',
    sentence:
      '{rule_file}: on {criterion} Field Nation and we differ for {recent_percent} % of the {recent} candidates compared in a week; in the four weeks before for {before_percent} % of {before}.',
    remedy:
      'Either they have changed a definition or a rule of yours there, or you have changed this rule file: report parity --rule {rule_file} shows since when, and explain of a candidate the value behind our verdict.',
  },
} as const satisfies ReasonTable;
