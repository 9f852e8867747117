import { z } from '@shared/zod';
import { AppError, type ErrorCode, errorCodes } from './errors';
import { AsyncQueue } from './queue';

/** What the peer needs of a message port, a child process's channel or a worker: post, receive, hear the end. */
export interface PortLike {
  post(message: unknown): void;
  onMessage(receive: (message: unknown) => void): void;
  onClose(closed: () => void): void;
}

/** A channel answers once (`out`) or streams (`item`). */
export type Channel =
  { readonly in: z.ZodType; readonly out: z.ZodType } | { readonly in: z.ZodType; readonly item: z.ZodType };
export type Contract = Readonly<Record<string, Channel>>;

type Input<D> = D extends { in: infer S extends z.ZodType } ? z.output<S> : never;
type GivenInput<D> = D extends { in: infer S extends z.ZodType } ? z.input<S> : never;
type Handler<D> = D extends { out: infer O extends z.ZodType }
  ? (input: Input<D>, signal: AbortSignal) => Promise<z.input<O>>
  : D extends { item: infer I extends z.ZodType }
    ? (input: Input<D>, signal: AbortSignal) => AsyncIterable<z.input<I>>
    : never;
type Call<D> = D extends { out: infer O extends z.ZodType }
  ? (input: GivenInput<D>, signal?: AbortSignal) => Promise<z.output<O>>
  : D extends { item: infer I extends z.ZodType }
    ? (input: GivenInput<D>, signal?: AbortSignal) => AsyncIterableIterator<z.output<I>>
    : never;

export type Implementation<C extends Contract> = { readonly [K in keyof C]: Handler<C[K]> };
export type Client<C extends Contract> = { readonly [K in keyof C]: Call<C[K]> };

/** Items a stream may send ahead of what its reader has taken. */
const initialCredits = 32;

const Request = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), id: z.int(), channel: z.string(), input: z.unknown() }),
  z.strictObject({ kind: z.literal('cancel'), id: z.int() }),
  z.strictObject({ kind: z.literal('credit'), id: z.int(), count: z.int().positive() }),
]);
const WireError = z.strictObject({
  code: z.enum(errorCodes),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
});
const Reply = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ok'), id: z.int(), value: z.unknown() }),
  z.strictObject({ kind: z.literal('item'), id: z.int(), value: z.unknown() }),
  z.strictObject({ kind: z.literal('end'), id: z.int() }),
  z.strictObject({ kind: z.literal('error'), id: z.int(), error: WireError }),
]);
type Reply = z.output<typeof Reply>;

function check<S extends z.ZodType>(schema: S, value: unknown, code: ErrorCode, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError(code, `${what}: ${z.prettifyError(parsed.error)}`);
}

function toWire(error: unknown, signal: AbortSignal): z.output<typeof WireError> {
  if (error instanceof AppError) return { code: error.code, message: error.message, data: error.data };
  if (signal.aborted) return { code: 'cancelled', message: 'cancelled', data: {} };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), data: {} };
}

/** Lets a stream's producer wait until its reader has room, or the call is aborted. */
class Credits {
  private free = initialCredits;
  private wake: (() => void) | null = null;

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.wake?.(), { once: true });
  }

  grant(count: number): void {
    this.free += count;
    this.wake?.();
  }

  async take(): Promise<void> {
    while (this.free <= 0 && !this.signal.aborted)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    this.wake = null;
    this.free--;
  }
}

export interface ServeOptions {
  /** Hears errors that are bugs here or a broken envelope of the other side; expected `AppError`s only go to the caller. */
  readonly onInternalError?: (error: unknown, channel: string) => void;
}

/**
 * Answers a contract's calls that arrive on a port. Inputs and outputs are validated; errors travel as code, message and
 * data. When the port closes, every running call is aborted.
 */
