import type { SeedUser } from '../../apps/emulator/b2c';

/** Customers who are there from the start. The password is not secret: the emulator is for this machine alone. */
export const SEED_USERS = [
  {
    email: 'ada@example.com',
    password: 'Engine-1843',
    phone: '+4915550001843',
    displayName: 'Ada Lovelace',
    givenName: 'Ada',
    surname: 'Lovelace',
  },
] as const satisfies readonly SeedUser[];
