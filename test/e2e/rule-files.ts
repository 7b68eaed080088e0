/**
 * A rule file under which nearly everybody is eligible, so that each run has much to send: requests and counter-offers
 * are taken at once, otherwise the best known provider is invited, and an hour after opening three more.
 */
export function openDoor(
  given: { readonly stages?: readonly object[]; readonly mode?: 'enforce' | 'shadow' } = {},
): string {
  const { stages = OPEN_DOOR_STAGES, mode = 'enforce' } = given;
  return JSON.stringify({
    version: 1,
    id: 'open-door',
    name: 'Open door',
    owner: 'tests',
    because: 'Everybody is eligible, so that every run has something to send.',
    mode,
    priority: 0,
    selection_rule: {
      id: 0,
      rules: [
        {
          key: 'worked_with',
          name: 'Worked with your company before',
          operator: '=',
          value: true,
          weight: 100,
          is_required: false,
          can_remote: true,
        },
      ],
    },
    decision: { stages, tie_break: ['points', 'provider_id:asc'] },
    guardrails: {
      per_provider: { overlap: 'allow' },
      pay: { accept_counters: true, max_counter_over_base_percent: 100 },
    },
  });
}

export const ASSIGN = { after_minutes: 0, do: 'assign', withdraw_routes: true };
export const ROUTE = { after_minutes: 0, do: 'route' };
export const MASS_ROUTE = { after_minutes: 0, do: 'mass_route', top: 3 };

const OPEN_DOOR_STAGES = [ASSIGN, ROUTE, { ...MASS_ROUTE, after_minutes: 60 }];
