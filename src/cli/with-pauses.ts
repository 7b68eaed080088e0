import { setImmediate } from 'node:timers/promises';

/** The ledger answers without waiting: between two of what it gives, whoever presses Ctrl-C is heard. */
export async function* withPauses<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  for await (const item of items) {
    yield item;
    await setImmediate();
  }
}
