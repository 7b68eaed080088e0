import type { z } from 'zod';
import { type ProviderId, providerId } from '../domain/ids.ts';
import type { CompanySource, IncompleteReason, TalentPool } from '../engine/ports.ts';
import { readCursorList } from './cursor-pages.ts';
import { type Reader, readList, readOne } from './reading.ts';
import {
  wireDispatchSettings,
  wireGroupMember,
  wireReasons,
  wireTalentPool,
  wireTalentPoolGroup,
  wireTalentPoolMember,
} from './wire/company.ts';
import { firstProblem } from './wire/problem-of.ts';

/** What the buyer's company has set up on Field Nation. One row that is not understood fails the read: a list with a hole would pass for whole. */
export class FieldNationCompanySource implements CompanySource {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  async readIncompleteReasons(companyId: number): Promise<readonly IncompleteReason[] | null> {
    const what = `reading the incomplete reasons of company ${companyId}`;
    const json = await readOne(this.#reader, { what, path: `/company/${companyId}/reasons/incomplete` });
    return json === null ? null : this.#parse(what, wireReasons, json);
  }

  async pullTalentPools(): Promise<readonly TalentPool[] | null> {
    const what = 'reading the talent pools';
    const whole = await readList(this.#reader, { what, path: '/company/preferred-providers' }, { list: null });
    if (whole.kind === 'missing') return this.#poolsOfGroups(what);
    const pools = whole.rows.map((row) => this.#parse(what, wireTalentPool, row));
    return [...new Map(pools.map((pool) => [pool.id, pool])).values()];
  }

  async pullTalentPoolMembers(poolId: number): Promise<readonly ProviderId[] | null> {
    const what = `reading the members of talent pool ${poolId}`;
    const rows = await readCursorList(this.#reader, { what, path: '/talent-pool-groups' });
    const groups = rows?.map((row) => this.#parse(what, wireTalentPoolGroup, row)) ?? [];
    const holding = groups.filter((group) => group.talent_pools.some(({ id }) => id === poolId));
    if (holding.length === 0) return this.#membersOfGroup(what, poolId);
    const members = new Set<ProviderId>();
    for (const group of holding) {
      const path = `/talent-pool-groups/${group.uuid}/providers`;
      const found = await readCursorList(this.#reader, { what, path });
      if (found === null) return null;
      for (const row of found) {
        const member = this.#parse(what, wireTalentPoolMember, row);
        const tierId = member.tier?.id ?? null;
        if (tierId === null && group.talent_pools.length > 1)
          throw this.#reader.api.notUnderstood(
            what,
            `provider ${member.provider_id} is in one of several pools, and not said in which`,
          );
        if (tierId === null || tierId === poolId) members.add(providerId(member.provider_id));
      }
    }
    return [...members].toSorted((a, b) => a - b);
  }

  /** Where there are no preferred-provider groups, the talent pools of the newer family. */
  async #poolsOfGroups(what: string): Promise<readonly TalentPool[] | null> {
    const rows = await readCursorList(this.#reader, { what, path: '/talent-pool-groups' });
    const pools = rows?.flatMap((row) => this.#parse(what, wireTalentPoolGroup, row).talent_pools) ?? null;
    if (pools === null) return null;
    return [...new Map(pools.map(({ id, name }) => [id, { id, name, memberCount: null }])).values()];
  }

  /** A preferred-provider group's members. Nobody: the platform does not say whether there is such a group. */
  async #membersOfGroup(what: string, groupId: number): Promise<readonly ProviderId[] | null> {
    const query = { default_view: 'list', f_preferred_groups: String(groupId) };
    const expected = { list: null, filter: 'f_preferred_groups' };
    const whole = await readList(this.#reader, { what, path: '/providers', query }, expected);
    if (whole.kind === 'missing' || whole.rows.length === 0) return null;
    const members = whole.rows.map((row) => providerId(this.#parse(what, wireGroupMember, row).id));
    return [...new Set(members)].toSorted((a, b) => a - b);
  }

  async readDispatchSettings(projectId: number): Promise<{ readonly isEnabled: boolean } | null> {
    const what = `reading the dispatch settings of project ${projectId}`;
    const json = await readOne(this.#reader, { what, path: `/project/${projectId}/dispatch-settings` });
    if (json === null) return null;
    return { isEnabled: this.#parse(what, wireDispatchSettings, json).is_dispatch_settings_enabled };
  }

  #parse<Wire>(what: string, schema: z.ZodType<Wire>, json: unknown): Wire {
    const parsed = schema.safeParse(json);
    if (!parsed.success) throw this.#reader.api.notUnderstood(what, firstProblem(parsed.error));
    return parsed.data;
  }
}
