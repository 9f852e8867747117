import { AppError, errorCodes } from '@shared/contract/errors';
import { connect, serve, type Client, type Contract, type Implementation, type PortLike } from '@shared/contract/peer';
import { z } from '@shared/zod';
import { afterEach, describe, expect, it } from 'vitest';
import { portPair } from '../fixtures/ports';
import { errorOf } from '../fixtures/errors';

const contract = {
  double: { in: z.strictObject({ n: z.number().max(1000) }), out: z.number() },
  fail: { in: z.strictObject({ code: z.enum(errorCodes) }), out: z.strictObject({}) },
  bug: { in: z.strictObject({}), out: z.strictObject({}) },
  wrong: { in: z.strictObject({}), out: z.string().max(3) },
  forever: { in: z.strictObject({}), out: z.strictObject({}) },
  count: { in: z.strictObject({ to: z.int() }), item: z.int() },
  columns: { in: z.strictObject({ n: z.int() }), out: z.instanceof(Float64Array) },
} as const satisfies Contract;

/** How far the counting stream's producer has come, and whether it was ended early. */
let produced = 0;
let wasEnded = false;
let aborted = false;
const internal: string[] = [];
const open: { close(): void }[] = [];

const implementation: Implementation<typeof contract> = {
  double: ({ n }) => Promise.resolve(2 * n),
  fail: ({ code }) => Promise.reject(new AppError(code, `as asked: ${code}`, { path: '/x' })),
  bug: () => Promise.reject(new Error('a secret of the inside')),
  wrong: () => Promise.resolve('much too long'),
  forever: (_input, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        aborted = true;
        reject(new Error('given up'));
      });
    }),
  count: async function* ({ to }) {
    try {
      for (let n = 0; n < to; n++) {
        produced = n + 1;
        yield n;
        await Promise.resolve();
      }
    } finally {
      wasEnded = true;
    }
  },
  columns: ({ n }) => Promise.resolve(Float64Array.from({ length: n }, (_, i) => i)),
};

function start(): { client: Client<typeof contract>; server: PortLike & { close(): void }; raw: PortLike } {
  const [server, raw] = portPair();
  produced = 0;
  wasEnded = false;
  aborted = false;
  internal.length = 0;
  open.push(server, raw);
  serve(contract, implementation, server, {
    onInternalError: (error, channel) => internal.push(`${channel}: ${String(error)}`),
  });
  return { client: connect(contract, raw), server, raw };
}

afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

const soon = (ms = 50) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a call', () => {
  it('is answered over the port, typed arrays as such', async () => {
    const { client } = start();
    expect(await client.double({ n: 21 })).toBe(42);
    const columns = await client.columns({ n: 1000 });
    expect(columns).toBeInstanceOf(Float64Array);
    expect(columns[999]).toBe(999);
  });

  it('with an input that the schema refuses is a bad request naming the field', async () => {
    const { client, raw } = start();
    const error = await errorOf(client.double({ n: 5000 }));
    expect(error.code).toBe('bad-request');
    expect(error.message).toMatch(/double.*\n?.*n/s);
    // What a page that ignores the types may post.
    raw.post({ kind: 'call', id: 900, channel: 'double', input: { n: 1, more: true } });
    raw.post({ kind: 'call', id: 901, channel: '__proto__', input: {} });
    raw.post({ kind: 'call', id: 902, channel: 'toString', input: {} });
    raw.post('nonsense');
    raw.post({ kind: 'call' });
    await soon();
    expect(internal.every((line) => line.startsWith('(envelope)'))).toBe(true);
    expect(internal).toHaveLength(2);
    expect(await client.double({ n: 1 })).toBe(2);
  });

  it.each(errorCodes)('that fails with %s carries code, message and data', async (code) => {
    const error = await errorOf(start().client.fail({ code }));
    expect(error).toMatchObject({ code, message: `as asked: ${code}`, data: { path: '/x' } });
  });

  it('that meets a bug is internal, and the bug is told on the serving side', async () => {
    expect((await errorOf(start().client.bug({}))).code).toBe('internal');
    expect(internal).toEqual(['bug: Error: a secret of the inside']);
  });

  it('whose answer breaks the contract is internal, not passed on', async () => {
    expect((await errorOf(start().client.wrong({}))).code).toBe('internal');
  });

  it('can be cancelled while it runs, and before it starts', async () => {
    const { client } = start();
    const controller = new AbortController();
    const pending = errorOf(client.forever({}, controller.signal));
    await soon();
    controller.abort();
    expect((await pending).code).toBe('cancelled');
    expect(aborted).toBe(true);
    expect((await errorOf(client.double({ n: 1 }, controller.signal))).code).toBe('cancelled');
  });

  it('that waits when the other side goes away is disconnected, and so is every later one', async () => {
    const { client, server } = start();
    const pending = errorOf(client.forever({}));
    await soon();
    server.close();
    expect((await pending).code).toBe('disconnected');
    expect((await errorOf(client.double({ n: 1 }))).code).toBe('disconnected');
  });

  it('is aborted on the serving side when the client goes away', async () => {
    const [server, client] = portPair();
    open.push(server);
    aborted = false;
    serve(contract, implementation, server);
    void connect(contract, client)
      .forever({})
      .catch(() => undefined);
    await soon();
    client.close();
    await soon();
    expect(aborted).toBe(true);
  });
});

describe('a stream', () => {
  it('gives every item in order', async () => {
    const items: number[] = [];
    for await (const n of start().client.count({ to: 500 })) items.push(n);
    expect(items).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  it('never runs far ahead of its reader', async () => {
    const stream = start().client.count({ to: 100_000 });
    await stream.next();
    await soon(200);
    expect(produced).toBeLessThan(64);
    for (let taken = 1; taken < 200; taken++) await stream.next();
    await soon(100);
    expect(produced).toBeGreaterThan(199);
    expect(produced).toBeLessThan(264);
    await stream.return?.();
  });

  it('is ended at its source when the reader leaves the loop', async () => {
    for await (const n of start().client.count({ to: 100_000 })) if (n === 3) break;
    await soon();
    expect(wasEnded).toBe(true);
    expect(produced).toBeLessThan(100);
  });

  it('ends with cancelled when it is aborted', async () => {
    const controller = new AbortController();
    const stream = start().client.count({ to: 100_000 }, controller.signal);
    await stream.next();
    controller.abort();
    const rest = (async () => {
      for await (const n of stream) if (n > 1000) throw new Error('went on');
    })();
    await rest.catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'cancelled' });
    });
    await soon();
    expect(wasEnded).toBe(true);
  });

  it('survives items that the contract refuses only as an error', async () => {
    const { client } = start();
    const stream = client.count({ to: 3.5 });
    expect((await errorOf(stream.next())).code).toBe('bad-request');
  });
});
