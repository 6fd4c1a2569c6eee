declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Folder of the data. @default in memory */
    readonly path?: string;
    /** Time in milliseconds for which a new table is being made. @default 500 */
    readonly createTableMs?: number;
    /** Whether it speaks TLS, with these in PEM. @default false */
    readonly ssl?: boolean;
    readonly cert?: string;
    readonly key?: string;
    readonly ca?: string;
  }

  /** DynamoDB as an HTTP server that does not listen yet. Closing it waits for the data to be written. */
  export default function dynalite(options: DynaliteOptions): Server;
}
