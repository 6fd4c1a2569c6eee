import type { Server } from 'node:http';

/** Port that a server listens on. @throws Error if it does not */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}
