/** Variable of OpenTelemetry that says where the collector is. */
const COLLECTOR = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/** Milliseconds for which the collector may take its time, also when the service ends. */
const EXPORT_MS = 2_000;

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
  const [sdk, { resourceFromAttributes }, { OTLPTraceExporter }, { AWSXRayIdGenerator }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-grpc'),
    import('@opentelemetry/id-generator-aws-xray'),
  ]);
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': variables['OTEL_SERVICE_NAME'] ?? service }),
    // X-Ray finds a trace by the time in its id.
    idGenerator: new AWSXRayIdGenerator(),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter({ timeoutMillis: EXPORT_MS }))],
  });
  provider.register();
  return { isTraced: true, stop: () => provider.shutdown() };
}
