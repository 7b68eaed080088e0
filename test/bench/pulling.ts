import { Agent as HttpAgent } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { Agent, request } from 'undici';
import type { WorkOrderId } from '../../src/domain/ids.ts';
import type { FieldNationClient } from '../../src/fieldnation/connect.ts';
import { type Bench, Disagreement, type Figure, type Line } from './bench-definition.ts';
import { loadPeer, type Peer } from './peers.ts';
import { measureInRounds, ratioOf, type Side, type SideResult } from './rounds.ts';
import { connectToPages, servePages } from './serve-pages.ts';

const CONCURRENCY = 32;
const ROWS = 25;
const WORLD = { workOrders: 400, pending: ROWS, providers: 4_000, keepsAnswers: true };
const ROUNDS = 9;

const NEW = 'pulling 60 kB pages, all of them new';
const KNOWN = 'pulling 60 kB pages, as they were before';
const UNDICI = 'undici request + JSON.parse';
const FETCH = 'global fetch';

/** Our client against the ones people would write it with. */
export const pullingBench: Bench = {
  name: 'pulling',
  summary: `Pages of ${ROWS} pending providers, ${CONCURRENCY} at a time, from another process of this machine.`,
  run: async (note) => {
    const axios = await loadPeer<Axios>('axios');
    const server = await servePages(WORLD);
    const dispatcher = new Agent({ connections: CONCURRENCY });
    const scene = { server, note, theirs: waysOfOthers(server.url, dispatcher, axios) };
    try {
      // Room for one page, so that every other one is looked for in vain and read.
      const fresh = await compare(scene, { name: NEW, seenPagesBytes: 100_000 });
      // Apart, for what is remembered of all pages is hundreds of megabytes for the collector to go through, whoever made the garbage.
      const known = await compare(scene, { name: KNOWN, seenPagesBytes: 64_000_000 });
      const pageKb = await measurePage(server.url, server.orderIds[0]);
      const lines = [...toLines(known, axios), ...toLines(fresh, axios)];
      return { lines, figures: [...fresh.map(toFigure), ...known.slice(0, 1).map(toFigure), pageKb] };
    } finally {
      await dispatcher.close();
      server.close();
    }
  },
};

type Scene = {
  readonly server: Awaited<ReturnType<typeof servePages>>;
  readonly note: (what: string) => void;
  readonly theirs: readonly Way[];
};

/** Ours is the first of what it gives. */
async function compare(
  { server, note, theirs }: Scene,
  { name, seenPagesBytes }: { readonly name: string; readonly seenPagesBytes: number },
): Promise<readonly SideResult[]> {
  const client = connectToPages(server.url, { maxConcurrentRequests: CONCURRENCY, pageSize: ROWS, seenPagesBytes });
  try {
    const ways = [{ name, pull: (id: WorkOrderId) => pullWith(client, id) }, ...theirs];
    note('whether all see the same');
    await requireSameAnswers(ways, server.orderIds);
    const sides = ways.map((way) => toSide(way, server.orderIds));
    return await measureInRounds(sides, ROUNDS);
  } finally {
    await client.close();
  }
}

/** One page: of each row who it is about and the platform's points. */
type Seen = readonly (readonly [number, number | null])[];

type Way = { readonly name: string; readonly pull: (id: WorkOrderId) => Promise<Seen> };

type Axios = {
  readonly default: {
    readonly create: (options: object) => { readonly get: (url: string) => Promise<{ readonly data: unknown }> };
  };
};

async function pullWith(client: FieldNationClient, id: WorkOrderId): Promise<Seen> {
  const { rows } = await client.pullPending(id);
  return rows.map(({ providerId, platform }) => [providerId, platform?.points ?? null]);
}

function waysOfOthers(url: string, dispatcher: Agent, axios: Peer<Axios>): readonly Way[] {
  const address = (id: WorkOrderId) => pageAddress(url, id);
  const bare = async (id: WorkOrderId) => {
    const { body } = await request(address(id), { dispatcher });
    return seenIn(JSON.parse(await body.text()));
  };
  // biome-ignore lint/style/noRestrictedGlobals: it is what we are measured against.
  const native = async (id: WorkOrderId) => seenIn(await (await fetch(address(id))).json());
  const ways: Way[] = [
    { name: UNDICI, pull: bare },
    { name: FETCH, pull: native },
  ];
  if (axios.kind === 'loaded') {
    const { get } = axios.module.default.create({
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: CONCURRENCY }),
    });
    ways.push({ name: axios.name, pull: async (id) => seenIn((await get(address(id))).data) });
  }
  return ways;
}

/** As our client asks for it. */
function pageAddress(url: string, id: WorkOrderId): string {
  const query = `list=find_providers_pending_assignment&sticky=false&page=1&per_page=${ROWS}&access_token=none`;
  return `${url}/api/rest/v2/workorders/${id}/providers?${query}`;
}

type WirePage = {
  readonly results: readonly { readonly id: number; readonly selection_rule?: { readonly points: number } }[];
};

function seenIn(page: unknown): Seen {
  return (page as WirePage).results.map((row) => [row.id, row.selection_rule?.points ?? null]);
}

async function requireSameAnswers(ways: readonly Way[], ids: readonly WorkOrderId[]): Promise<void> {
  for (const id of ids) {
    const [first, ...others] = await Promise.all(ways.map(async ({ name, pull }) => ({ name, seen: await pull(id) })));
    const different = others.find(({ seen }) => !isDeepStrictEqual(seen, first?.seen));
    if (different !== undefined || first?.seen.length !== ROWS)
      throw new Disagreement(`the page of work order ${id} is another by ${different?.name ?? 'all'}`);
  }
}

function toSide({ name, pull }: Way, ids: readonly WorkOrderId[]): Side {
  return {
    name,
    work: async () => {
      const left = ids.values();
      const pullRest = async () => {
        for (const id of left) await pull(id);
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, pullRest));
      return ids.length;
    },
  };
}

function toLines([ours, ...others]: readonly SideResult[], axios: Peer<Axios>): readonly Line[] {
  if (ours === undefined) return [];
  const line = { what: ours.name, ours: ours.perSecond, unit: 'pages/s' };
  const lines = others.map((other): Line => {
    const ratio = ratioOf(ours.rounds, other.rounds).wall;
    const peer = { kind: 'measured', name: other.name, value: other.perSecond, ratio } as const;
    return { ...line, peer, mustReach: { kind: 'at_least', value: other.name === UNDICI ? 0.9 : 1.5 } };
  });
  return axios.kind === 'loaded' ? lines : [...lines, { ...line, peer: axios, mustReach: null }];
}

function toFigure({ name, perCpuSecond }: SideResult): Figure {
  return { what: name, value: Math.round(perCpuSecond), unit: 'pages per second of the processor' };
}

async function measurePage(url: string, id: WorkOrderId | undefined): Promise<Figure> {
  if (id === undefined) throw new Error('there is no work order');
  const { body } = await request(pageAddress(url, id));
  return { what: 'a page', value: Math.round((await body.bytes()).length / 100) / 10, unit: 'kB' };
}
