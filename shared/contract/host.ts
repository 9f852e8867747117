import { z } from '@shared/zod';

/**
 * What main and the workbench process say to each other outside the contract: over the utility process's own channel
 * (`process.parentPort`), which the window cannot reach.
 */
export const HostMessage = z.discriminatedUnion('kind', [
  /** A new client; its port is the message's first. `serve(workbenchContract, …)` on it. */
  z.strictObject({ kind: z.literal('connect'), client: z.enum(['window', 'main']) }),
  /** Folders a person chose in a native dialog: these and what lies below may be opened, imported from and exported to. */
  z.strictObject({ kind: z.literal('grant'), folders: z.array(z.string()) }),
  /** The application quits: let go of the lease and exit. Jobs go on. */
  z.strictObject({ kind: z.literal('shutdown') }),
]);
export type HostMessage = z.infer<typeof HostMessage>;

/** Sent once by the workbench when it can take clients. */
export const WorkbenchReady = z.strictObject({ kind: z.literal('ready') });
export type WorkbenchReady = z.infer<typeof WorkbenchReady>;
