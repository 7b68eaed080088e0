import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toRecordedCandidates } from '../../src/analysis/as-recorded.ts';
import { loadRuleSet } from '../../src/cli/load-rules.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { amend } from '../../src/domain/amend.ts';
import type { RankedCandidate } from '../../src/domain/decision.ts';
import type { Facts } from '../../src/domain/fact.ts';
import { sha256 } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { WholeDecision } from '../../src/domain/recorded-run.ts';
import type { RuleSet } from '../../src/domain/rule-file.ts';
import type { CriteriaInBrief, ScoredCandidate } from '../../src/domain/scored-slate.ts';
import type { ReplayReader } from '../../src/engine/replay-reader.ts';
import { packageRoot } from '../../src/package-root.ts';
import { eraseBodies } from '../../src/store/sqlite/erase-bodies.ts';
import { openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import { pastLedger } from '../bench/past-ledger.ts';
import { openSimLedger } from '../campaign/simulation/sim-ledger.ts';
import { flipFact, meddle } from '../support/meddled-ledger.ts';
import { plainResult } from '../support/plain-result.ts';
import { replayAll } from '../support/replayed.ts';

const RULES = join(packageRoot(), 'rules');
const SIZE = { runs: 4, ordersPerRun: 5, candidates: 6 };
const DECISIONS = 20;

const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-replay-'));
let ruleSet: RuleSet;
let untouched: string;
let copies = 0;

beforeAll(async () => {
  ruleSet = loadRuleSet(RULES, DEFAULT_LIMITS, { cwd: RULES, stderr: process.stderr });
  untouched = await pastLedger(SIZE, ruleSet, { folder, onProgress: () => undefined });
});
afterAll(() => rmSync(folder, { recursive: true }));

function copy(): string {
  copies += 1;
  const path = join(folder, `copy-${copies}.db`);
  copyFileSync(untouched, path);
  return path;
}

function replayed(db: string, ...words: readonly string[]) {
  return cli('replay', ...words, '--db', db);
}

async function cli(...words: readonly string[]) {
  let out = '';
  let err = '';
  const code = await runCli(words, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: false },
    cwd: folder,
    env: {},
  });
  return { code, out, err };
}

/** Each with one thing about one candidate changed. */
function meddlings(
  candidates: readonly RankedCandidate[],
): readonly (readonly [what: string, others: readonly RankedCandidate[]])[] {
  const [first, second, ...rest] = candidates;
  if (first === undefined || second === undefined) return [];
  const { scored } = first;
  const { criteria, candidate } = scored;
  const put = (part: Partial<RankedCandidate>) => [{ ...first, ...part }, second, ...rest];
  const score = (part: object) => put({ scored: { ...scored, criteria, ...part } as ScoredCandidate });
  const [criterion] = criteria.map((one) => plainResult(one));
  if (criterion === undefined) return [];
  const judge = (part: object) => score({ criteria: [{ ...criterion, ...part }, ...criteria.slice(1)] });
  const [leaf] = criterion.evidence;
  const actual = { kind: 'known', value: 77, source: 'row', observedAtMs: 5 };
  return [
    ['one left out', candidates.slice(1)],
    ['another order', [second, first, ...rest]],
    ['isEligible', put({ isEligible: !first.isEligible })],
    ['rank', put({ rank: 99 })],
    ['blockedBy', put({ blockedBy: [...first.blockedBy, { code: 'FM-5003', detail: {} }] })],
    ['provider', score({ candidate: { ...candidate, providerId: 1 } })],
    ['kind', score({ candidate: { ...candidate, kind: 'routed' } })],
    ['costCents', score({ candidate: { ...candidate, costCents: 1 } })],
    ['points', score({ pointsMilli: scored.pointsMilli + 1 })],
    ['maxPoints', score({ maxPoints: scored.maxPoints + 1 })],
    ['isMatch', score({ isMatch: !scored.isMatch })],
    ['a criterion less', score({ criteria: criteria.slice(1) })],
    ['verdict', judge({ verdict: criterion.verdict === 'match' ? 'no_match' : 'match' })],
    ['decidedBy', judge({ decidedBy: criterion.decidedBy === 'facts' ? 'platform' : 'facts' })],
    ['applies', judge({ applies: !criterion.applies })],
    ['graded', judge({ pointsMilli: 17 })],
    ['width', judge({ width: '99%' })],
    ['label', judge({ label: 'another' })],
    ['weight', judge({ weight: criterion.weight + 1 })],
    ['isRequired', judge({ isRequired: !criterion.isRequired })],
    ['leaves', judge({ evidence: [] })],
    ['written', judge({ evidence: [{ ...leaf, written: '= 1' }] })],
    ['actual', judge({ evidence: [{ ...leaf, actual }] })],
  ];
}

