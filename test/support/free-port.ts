import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems give by themselves, which a program of a neighbouring suite may get at any time (Linux begins at 32768), and above those that fetch refuses. */
const FIRST = 10_081;
const LAST = 32_767;

/** A port of this machine that is free now, and that nobody is given who asks for any. */
export async function freePort(): Promise<number> {
  const port = randomInt(FIRST, LAST + 1);
  const server = createServer();
  try {
    await once(server.listen(port), 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return freePort();
  }
  server.close();
  await once(server, 'close');
  return port;
}
