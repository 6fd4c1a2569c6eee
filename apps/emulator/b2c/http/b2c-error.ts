/** A fault that a page tells a person. */
export class B2cError extends Error {
  override readonly name = 'B2cError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
