const COLLECTOR = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/**
 * Sends spans of a service, by its name unless `OTEL_SERVICE_NAME` has another, to the OpenTelemetry collector that the
 * environment names; without one, the libraries are not even loaded. They read what else they need from their own
 * variables, such as `OTEL_TRACES_SAMPLER`.
 *
 * @returns what sends the rest when the service ends; undefined if no spans are sent
 */
export async function startTracing(
  service: string,
  variables: NodeJS.ProcessEnv,
): Promise<(() => Promise<void>) | undefined> {
  // A variable that is set to nothing names no collector either.
  if (!variables[COLLECTOR]) return undefined;
  const { sendSpans } = await import('./open-telemetry.js');
  return sendSpans(variables['OTEL_SERVICE_NAME'] ?? service);
}
