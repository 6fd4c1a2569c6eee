import { readFileSync } from 'node:fs';
import pino from 'pino';
import { z } from 'zod';
import { startB2cEmulator } from '../../emulator/b2c';
import { SEED_USERS } from '../seed-users';
import { registrationsFile } from '../registrations-file';

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA: z.string().min(1),
  REGISTRATIONS: z.string().min(1),
  LOG_LEVEL: z.string().default('info'),
});

/** Azure AD B2C on this machine. An address that others can reach is for containers, where nothing else is. */
async function main(): Promise<void> {
  const { PORT, HOST, DATA, REGISTRATIONS, LOG_LEVEL } = Environment.parse(process.env);
  const registrations = registrationsFile.parse(JSON.parse(readFileSync(REGISTRATIONS, 'utf8')));
  const b2c = await startB2cEmulator({
    registrations,
    port: PORT,
    host: HOST,
    allowRemote: HOST === '0.0.0.0',
    data: DATA,
    users: SEED_USERS,
    logger: pino({ level: LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime }),
  });
  process.once('SIGTERM', () => {
    void b2c.stop().then(() => process.exit(0));
  });
  process.send?.('ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