/** The same of what a candidate says in brief, which is looked at instead where there is such a thing. */
function meddlingsInBrief(
  [first, ...rest]: readonly RankedCandidate[],
  workOrder: Facts,
): readonly (readonly [what: string, others: readonly RankedCandidate[]])[] {
  const brief = first?.scored.inBrief?.(workOrder);
  if (first === undefined || !brief) return [];
  const { scored } = first;
  const { criteria } = scored;
  const put = (part: Partial<CriteriaInBrief>) => {
    const inBrief = () => ({ ...brief, ...part });
    return [{ ...first, scored: amend(scored, { criteria, inBrief }) }, ...rest];
  };
  const { masks, leaves, widths } = brief;
  const { needsPerson: _, ...told } = masks;
  return [
    ...Object.entries(told).map(([name, mask]) => [name, put({ masks: { ...masks, [name]: mask + 1 } })] as const),
    ['graded', put({ graded: [...brief.graded, [1, 17]] })],
    ['width', put({ widths: [...widths.slice(1), '99%'] })],
    ['a leaf less', put({ widths: [...widths], leaves: leaves.slice(1) })],
    ['leaf', put({ widths: [...widths], leaves: leaves.map((leaf) => ({ ...leaf, written: '= 1' })) })],
  ];
}

type Findings = {
  readonly counts: { readonly [kind: string]: number };
  readonly findings: readonly { readonly decisionId: string; readonly kind: string; readonly because?: string }[];
};

async function findingsOf(db: string): Promise<Findings & { readonly code: number }> {
  const { code, out } = await replayed(db, '--all', '--json');
  return { code, ...(JSON.parse(out) as Findings) };
}

