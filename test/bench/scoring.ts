import { isDeepStrictEqual } from 'node:util';
import { type Bench, Disagreement, type Line } from './bench-definition.ts';
import { loadPeer, type Peer } from './peers.ts';
import { measureInRounds, type Side, type SideResult } from './rounds.ts';
import { askedOf, candidateValues, MOST_CRITERIA } from './scoring-rules.ts';
import {
  byClosures,
  byJsonLogic,
  byRulesEngine,
  byZen,
  type JsonLogic,
  rankingOnly,
  type Scorer,
  withEvidence,
  type Zen,
} from './scoring-sides.ts';

const CANDIDATES = 100;
const ROUNDS = 7;

const EVIDENCE = 'every leaf of evidence read';
const RANKING = 'ranking only';
const LIBRARY = 'json-rules-engine engine.run';
const CLOSURES = 'closures by hand';

/** `[over engine.run, over zen-engine]`, for each way of ours. */
const LEAST = { [EVIDENCE]: { library: 150, zen: 25 }, [RANKING]: { library: 400, zen: null } } as const;

/** A slate scored again and again, beside those who score the same candidates by the same rules. */
export const scoringBench: Bench = {
  name: 'scoring',
  summary: `A slate of ${CANDIDATES} candidates, all facts known, by 8 and by 12 criteria.`,
  run: async (note) => {
    const [zen, logic] = [await loadPeer<Zen>('@gorules/zen-engine'), await loadPeer<JsonLogic>('json-logic-engine')];
    const lines: Line[] = [];
    for (const criteria of [8, MOST_CRITERIA]) {
      note(`${criteria} criteria`);
      const scorers = scorersOf(criteria, zen, logic);
      await requireSameAnswers(scorers);
      for (const way of [EVIDENCE, RANKING] as const) {
        const results = await measureInRounds(
          [...scorers]
            .filter(([name]) => name === way || !(name in LEAST))
            .map(([name, scorer]) => toSide(name, scorer)),
          ROUNDS,
        );
        lines.push(...toLines(`scoring by ${criteria} criteria, ${way}`, results, { way, missing: [zen, logic] }));
      }
    }
    return { lines, figures: [] };
  },
};

function scorersOf(criteria: number, zen: Peer<Zen>, logic: Peer<JsonLogic>): ReadonlyMap<string, Scorer> {
  const [asked, values] = [askedOf(criteria), candidateValues(CANDIDATES)];
  return new Map([
    [EVIDENCE, withEvidence(asked, values)],
    [RANKING, rankingOnly(asked, values)],
    [LIBRARY, byRulesEngine(asked, values)],
    ...(zen.kind === 'loaded' ? [[zen.name, byZen(zen.module, asked, values)] as const] : []),
    ...(logic.kind === 'loaded' ? [[logic.name, byJsonLogic(logic.module, asked, values)] as const] : []),
    [CLOSURES, byClosures(asked, values)],
  ]);
}

async function requireSameAnswers(scorers: ReadonlyMap<string, Scorer>): Promise<void> {
  const own = await scorers.get(EVIDENCE)?.score();
  // Candidates who all come out alike would be no test.
  if (new Set(own?.map(({ points }) => points)).size < CANDIDATES / 10)
    throw new Disagreement('too few different points');
  if (new Set(own?.map(({ isMatch }) => isMatch)).size !== 2) throw new Disagreement('the gate keeps all or none');
  for (const [name, { score }] of scorers)
    if (!isDeepStrictEqual(await score(), own)) throw new Disagreement(`${name} scores the candidates otherwise`);
}

function toSide(name: string, { score, perRound }: Scorer): Side {
  const slates = Math.ceil(perRound / CANDIDATES);
  const work = async () => {
    for (let slate = 0; slate < slates; slate += 1) {
      const answers = score();
      // Waiting for what is there already would be most of the time of the fast ones.
      if (answers instanceof Promise) await answers;
    }
    return slates * CANDIDATES;
  };
  return { name, work };
}

type About = { readonly way: keyof typeof LEAST; readonly missing: readonly Peer<unknown>[] };

function toLines(what: string, [ours, ...others]: readonly SideResult[], { way, missing }: About): readonly Line[] {
  if (ours === undefined) return [];
  const own = { what, ours: ours.perCpuSecond, unit: 'candidates/s of the processor' };
  const lines = others.map(({ name, perCpuSecond, ratio }): Line => {
    const peer = { kind: 'measured', name, value: perCpuSecond, ratio: ratio.cpu } as const;
    const { library, zen } = LEAST[way];
    const least = name === LIBRARY ? library : name.startsWith('@gorules/zen-engine') ? zen : null;
    return { ...own, peer, mustReach: least === null ? null : { kind: 'at_least', value: least } };
  });
  const absent = missing.filter((peer) => peer.kind === 'missing');
  return [...lines, ...absent.map((peer): Line => ({ ...own, peer, mustReach: null }))];
}
