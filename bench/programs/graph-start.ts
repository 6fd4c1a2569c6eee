import { startGraphEmulator } from '../../apps/emulator/graph';

/** Prints the milliseconds from the call that starts the emulator to its first answer. */
async function main(): Promise<void> {
  const start = performance.now();
  const emulator = await startGraphEmulator({ quirks: { throttling: 'none' } });
  const headers = { authorization: `Bearer ${emulator.token()}` };
  const answer = await fetch(`${emulator.graphUrl}/v1.0/groups`, { headers });
  await answer.text();
  console.log(String(performance.now() - start));
  await emulator.stop();
}

void main();