describe('replay', () => {
  it('of a ledger that nobody touched finds every decision the same', async () => {
    const { code, out, err } = await replayed(untouched, '--all');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^20 decisions of 4 runs taken again from the ledger alone, by engine version /);
    expect(out).toContain('      20 identical, to the byte\n');
    expect((await replayed(untouched, '--all', '--since', '1d')).out).toMatch(/^0 decisions of 0 runs/);
  });

  it('sees in the rows whatever of a candidate is not the same', async () => {
    const reader = openLedgerReader({ path: untouched, migrationsFolder: join(packageRoot(), 'migrations/sqlite') });
    const changed = new Set<string>();
    const watched = (one: WholeDecision): WholeDecision => ({
      ...one,
      holds: (candidates) => {
        const briefly = meddlingsInBrief(candidates, one.slate?.facts ?? {});
        for (const [what, others] of [...meddlings(candidates), ...briefly]) {
          changed.add(`${what}${briefly.some(([, each]) => each === others) ? ', in brief' : ''}`);
          expect([what, one.holds(others)]).toEqual([what, false]);
        }
        expect(one.candidates()).toEqual(toRecordedCandidates(candidates));
        expect(one.holds(candidates)).toBe(true);
        return true;
      },
    });
    try {
      const recordedRuns = async function* (of: Parameters<ReplayReader['recordedRuns']>[0]) {
        for await (const run of reader.recordedRuns(of)) yield { ...run, decisions: run.decisions.map(watched) };
      };
      const { counts } = await replayAll({ recordedRuns, recordedRules: (hash) => reader.recordedRules(hash) }, [
        ruleSet,
      ]);
      expect(counts.identical).toBe(DECISIONS);
    } finally {
      await reader.close();
    }
    expect(changed.size).toBe(23 + 10);
  });

  it('takes one decision alone, or all of a work order', async () => {
    const { findings } = await findingsOf(untouched);
    expect(findings).toEqual([]);
    const order = meddle(copy(), (db) =>
      db
        .prepare<[], { id: number; n: number }>(
          'SELECT work_order_id AS id, count(*) AS n FROM decision GROUP BY 1 ORDER BY 2 DESC LIMIT 1',
        )
        .get(),
    );
    expect((await replayed(untouched, `${order?.id}.1.1`)).out).toMatch(/^1 decisions of 1 runs/);
    expect((await replayed(untouched, `${order?.id}`)).out).toMatch(
      new RegExp(`^${order?.n} decisions of ${order?.n} `),
    );
  });

  it('names the candidate whose stored fact was changed, of every decision that rests on it and of no other', async () => {
    for (const nth of [0, 17]) {
      const db = copy();
      const { provider, resting } = flipFact(db, { nth, isHashMended: false });
      const { code, counts, findings } = await findingsOf(db);
      expect(code).toBe(5);
      expect(findings.map(({ decisionId }) => decisionId)).toEqual(resting);
      expect(counts).toMatchObject({ altered: resting.length, identical: DECISIONS - resting.length, different: 0 });
      const { out } = await replayed(db, resting[0] ?? '');
      expect(out).toContain(`${resting[0]}  altered: candidate ${provider} is not what its hash says\n`);
    }
  });

  it('says the same however many threads go through the ledger, and stops in all of them when asked to', async () => {
    const db = copy();
    flipFact(db, { nth: 17, isHashMended: false });
    const [alone, together] = [
      await replayed(db, '--all', '--json'),
      await replayed(db, '--all', '--json', '--jobs', '2'),
    ];
    expect(together).toEqual(alone);
    expect([alone.code, JSON.parse(alone.out).counts.altered > 0]).toEqual([5, true]);
    let err = '';
    const code = await runCli(['replay', '--all', '--db', db, '--jobs', '2'], {
      stdout: { write: () => undefined },
      stderr: { write: (text) => (err += text), isTTY: false },
      cwd: folder,
      env: {},
      signal: AbortSignal.abort(),
    });
    const stopped = 'the replay was stopped on request. Nothing was written; begin again when you like.\n';
    expect([code, err]).toEqual([3, stopped]);
  });

  it('finds it as well when the hash was mended to fit', async () => {
    const db = copy();
    const { resting } = flipFact(db, { nth: 3, isHashMended: true });
    const { code, findings } = await findingsOf(db);
    expect(code).toBe(5);
    expect(findings.map(({ decisionId }) => decisionId)).toEqual(resting);
    expect(JSON.stringify(findings)).toContain('is not what the chain says was written');
  });

  it('names the rule text, the batch or the row that was changed', async () => {
    const texts = copy();
    meddle(texts, (db) => db.exec(`UPDATE rule_text SET text = replace(text, '"weight"', '"weigth"') WHERE rowid = 1`));
    expect(await findingsOf(texts)).toMatchObject({ code: 5, counts: { altered: DECISIONS } });
    expect((await replayed(texts, '--all')).out).toMatch(
      /altered: the text of rule file \S+ \(\w{12}\) is not what its/,
    );
    const batches = copy();
    meddle(batches, (db) =>
      db.exec(`UPDATE body SET bytes = x'00' WHERE id = (SELECT batch_body FROM decision LIMIT 1)`),
    );
    expect(await findingsOf(batches)).toMatchObject({ code: 5, counts: { altered: 5, identical: 15 } });
    expect((await replayed(batches, '--all')).out).toContain('the batch of its run cannot be inflated');
    const rows = copy();
    meddle(rows, (db) => db.exec(`UPDATE decision SET stage = 9, cost_cents = 1 WHERE id = 7`));
    const found = await findingsOf(rows);
    expect(found).toMatchObject({ code: 5, counts: { different: 1, identical: 19 } });
    expect(found.findings[0]).toMatchObject({
      because: 'Its row, a candidate, an intent or the hash of a body is not what the chain says was written.',
      differences: [
        { part: 'stage', recorded: 9 },
        { part: 'costCents', recorded: 1 },
      ],
    });
  });

  it('says erased of what was erased, and takes the others of the run again without it', async () => {
    const db = copy();
    const ledger = openSimLedger(db);
    const body = ledger.connection.db
      .prepare<[], { hash: string; id: number }>(
        'SELECT lower(hex(hash)) AS hash, body AS id FROM candidate JOIN body_key ON body_key.id = body WHERE decision = 8 LIMIT 1',
      )
      .get();
    const hashes = [sha256(body?.hash ?? '')];
    eraseBodies(ledger.connection, { hashes, actor: 'ana', because: 'asked to', atMs: 1 });
    await ledger.store.close();
    const resting = meddle(db, (open) =>
      open
        .prepare<[number], number>('SELECT count(*) FROM candidate WHERE body = ?')
        .pluck()
        .get(body?.id ?? 0),
    );
    const { code, counts } = await findingsOf(db);
    expect(code).toBe(0);
    expect(counts).toMatchObject({ erased: resting, identical: DECISIONS - (resting ?? 0), different: 0, altered: 0 });
    expect((await replayed(db, '--all')).out).toMatch(/erased: candidate \d+\n/);
  });

  it('finds decisions the same that rest on what was erased before, and was stored for them again', async () => {
    const hashes = meddle(untouched, (open) =>
      open.prepare<[], string>('SELECT lower(hex(hash)) FROM body_key').pluck().all().map(sha256),
    );
    const again = join(folder, 'again');
    const db = await pastLedger(SIZE, ruleSet, { folder: again, onProgress: () => undefined, erased: hashes });
    expect(await findingsOf(db)).toMatchObject({ code: 0, counts: { identical: DECISIONS } });
    const [verified, exported] = [await cli('ledger', 'verify', '--file', db), join(again, 'ledger.jsonl')];
    expect(verified.code).toBe(0);
    expect((await cli('ledger', 'export', '--db', db, '--out', exported)).code).toBe(0);
    expect(readFileSync(exported, 'utf8')).toContain('"text":"1\\n{');
    expect(
      execFileSync(process.execPath, [join(packageRoot(), 'docs/verify-export.mjs'), exported]).toString(),
    ).toMatch(/^whole: /);
  });

  it('says which rule text this version can no longer read, with exit code 1', async () => {
    const [first, ...others] = ruleSet.files;
    if (first === undefined) throw new Error('no rule file');
    const text = first.text.replace('"version": 1', '"version": 99');
    const files = [{ ...first, text, hash: hashText(text) }, ...others];
    const db = await pastLedger(SIZE, { ...ruleSet, files, hash: hashText('old') }, { folder, onProgress: () => {} });
    const { code, out } = await replayed(db, '--all');
    expect(code).toBe(1);
    expect(out).toContain('      20 not replayable\n');
    expect(out).toContain(
      `The text of rule file ${first.id} (${hashText(text).slice(0, 12)}) can no longer be read by`,
    );
  });

  it('wants to be told what to take again, and only once', async () => {
    for (const words of [[], ['4047.1.3', '--all'], ['4047', '--since', '1d']]) {
      const { code, err } = await replayed(untouched, ...words);
      expect([code, err]).toEqual([2, expect.stringContaining('FM-C275')]);
    }
    const { code, err } = await replayed(untouched, '999999.1.1');
    expect([code, err]).toEqual([2, expect.stringContaining('is not in this ledger: decision 999999.1.1')]);
  });
});

