/**
 * Who may import whom. Each folder of src/ has one line here: what it may import from src/ besides itself, and why.
 * `scripts/check-imports.ts` runs it; `test/scripts/imports.test.ts` plants forbidden imports and sees them found.
 */
/** The engine's ports: ports.ts, figures.ts with what reports ask, history-view.ts, override-book.ts, pending-memory.ts, replay-reader.ts, and row-shelf.ts. */
const PORTS = 'engine/(ports|figures|history-view|override-book|pending-memory|replay-reader|row-shelf)\\.ts$';
const PURE = ['domain/', 'criteria/', 'facts/', 'rules/', 'evaluate/', 'decide/'];

const FOLDERS = {
  'domain/': { may: [], because: 'The nouns stand alone: everything else speaks of them.' },
  'criteria/': { may: ['domain/'], because: 'A criterion is a definition: facts and rules read it, it reads nobody.' },
  'actions/': { may: ['domain/'], because: 'An action says what it needs and calls; engine/ does it.' },
  'facts/': {
    may: ['domain/', 'criteria/'],
    because: 'Facts come from rows and definitions, not from rules or decisions.',
  },
  'rules/': {
    may: ['domain/', 'criteria/'],
    because: 'A rule file is read against the catalogue alone, so an editor can check it offline.',
  },
  'evaluate/': { may: ['domain/', 'criteria/'], because: 'Scoring is pure: rule file and facts in, verdicts out.' },
  'decide/': { may: ['domain/'], because: 'Deciding is pure, and never looks behind a scored slate.' },
  'engine/': { may: [...PURE, 'actions/'], because: 'The engine knows the platform and the ledger by its ports only.' },
  'analysis/': { may: [...PURE, PORTS], because: 'What-if must not be able to reach the platform or the ledger.' },
  'fieldnation/': {
    may: ['domain/', 'actions/', PORTS],
    because: 'An adapter: it serves a port and knows nothing of who calls it.',
  },
  'store/': {
    may: ['domain/', 'actions/', PORTS],
    because: 'An adapter: another database must be able to take its place.',
  },
  'report/': {
    may: ['domain/', 'analysis/', PORTS],
    because: 'Reports read the ledger through its port, so they work on any store.',
  },
  'notify/': { may: ['domain/', 'log\\.ts$'], because: 'It tells people what happened, and decides nothing.' },
  'webhook/': { may: ['domain/', 'log\\.ts$'], because: 'Events are hints: they must not reach the engine.' },
  'sandbox/': { may: [], because: 'It is the judge of the client: shared code would share its mistakes.' },
  'daemon/': { may: ['engine/', 'log\\.ts$'], because: 'It says when a run happens, not what it does.' },
};

const MODULES = {
  'config\\.ts$': {
    may: [
      'domain/',
      '(notify-|webhook-|general-)?settings\\.ts$',
      'package-root\\.ts$',
      'fieldnation/hosts\\.ts$',
      'rules/nearest-name\\.ts$',
    ],
    because: 'Settings are read before anything is loaded that takes time.',
  },
  'settings\\.ts$': {
    may: ['domain/', 'general-settings\\.ts$'],
    because: 'A table that help, docs and config read.',
  },
  'general-settings\\.ts$': { may: [], because: 'The table alone.' },
  '(notify|webhook)-settings\\.ts$': {
    may: ['domain/', 'general-settings\\.ts$'],
    because: 'Read with the other settings, before anything is loaded that takes time.',
  },
  'log\\.ts$': { may: ['settings\\.ts$', 'scrub\\.ts$'], because: 'Everybody may log, so the log depends on nobody.' },
  '(scrub|package-root|node-version)\\.ts$': { may: [], because: 'Used before anything else is there.' },
  'main\\.ts$': {
    may: ['node-version\\.ts$', 'cli/run-process\\.ts$'],
    because: 'It has to start on a Node that cannot run the rest.',
  },
};

/** Libraries that one place has to itself, so that replacing one touches one folder. */
const LIBRARIES = {
  'better-sqlite3|drizzle-orm': { in: 'store/', because: 'Only store/ knows SQL.' },
  undici: { in: '(fieldnation|notify)/', because: 'Only adapters talk to the network.' },
  nodemailer: { in: 'notify/', because: 'Only notify/ sends mail.' },
  'hono|@hono': { in: '(sandbox|daemon|webhook)/', because: 'Only servers serve.' },
  'json-rules-engine': { in: '(rules|evaluate)/', because: 'The engine and decide/ see conditions of our own.' },
  'node-cron|prom-client': { in: 'daemon/', because: 'Only the daemon keeps time and counts.' },
  pino: { in: 'log\\.ts$', because: 'Every line has to pass the scrubber.' },
  commander: { in: 'cli/', because: 'Only the command line parses arguments.' },
};

function importRule([place, { may, because }]) {
  const isFolder = place.endsWith('/');
  return {
    name: `imports-of-${place.replace(/\/$|\\\.ts\$$/, '')}`,
    comment: because,
    severity: 'error',
    from: { path: `^src/${place}` },
    to: { path: '^src/', pathNot: [...(isFolder ? [place] : []), ...may].map((target) => `^src/${target}`) },
  };
}

module.exports = {
  forbidden: [
    ...Object.entries(FOLDERS).map(importRule),
    ...Object.entries(MODULES).map(importRule),
    ...Object.entries(LIBRARIES).map(([library, { in: place, because }]) => ({
      name: `library-${library.replace(/[^a-z-]+/g, '-')}`,
      comment: because,
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${place}` },
      to: { path: `(^|/)node_modules/(${library})/` },
    })),
    {
      name: 'pure-core',
      comment:
        'No clock, disk or network: a decision is recomputed to the same bytes years later. Hashing is arithmetic.',
      severity: 'error',
      from: { path: '^src/(domain|criteria|facts|evaluate|decide)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'no-unlisted-folder',
      comment: 'A new folder of src/ gets a line above before anything goes into it.',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: `^src/(${[...Object.keys(FOLDERS), 'cli/'].join('|')})` },
    },
    {
      name: 'no-command-below',
      comment: 'Commands and composition are the top: nothing below may call back into them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|main\\.ts$|compose)' },
      to: { path: '^src/(cli/|main\\.ts$|compose)' },
    },
    {
      name: 'no-circular',
      comment: 'Two modules that need each other are one module, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports it: it is left over.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/main\\.ts$' },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      comment: 'The module does not exist.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tests-or-dev-tools',
      comment: 'What ships must not need what does not ship.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no-dev-dependency',
      comment: 'The published package does not install it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types too: a type is knowledge of the other module.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
