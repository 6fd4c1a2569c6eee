type Close = () => void | Promise<void>;

/** Everything that a start has opened, so that a failed start and a stop close the same. */
export class Closing {
  private readonly steps: Close[] = [];
  private closed: Promise<void> | undefined;

  add(step: Close): void {
    this.steps.push(step);
  }

  /** Closes what was opened last first. May be called again. */
  readonly close = (): Promise<void> => (this.closed ??= this.run());

  private async run(): Promise<void> {
    for (const step of this.steps.toReversed()) await step();
  }
}