describe('frontier', () => {
  it('shows in every format what each required criterion of a rule file costs', async () => {
    const asked = (format: string) =>
      cli('frontier', 'atm-onsite', '--since', '2020-01-01', '--format', format, '--db', untouched);
    const { code, out, err } = await asked('json');
    expect([code, err]).toEqual([0, '']);
    const { decisions, leftOut, files } = JSON.parse(out);
    expect([decisions, leftOut]).toEqual([DECISIONS, 0]);
    expect(files[0].sets.map(({ kind }: { readonly kind: string }) => kind)).toEqual(
      expect.arrayContaining(['one', 'pair', 'best']),
    );
    expect((await asked('text')).out).toContain('Rule file atm-onsite');
    expect((await asked('markdown')).out).toContain('# What required criteria cost');
    expect((await asked('csv')).out).toMatch(/^rule_file,set,size,/);
    expect((await asked('html')).out).toMatch(/^<!doctype html>/);
    expect((await asked('html')).out).not.toMatch(/<script|https?:/);
  });

  it('knows no rule file that decided nothing', async () => {
    const { code, err } = await cli('frontier', 'nobody', '--since', '2020-01-01', '--db', untouched);
    expect([code, err]).toEqual([2, expect.stringContaining('FM-C276')]);
  });
});