export function serve<C extends Contract>(
  contract: C,
  implementation: Implementation<C>,
  port: PortLike,
  options: ServeOptions = {},
): void {
  const running = new Map<number, { abort: AbortController; credits: Credits }>();
  let open = true;
  const post = (reply: Reply) => {
    if (open) port.post(reply);
  };
  port.onClose(() => {
    open = false;
    for (const call of running.values()) call.abort.abort();
  });
  port.onMessage((raw) => {
    const parsed = Request.safeParse(raw);
    if (!parsed.success) {
      options.onInternalError?.(parsed.error, '(envelope)');
      return;
    }
    const request = parsed.data;
    if (request.kind === 'cancel') running.get(request.id)?.abort.abort();
    else if (request.kind === 'credit') running.get(request.id)?.credits.grant(request.count);
    else void answer(request.id, request.channel, request.input);
  });

  async function answer(id: number, channel: string, input: unknown): Promise<void> {
    const abort = new AbortController();
    const credits = new Credits(abort.signal);
    running.set(id, { abort, credits });
    try {
      const definition = Object.hasOwn(contract, channel) ? contract[channel] : undefined;
      if (!definition) throw new AppError('bad-request', `no channel "${channel}"`);
      // The map type ties handler and definition together for callers; inside, the channel is only known by name.
      const handler = implementation[channel] as unknown as (input: unknown, signal: AbortSignal) => unknown;
      const result = handler(check(definition.in, input, 'bad-request', channel), abort.signal);
      if ('out' in definition) {
        post({ kind: 'ok', id, value: check(definition.out, await result, 'internal', `answer of ${channel}`) });
        return;
      }
      for await (const item of result as AsyncIterable<unknown>) {
        await credits.take();
        if (abort.signal.aborted) break;
        post({ kind: 'item', id, value: check(definition.item, item, 'internal', `item of ${channel}`) });
      }
      post({ kind: 'end', id });
    } catch (error) {
      const wire = toWire(error, abort.signal);
      if (wire.code === 'internal') options.onInternalError?.(error, channel);
      post({ kind: 'error', id, error: wire });
    } finally {
      running.delete(id);
    }
  }
}

/**
 * The calling side of a contract. A one-shot channel gives a promise; a stream gives an async iterator, and leaving its
 * loop cancels the call. When the port closes, everything pending rejects with `disconnected`.
 */
export function connect<C extends Contract>(contract: C, port: PortLike): Client<C> {
  let nextId = 0;
  let open = true;
  const sinks = new Map<number, AsyncQueue<Reply>>();
  port.onMessage((raw) => {
    const parsed = Reply.safeParse(raw);
    if (parsed.success) sinks.get(parsed.data.id)?.push(parsed.data);
  });
  port.onClose(() => {
    open = false;
    for (const [id, queue] of sinks) queue.push(disconnected(id));
  });

  async function* call(channel: string, input: unknown, signal?: AbortSignal): AsyncGenerator<unknown, void> {
    if (signal?.aborted) throw new AppError('cancelled', 'cancelled');
    const id = nextId++;
    const queue = new AsyncQueue<Reply>();
    const cancel = () => {
      if (open) port.post({ kind: 'cancel', id });
    };
    sinks.set(id, queue);
    signal?.addEventListener('abort', cancel);
    if (open) port.post({ kind: 'call', id, channel, input });
    else queue.push(disconnected(id));
    let ended = false;
    try {
      for await (const reply of queue) {
        if (reply.kind === 'error') {
          ended = true;
          throw new AppError(reply.error.code, reply.error.message, reply.error.data);
        }
        if (reply.kind === 'end') {
          ended = true;
          return;
        }
        ended = reply.kind === 'ok';
        yield reply.value;
        if (ended) return;
        if (open) port.post({ kind: 'credit', id, count: 1 });
      }
    } finally {
      sinks.delete(id);
      signal?.removeEventListener('abort', cancel);
      if (!ended) cancel();
    }
  }

  async function once(channel: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    for await (const value of call(channel, input, signal)) return value;
    throw new AppError('internal', `${channel} ended without an answer`);
  }

  const client = Object.fromEntries(
    Object.entries(contract).map(([channel, definition]) => [
      channel,
      (input: unknown, signal?: AbortSignal) =>
        'out' in definition ? once(channel, input, signal) : call(channel, input, signal),
    ]),
  );
  return client as unknown as Client<C>;
}

function disconnected(id: number): Reply {
  return { kind: 'error', id, error: { code: 'disconnected', message: 'The other process has ended.', data: {} } };
}
