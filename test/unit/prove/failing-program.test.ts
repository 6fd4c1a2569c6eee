import { abortedByFault } from '../../../src/prove/marked-stack';

/** Like the engine, which waits for a program that waits for an output. */
const endless = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve('aborted');
    });
  });

test('a command is aborted once an output of its program fails', async () => {
  const ended = abortedByFault(endless);
  process.emit('unhandledRejection', new Error("'AWS' has no owner"), Promise.resolve());
  await expect(ended).resolves.toBe('aborted');
});

test('a command whose program holds is left alone, and later faults are those of others', async () => {
  const listeners = process.listenerCount('unhandledRejection');
  expect(await abortedByFault((signal) => Promise.resolve(signal.aborted))).toBe(false);
  expect(process.listenerCount('unhandledRejection')).toBe(listeners);
});
