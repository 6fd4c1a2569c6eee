import { z } from 'zod';

const EXIT_FAILED = 1;
const EXIT_ENVIRONMENT = 2;

/** Entry that a service is run from. */
export interface ServiceEntry<Schema extends z.ZodType> {
  readonly name: string;
  /** Its environment; a finding names the variable. */
  readonly environment: Schema;
  /** Starts it, and tells how to end it. */
  readonly start: (environment: z.output<Schema>) => Promise<() => Promise<void>>;
}

/** Runs a service until SIGTERM or SIGINT, and tells the process that started it when it is ready. */
export function runService<Schema extends z.ZodType>(entry: ServiceEntry<Schema>): void {
  serve(entry).catch((error: unknown) => {
    process.stderr.write(
      `The ${entry.name} does not start: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(EXIT_FAILED);
  });
}

async function serve<Schema extends z.ZodType>({ name, environment, start }: ServiceEntry<Schema>): Promise<void> {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) {
    const findings = parsed.error.issues.map(({ path, message }) => `\n  ${path.join('.')}: ${message}`);
    process.stderr.write(`The ${name} does not start, since its environment is wrong:${findings.join('')}\n`);
    process.exit(EXIT_ENVIRONMENT);
  }
  const stop = await start(parsed.data);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void stop().finally(() => process.exit());
    });
  }
  process.send?.('ready');
}

/** A port, 0 for any that is free. */
export const PortVariable = z
  .string('is missing')
  .regex(/^\d{1,5}$/, 'must be a port, a whole number from 0 to 65535')
  .transform(Number)
  .refine((port) => port <= 65_535, 'must be a port, a whole number from 0 to 65535');

/** A path of a file or folder. */
export const PathVariable = z.string('is missing').min(1, 'must be a path');

const ANY_ADDRESS = '0.0.0.0';

/** An address to listen on. Every address is for a container, where nothing but a published port leads in. */
export const HostVariable = z
  .enum(['127.0.0.1', ANY_ADDRESS], `must be 127.0.0.1 or ${ANY_ADDRESS}`)
  .default('127.0.0.1');
