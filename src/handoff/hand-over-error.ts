/** Why nothing, or nothing more, was handed over. The message tells what to do and holds no secret. */
export class HandOverError extends Error {
  override readonly name = 'HandOverError';
}
