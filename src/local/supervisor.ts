import type { WriteLine } from './log';
import type { ServiceOptions } from './service';
import { Service, ServiceError } from './service';

/** Milliseconds that a service has to get ready. */
const READY_MILLISECONDS = 60_000;

/** Milliseconds that each group of services has to end, before it is ended: two groups, two seconds at the most. */
const STOP_MILLISECONDS = 800;

/** Starts services, watches them, and ends them all. */
export class Supervisor {
  /** The first fault: a service that ended by itself. Never resolves. */
  readonly failure: Promise<never>;
  private readonly fail: (error: Error) => void;
  private services: readonly Service[] = [];
  private isStopping = false;

  constructor(private readonly write: WriteLine) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.failure = promise;
    this.fail = reject;
    // Whoever waits for it hears of it; until then it must not count as unhandled.
    promise.catch(() => undefined);
  }

  /** Starts a service; the promise is kept when it is ready. @throws ServiceError if it never is */
  async start(options: ServiceOptions): Promise<void> {
    if (this.isStopping) throw new ServiceError(`${options.name} is not started: everything ends.`);
    const service = new Service(options, (line) => {
      this.write(options.name, line);
    });
    this.services = [...this.services, service];
    void service.ended.then((ending) => {
      if (!this.isStopping) this.fail(service.error(`has ended (${ending})`));
    });
    await service.ready(READY_MILLISECONDS);
  }

  /** Ends the services, those that the others need at last. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const isNeeded of [false, true]) {
      const group = this.services.filter((service) => service.isNeeded === isNeeded);
      await Promise.all(group.map((service) => service.stop(STOP_MILLISECONDS)));
    }
  }
}
