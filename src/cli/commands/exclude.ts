import { defineCommand } from '../command.ts';
import { BEGIN_OPTIONS, END_OPTIONS, LIST_OPTIONS } from '../directive-options.ts';

const PROVIDER = { name: 'PROVIDER', doc: 'The provider’s id.', isRequired: true };

export const excludeAddDefinition = defineCommand({
  name: 'exclude add',
  summary: 'Keeps a provider from every work order, under every rule file and by hand.',
  args: [PROVIDER],
  options: BEGIN_OPTIONS,
  settings: 'person',
  example: 'fieldmarshal exclude add 557 --because "site ban, ticket OPS-881" --until 2027-01-31',
  exitCodes: [0, 5],
  async run(input, io) {
    const { addExclusion } = await import('../exclude.ts');
    return addExclusion(input, io);
  },
});

export const excludeListDefinition = defineCommand({
  name: 'exclude list',
  summary: 'Shows who is excluded, by whom, why and how long.',
  args: [],
  options: LIST_OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal exclude list --all',
  exitCodes: [0, 5],
  async run(input, io) {
    const { listExclusions } = await import('../exclude.ts');
    return listExclusions(input, io);
  },
});

export const excludeExpireDefinition = defineCommand({
  name: 'exclude expire',
  summary: 'Ends the exclusions of a provider; they stay on record.',
  args: [PROVIDER],
  options: END_OPTIONS,
  settings: 'person',
  example: 'fieldmarshal exclude expire 557 --because "ban lifted"',
  exitCodes: [0, 5],
  async run(input, io) {
    const { expireExclusion } = await import('../exclude.ts');
    return expireExclusion(input, io);
  },
});
