/** Variable of OpenTelemetry that says where the collector is. */
const COLLECTOR = 'OTEL_EXPORTER_OTLP_ENDPOINT';

export interface Tracing {
  /** True if spans are sent. */
  readonly isTraced: boolean;
  /** Sends the rest when the service ends. */
  readonly stop: () => Promise<void>;
}

/**
 * Sends spans of a service, by its name unless `OTEL_SERVICE_NAME` has another, to the OpenTelemetry collector that the
 * environment names; without one, the libraries are not even loaded. They read what else they need from their own
 * variables, such as `OTEL_TRACES_SAMPLER`.
 */
export async function startTracing(service: string, variables: NodeJS.ProcessEnv): Promise<Tracing> {
  // A variable that is set to nothing names no collector either.
  if (!variables[COLLECTOR]) return { isTraced: false, stop: () => Promise.resolve() };
  const { sendSpans } = await import('./open-telemetry.js');
  return { isTraced: true, stop: sendSpans(variables['OTEL_SERVICE_NAME'] ?? service) };
}
