import type { Provider, WorkOrder } from '../world/nouns.ts';
import { milesBetween } from '../world/places.ts';

/** Miles from home to the site; 0 for remote work. */
export function milesToSite(provider: Provider, workOrder: WorkOrder): number {
  return workOrder.place === null ? 0 : milesBetween(provider.home, workOrder.place);
}
