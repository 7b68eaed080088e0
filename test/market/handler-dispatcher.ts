import { Dispatcher } from 'undici';

export type Handler = (request: Request) => Response | Promise<Response>;

/** Carries requests to a handler in this process: the client is the real one, down to where its connections begin. */
export class HandlerDispatcher extends Dispatcher {
  readonly #handle: Handler;

  constructor(handle: Handler) {
    super();
    this.#handle = handle;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const controller = new HandlerController();
    handler.onRequestStart?.(controller, {});
    void this.#answer(options, controller, handler);
    return true;
  }

  override close(callback: () => void): void;
  override close(): Promise<void>;
  override close(callback?: () => void): Promise<void> | undefined {
    if (callback === undefined) return Promise.resolve();
    callback();
    return undefined;
  }

  override destroy(error: Error | null, callback: () => void): void;
  override destroy(callback: () => void): void;
  override destroy(error?: Error | null): Promise<void>;
  override destroy(...given: readonly unknown[]): Promise<void> | undefined {
    const callback = given.at(-1);
    if (typeof callback !== 'function') return Promise.resolve();
    callback();
    return undefined;
  }

  async #answer(
    options: Dispatcher.DispatchOptions,
    controller: HandlerController,
    handler: Dispatcher.DispatchHandler,
  ): Promise<void> {
    try {
      const response = await this.#handle(toRequest(options));
      const body = Buffer.from(await response.arrayBuffer());
      if (controller.reason !== null) throw controller.reason;
      handler.onResponseStart?.(controller, response.status, Object.fromEntries(response.headers), response.statusText);
      if (body.length > 0) handler.onResponseData?.(controller, body);
      handler.onResponseEnd?.(controller, {});
    } catch (error) {
      handler.onResponseError?.(controller, error instanceof Error ? error : new Error(String(error)));
    }
  }
}

function toRequest({ origin, path, method, headers, body }: Dispatcher.DispatchOptions): Request {
  if (typeof body !== 'string' && body !== null && body !== undefined) throw new TypeError('only text bodies are sent');
  const given = new Headers();
  for (const [name, value] of Object.entries(headers ?? {})) given.set(name, String(value));
  return new Request(`${origin}${path}`, { method, headers: given, body: body ?? null });
}

/** The whole answer is there at once, so that nothing has to wait. */
class HandlerController implements Dispatcher.DispatchController {
  readonly paused = false;
  reason: Error | null = null;

  get aborted(): boolean {
    return this.reason !== null;
  }

  abort(reason: Error): void {
    this.reason = reason;
  }

  pause(): void {}

  resume(): void {}
}
