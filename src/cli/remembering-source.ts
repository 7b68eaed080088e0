import type { WorkOrderSource } from '../engine/ports.ts';

/**
 * The platform as it answered first, also where it failed: every read is made once, so that what is decided twice is decided on
 * the same data.
 */
export function rememberingSource(source: WorkOrderSource): WorkOrderSource {
  const once = <Args extends readonly unknown[], Answer>(
    read: (...args: Args) => Promise<Answer>,
  ): ((...args: Args) => Promise<Answer>) => {
    const known = new Map<string, Promise<Answer>>();
    return (...args) => {
      const key = JSON.stringify(args);
      const before = known.get(key);
      if (before !== undefined) return before;
      const answer = read(...args);
      known.set(key, answer);
      return answer;
    };
  };
  return {
    pullList: once((list) => source.pullList(list)),
    readWorkOrder: once((id) => source.readWorkOrder(id)),
    readStatus: once((id) => source.readStatus(id)),
    readAssignee: once((id) => source.readAssignee(id)),
    pullPending: once((id) => source.pullPending(id)),
    readProfile: once((id) => source.readProfile(id)),
    readIncompleteReasons: once((id) => source.readIncompleteReasons(id)),
    pullTalentPools: once(() => source.pullTalentPools()),
    pullTalentPoolMembers: once((id) => source.pullTalentPoolMembers(id)),
    readDispatchSettings: once((id) => source.readDispatchSettings(id)),
    requestCount: () => source.requestCount(),
  };
}
