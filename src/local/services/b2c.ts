import { readFileSync } from 'node:fs';
import pino from 'pino';
import { z } from 'zod';
import { type B2cEmulator, startB2cEmulator } from '../../../apps/emulator/b2c';
import { parseQuietly } from '../../estate/source/json-source';
import { known } from '../../text/values';
import { type LocalRegistrations, registrationsFile } from '../registrations-file';
import { SEED_USERS } from '../seed-users';
import type { CustomersGraph } from './customers-graph';
import { HostVariable, PathVariable, PortVariable, runService } from './run-service';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** @throws Error that names the file; what is in it may be secret */
function readRegistrations(file: string): LocalRegistrations {
  const { success, data } = registrationsFile.safeParse(parseQuietly(readFileSync(file, 'utf8')));
  if (success) return data;
  throw new Error(`REGISTRATIONS: ${file} must be what npm start or npx tsx scripts/build.ts writes`);
}

/** Azure AD B2C on this machine. */
runService({
  name: 'emulator of B2C',
  environment: z.object({
    PORT: PortVariable,
    HOST: HostVariable,
    DATA: PathVariable,
    /** File that says what is registered. */
    REGISTRATIONS: PathVariable,
    /** Folder of the authority, for https. */
    AUTHORITY: PathVariable.optional(),
    /** Origin of a proxy. */
    PUBLIC_URL: z.string().optional(),
    /** Folder of the Graph beside it, that of its authority, and its ports; without the folder there is no Graph. */
    GRAPH: PathVariable.optional(),
    GRAPH_AUTHORITY: PathVariable.optional(),
    GRAPH_PORT: PortVariable.default(0),
    GRAPH_TLS_PORT: PortVariable.default(0),
    LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  }),
  start: async ({ PORT, HOST, DATA, REGISTRATIONS, AUTHORITY, PUBLIC_URL, LOG_LEVEL, ...others }) => {
    const registrations = readRegistrations(REGISTRATIONS);
    const { GRAPH: data, GRAPH_AUTHORITY: authority, GRAPH_PORT: graphPort, GRAPH_TLS_PORT: tlsPort } = others;
    const graph: CustomersGraph | undefined =
      data === undefined
        ? undefined
        : await (
            await import('./customers-graph.js')
          ).startCustomersGraph(registrations, { data, ...known({ authority }), graphPort, tlsPort });
    const b2c = await startB2cEmulator({
      ...known({ authority: AUTHORITY, publicUrl: PUBLIC_URL }),
      registrations: { ...registrations, ...known({ findAccount: graph?.findAccount }) },
      port: PORT,
      host: HOST,
      allowRemote: HOST !== '127.0.0.1',
      data: DATA,
      users: SEED_USERS,
      logger: pino({ level: LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime }),
    });
    if (graph !== undefined) givePhones(b2c);
    return async () => {
      await b2c.stop();
      await graph?.stop();
    };
  },
});

/** Graph tells of no telephone for the second factor. */
function givePhones({ users }: B2cEmulator): void {
  for (const { email, phone } of SEED_USERS) {
    const user = users.findByEmail(email);
    if (user !== undefined && user.phone === undefined) users.update(user.id, { phone });
  }
}
