/** Something that will happen in the market at a moment of virtual time. It is checked against the state when it comes. */
export type MarketEvent = { readonly atMs: number; readonly workOrderId: number } & (
  | { readonly kind: 'publish'; readonly providerId: 0 }
  | { readonly kind: 'route'; readonly providerId: number }
  | { readonly kind: 'request'; readonly providerId: number; readonly opening: number; readonly attempt: number }
  | { readonly kind: 'expire'; readonly providerId: number; readonly requestId: number; readonly attempt: number }
  | { readonly kind: 'withdraw'; readonly providerId: number; readonly requestId: number }
  | { readonly kind: 'answer_route'; readonly providerId: number; readonly routeId: number }
  | {
      readonly kind: 'mass_route';
      readonly providerId: 0;
      readonly massRouteId: number;
      readonly providerIds: readonly number[];
      /** Left out because they miss the rule sent along. */
      readonly unwanted: readonly number[];
    }
  | {
      readonly kind: 'provider_cancel' | 'no_show' | 'check_in';
      readonly providerId: number;
      readonly assignedMs: number;
    }
  | { readonly kind: 'finish'; readonly providerId: number; readonly assignedMs: number; readonly outMs: number }
  | { readonly kind: 'appear' | 'hand_over' | 'by_hand' | 'give_up'; readonly providerId: 0 }
  | { readonly kind: 'end_dispatch'; readonly providerId: 0; readonly workerId: number }
);

export interface EventQueue {
  add(event: MarketEvent): void;
  /** Removes and gives the earliest event that is due at `untilMs`; null when none is. */
  takeDue(untilMs: number): MarketEvent | null;
}

/** A binary heap. Events of the same moment come by work order, provider and kind, so that the order of adding never shows. */
export function createEventQueue(): EventQueue {
  const heap: MarketEvent[] = [];
  return {
    add(event) {
      heap.push(event);
      siftUp(heap, heap.length - 1);
    },
    takeDue(untilMs) {
      const first = heap[0];
      if (first === undefined || first.atMs > untilMs) return null;
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) {
        heap[0] = last;
        siftDown(heap);
      }
      return first;
    },
  };
}

function isBefore(one: MarketEvent, other: MarketEvent): boolean {
  if (one.atMs !== other.atMs) return one.atMs < other.atMs;
  if (one.workOrderId !== other.workOrderId) return one.workOrderId < other.workOrderId;
  if (one.providerId !== other.providerId) return one.providerId < other.providerId;
  return one.kind < other.kind;
}

function siftUp(heap: MarketEvent[], from: number): void {
  let index = from;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!swapIfBefore(heap, index, parent)) return;
    index = parent;
  }
}

function siftDown(heap: MarketEvent[]): void {
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    const leftEvent = heap[left];
    if (leftEvent === undefined) return;
    const rightEvent = heap[right];
    const child = rightEvent !== undefined && isBefore(rightEvent, leftEvent) ? right : left;
    if (!swapIfBefore(heap, child, index)) return;
    index = child;
  }
}

function swapIfBefore(heap: MarketEvent[], lower: number, upper: number): boolean {
  const one = heap[lower];
  const other = heap[upper];
  if (one === undefined || other === undefined || !isBefore(one, other)) return false;
  heap[lower] = other;
  heap[upper] = one;
  return true;
}
