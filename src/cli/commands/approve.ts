import { defineCommand } from '../command.ts';
import { END_OPTIONS, LIST_OPTIONS } from '../directive-options.ts';

const RUN = { name: 'RUN', doc: 'The run’s id, or its beginning.', isRequired: true };

export const approveListDefinition = defineCommand({
  name: 'approve list',
  summary:
    'Shows what waits for a yes or no: runs that a trip-wire stopped, and what rule files in mode recommend would do.',
  args: [],
  options: { json: LIST_OPTIONS.json },
  settings: 'ledger',
  example: 'fieldmarshal approve list',
  exitCodes: [0, 5],
  async run(input, io) {
    const { listApprovals } = await import('../approve.ts');
    return listApprovals(input, io);
  },
});

export const approveRunDefinition = defineCommand({
  name: 'approve run',
  summary: 'Does what a tripped run wanted, as far as it is still decided the same, and nothing else.',
  args: [RUN],
  options: {
    because: { ...END_OPTIONS.because, doc: 'Why, in words.' },
    dryRun: { kind: 'switch', doc: 'Show what would be done; send nothing, and do not use the approval up.' },
    json: { kind: 'switch', doc: 'As run --json, with one object for each action that is not done.' },
  },
  settings: 'all',
  example: 'fieldmarshal approve run 4f1c2a3b --because "Monday backlog"',
  exitCodes: [0, 1, 3, 4, 5],
  async run(input, io) {
    const { approveRun } = await import('../approve.ts');
    return approveRun(input, io);
  },
});

export const rejectRunDefinition = defineCommand({
  name: 'reject run',
  summary: 'Says no to what a tripped run wanted.',
  args: [RUN],
  options: END_OPTIONS,
  settings: 'person',
  example: 'fieldmarshal reject run 4f1c2a3b --because "wrong rule file"',
  exitCodes: [0, 5],
  async run(input, io) {
    const { rejectRun } = await import('../approve.ts');
    return rejectRun(input, io);
  },
});

const DECISION = { name: 'DECISION', doc: 'A decision’s id, as approve list shows it.', isRequired: true };

export const approveDecisionDefinition = defineCommand({
  name: 'approve decision',
  summary: 'Does what was recommended, as far as it is still decided the same, and nothing else.',
  args: [{ ...DECISION, isRequired: false, isRepeated: true }],
  options: {
    all: { kind: 'switch', doc: 'All recommendations that wait, instead of naming them.' },
    rule: { kind: 'text', placeholder: 'ID', default: null, doc: 'With --all: only those of this rule file.' },
    because: { ...END_OPTIONS.because, doc: 'Why, in words.' },
    dryRun: { kind: 'switch', doc: 'Show what would be done; send nothing, and do not use the approvals up.' },
    json: { kind: 'switch', doc: 'As run --json, with one object for each action that is not done.' },
  },
  settings: 'all',
  example: 'fieldmarshal approve decision 4047.1.3 4051.1.1 --because "checked with the client"',
  exitCodes: [0, 1, 3, 4, 5],
  async run(input, io) {
    const { approveDecisions } = await import('../approve-decisions.ts');
    return approveDecisions(input, io);
  },
});

export const rejectDecisionDefinition = defineCommand({
  name: 'reject decision',
  summary: 'Says no to a recommendation: no rule file gives its provider this work order.',
  args: [DECISION],
  options: END_OPTIONS,
  settings: 'person',
  example: 'fieldmarshal reject decision 4047.1.3 --because "the client knows him and does not want him"',
  exitCodes: [0, 5],
  async run(input, io) {
    const { rejectDecision } = await import('../approve-decisions.ts');
    return rejectDecision(input, io);
  },
});
