import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Agent, request } from 'undici';

/** A way to the sandbox on which one write stays, as long as the test likes, after it has left whoever sent it. */
export type HoldingProxy = {
  readonly url: string;
  /** Resolves when the write to be held is here. */
  readonly arrived: Promise<void>;
  /** Lets it go on to the sandbox, also when its sender is gone. */
  release(): void;
  close(): void;
};

/** Holds the first POST to such a path; everything else passes. */
export async function openHoldingProxy(sandboxUrl: string, path: RegExp): Promise<HoldingProxy> {
  const dispatcher = new Agent({ pipelining: 0 });
  const arrival = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let hasHeld = false;
  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', sandboxUrl);
    const body = await text(incoming);
    if (!hasHeld && incoming.method === 'POST' && path.test(url.pathname)) {
      hasHeld = true;
      arrival.resolve();
      await release.promise;
    }
    const method = incoming.method === 'POST' || incoming.method === 'DELETE' ? incoming.method : 'GET';
    const sent = body === '' ? {} : { body, headers: { 'content-type': 'application/json' } };
    const answer = await request(url, { method, dispatcher, ...sent });
    // The sandbox's own time goes with its answers.
    outgoing.setHeader('Date', answer.headers['date'] ?? '');
    outgoing.writeHead(answer.statusCode, { 'Content-Type': answer.headers['content-type'] ?? 'application/json' });
    outgoing.end(await answer.body.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    arrived: arrival.promise,
    release: () => release.resolve(),
    close: () => {
      release.resolve();
      server.close();
      server.closeAllConnections();
    },
  };
}
