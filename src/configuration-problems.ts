import type { Problem } from './domain/problem.ts';

/**
 * Every mistake in settings, arguments and folders, by its code. Codes are stable: never renumbered or reused. 10x settings,
 * 12x the address, 13x what a run is asked for, 14x files and folders, 15x the machine, 16x commands, 17x imports, 18x what people tell the engine, 20x the command line, 22x rules for and from elsewhere, 225 to 234 what-if, 245 to 249 recommendations, 265 to 269 explain and the digest, 270 to 274 flips and letters.
 * docs/configuration-problems.md is made from this table; the message itself always says what to do.
 */
export const CONFIGURATION_PROBLEMS = {
  'FM-C101': { title: 'unknown setting', mend: 'Correct the name, or remove it; the README has a table of settings.' },
  'FM-C102': { title: 'setting missing', mend: 'Set it in the environment or in .env, or give its flag.' },
  'FM-C103': { title: 'setting with an impossible value', mend: 'Take one of the values or the range that is named.' },
  'FM-C104': { title: '.env cannot be read', mend: 'Make it a text file of NAME=value lines, readable by this user.' },
  'FM-C105': {
    title: 'server time away from this machine',
    mend: 'Remove FIELDMARSHAL_CLOCK: it is for a sandbox on loopback.',
  },
  'FM-C106': { title: 'schedule not understood', mend: 'Write a cron expression of five or six fields, in UTC.' },
  'FM-C107': { title: 'port cannot be used', mend: 'Give another port; for the sandbox 0 takes a free one.' },
  'FM-C108': {
    title: 'webhook receiver without a secret',
    mend: 'Set FIELDMARSHAL_WEBHOOK_SECRET or FIELDMARSHAL_WEBHOOK_SECRET_FILE, or leave the port out.',
  },
  'FM-C109': {
    title: 'webhook receiver set up in a way that cannot work',
    mend: 'Listen on an IP address of this machine; give secrets of 16 characters or more, in a readable file.',
  },
  'FM-C120': { title: 'address empty', mend: 'Write sandbox, production, or an address.' },
  'FM-C121': {
    title: 'login in the address',
    mend: 'Leave out everything before @; the login has settings of its own.',
  },
  'FM-C122': { title: 'no address', mend: 'Write a host, or the full address of the API.' },
  'FM-C123': { title: 'host not allowed', mend: 'Only Field Nation’s two hosts and this machine are ever talked to.' },
  'FM-C124': { title: 'not https', mend: 'Write https; http is for this machine only.' },
  'FM-C125': { title: 'port in the address', mend: 'Leave the port out; only an address on this machine has one.' },
  'FM-C126': { title: 'not the path of the API', mend: 'End the address after the host, or with the API’s path.' },
  'FM-C130': {
    title: 'run asked for in a wrong way',
    mend: 'Add --once; name work orders that this API user can see.',
  },
  'FM-C140': { title: 'rule files cannot be read', mend: 'Name the folder of the rule files with --rules.' },
  'FM-C141': { title: 'folder cannot be used', mend: 'Name a folder that this user may write to.' },
  'FM-C142': {
    title: 'something else is in the place',
    mend: 'Name another --dir: a demo replaces only ledgers of demos.',
  },
  'FM-C143': {
    title: 'credentials file cannot be used',
    mend: 'Make it JSON with the four names that the message shows.',
  },
  'FM-C144': {
    title: 'no place for a backup',
    mend: 'Name a file that does not exist yet, in a folder that this user may write to; nothing was replaced.',
  },
  'FM-C150': { title: 'clock of this machine wrong', mend: 'Set the clock, best by NTP.' },
  'FM-C160': { title: 'file in the way of init', mend: 'Move it away, or name another folder; nothing was written.' },
  'FM-C161': { title: 'action by hand asked for in a wrong way', mend: 'Do what the message says; nothing was sent.' },
  'FM-C170': {
    title: 'file of providers that cannot be used',
    mend: 'Make it CSV with a head line or a JSON array, with provider_id; nothing was stored.',
  },
  'FM-C171': { title: 'row of a provider left out', mend: 'Give it an id of its own and one value for each column.' },
  'FM-C172': { title: 'value of a provider not understood', mend: 'Write it as docs/providers-import.md says.' },
  'FM-C180': {
    title: 'pause, exclusion, pin, approval or settlement asked for in a wrong way',
    mend: 'Do what the message says; nothing was written.',
  },
  'FM-C201': { title: 'command line not understood', mend: 'See --help of the command.' },
  'FM-C202': { title: 'option with an impossible value', mend: 'Take one of the values or the range that is named.' },
  'FM-C203': { title: 'unknown id', mend: 'Take an id from report decisions, or name the right ledger with --db.' },
  'FM-C215': { title: 'stdin together with files', mend: 'Give "-" alone, or the files in a call of their own.' },
  'FM-C216': { title: 'nothing of that name to explain', mend: 'See "rules docs" for what there is.' },
  'FM-C217': {
    title: 'rule files to compare not found',
    mend: 'Name files, folders, recorded texts or a commit that are there.',
  },
  'FM-C220': { title: 'rule file cannot be exported', mend: 'Name a dispatch file, or the id of one in the folder.' },
  'FM-C221': { title: 'nothing to import', mend: 'Give a file, - for stdin, or --work-order, and the right --from.' },
  'FM-C222': { title: 'file in the way of an export or import', mend: 'Name another --out; nothing was replaced.' },
  'FM-C223': {
    title: 'work order shows no selection rule',
    mend: 'Import that of another one, or an answer of the platform that shows one.',
  },
  'FM-C224': { title: 'no rules in a format we read', mend: 'See rules/README.md for what can be imported.' },
  'FM-C225': { title: 'work order that cannot be seen', mend: 'Check the id, the environment and the login.' },
  'FM-C226': {
    title: 'nothing recorded to go by',
    mend: 'Leave --recorded out to look at the platform, or name another decision or the right ledger with --db.',
  },
  'FM-C227': { title: 'what-if not understood', mend: 'Write --set FACT=VALUE as the message shows, each fact once.' },
  'FM-C228': {
    title: 'what-if of a fact that cannot be set',
    mend: 'Take a fact of rules/README.md, with the provider’s id.',
  },
  'FM-C229': {
    title: 'what-if with an impossible value',
    mend: 'Write the value in the unit of the fact, or unknown.',
  },
  'FM-C230': { title: 'what-if of somebody not looked at', mend: 'Take one of the providers that the message names.' },
  'FM-C231': { title: 'time not understood', mend: 'Write +2h, or a moment such as 2026-11-22T14:00:00Z.' },
  'FM-C232': {
    title: 'nothing to simulate',
    mend: 'Take an open work order, or a recorded decision of a run about one.',
  },
  'FM-C233': { title: 'ledger that is not there', mend: 'Name the ledger that runs write to with --db.' },
  'FM-C235': {
    title: 'condition of --fail-if not understood',
    mend: 'Compare one of the metrics in docs/backtest.md with a number: changed>5% or pay>+2%.',
  },
  'FM-C236': {
    title: 'page that cannot be written',
    mend: 'Name a new file in a folder that is there; only a page that fieldmarshal has made is replaced.',
  },
  'FM-C237': { title: 'id or name that no rule file may have', mend: 'Give --id or --name as the message says.' },
  'FM-C245': { title: 'no such decision', mend: 'Take an id from approve list, or name the right ledger with --db.' },
  'FM-C246': { title: 'decision that recommends nothing', mend: 'Take one from approve list; nothing was done.' },
  'FM-C247': {
    title: 'recommendation that is overtaken',
    mend: 'Take the newer one from approve list, if there is any.',
  },
  'FM-C248': { title: 'recommendation answered before', mend: 'Nothing to do: an answer counts once.' },
  'FM-C249': {
    title: 'recommendation too old',
    mend: 'Wait for the next run, which recommends anew what is still right.',
  },
  'FM-C250': { title: 'report of all rule files asked of one', mend: 'Leave --rule out, or ask for report agreement.' },
  'FM-C266': { title: 'flag that is not for the digest, or for it alone', mend: 'Leave it out.' },
  'FM-C265': { title: 'explain asked for in two formats', mend: 'Leave --json or --format out.' },
  'FM-C270': {
    title: 'flip of a decision whose data are gone',
    mend: 'Ask of a decision that was neither pruned nor of a provider whose data were erased.',
  },
  'FM-C271': {
    title: 'flip of a decision without a choice',
    mend: 'Ask of a decision of a run about an open work order, with other candidates.',
  },
  'FM-C272': { title: 'flip under rules that cannot be read', mend: 'Ask with the version that decided it.' },
  'FM-C273': {
    title: 'flip of a decision that comes out otherwise now',
    mend: 'Ask with the version that decided it; replay says what differs.',
  },
  'FM-C274': { title: 'letter asked for wrongly', mend: 'Name the provider whom it is for; leave --flip out.' },
  'FM-C275': { title: 'replay of nothing, or of two things', mend: 'Name one decision, one work order, or --all.' },
  'FM-C276': {
    title: 'no decision of that rule file',
    mend: 'Take an id from report rules, or reach further back with --since.',
  },
  'FM-C280': { title: 'no head of a ledger', mend: 'Give the hash that a run or a backup printed.' },
  'FM-C281': {
    title: 'no place for an export',
    mend: 'Name a file that does not exist yet, or a folder that this user may write to; nothing was replaced.',
  },
  'FM-C282': {
    title: 'erasing asked for in a wrong way',
    mend: 'Name a moment that is past, or a provider by number, and say why; nothing was erased.',
  },
  'FM-C290': {
    title: 'reason of an override given in a wrong way',
    mend: 'Give --because in words, and --code as help lists them; nothing was written.',
  },
  'FM-C291': {
    title: 'nothing overridden',
    mend: 'See override for what waits for a reason, or name the decision with --decision; nothing was written.',
  },
  'FM-C295': { title: 'webhook not usable', mend: 'Write the https:// address of the incoming webhook.' },
  'FM-C296': { title: 'mail server not usable', mend: 'Write smtps://user:password@host:465 or smtp://host:25.' },
  'FM-C297': { title: 'not a mail address', mend: 'Write name@host; several receivers with commas.' },
  'FM-C298': {
    title: 'mail set up in part',
    mend: 'Give FIELDMARSHAL_NOTIFY_SMTP, FIELDMARSHAL_NOTIFY_FROM and FIELDMARSHAL_NOTIFY_TO, or none of them.',
  },
  'FM-C299': { title: 'nobody to notify', mend: 'Set FIELDMARSHAL_NOTIFY_WEBHOOK, or the three settings of mail.' },
} as const satisfies { readonly [code: `FM-C${number}`]: { readonly title: string; readonly mend: string } };

export type ConfigurationProblemCode = keyof typeof CONFIGURATION_PROBLEMS;

/** A mistake in a place that has no lines; `fix` is a whole sentence. */
export function configurationProblem(
  where: string,
  code: ConfigurationProblemCode,
  { what, fix }: { readonly what: string; readonly fix: string },
): Problem {
  return { where, line: null, column: null, code, what, fix };
}

/** docs/configuration-problems.md. */
export function configurationProblemsPage(): string {
  const rows = Object.entries(CONFIGURATION_PROBLEMS).map(
    ([code, { title, mend }]) => `| ${code} | ${title} | ${mend} |`,
  );
  return [
    '# Configuration problems\n',
    'A message begins with where the mistake is (a setting, a flag, a folder) and its code, then says what is wrong and what to',
    'write instead. All mistakes of a command line are shown together; exit code 2; nothing was done. Codes are never renumbered',
    'or reused. Those of rule files (`FM-R…`) are in [rules/README.md](../rules/README.md). Made from',
    '`src/configuration-problems.ts` by `npm run generate`.\n',
    '| code | what is wrong | what to do |\n|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
