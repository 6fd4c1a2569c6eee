import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { AWSXRayIdGenerator } from '@opentelemetry/id-generator-aws-xray';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/** Milliseconds for which the collector may take its time, also when the service ends. */
const EXPORT_MS = 2_000;

/** Sends spans from now on. @returns what sends the rest when the service ends */
export function sendSpans(service: string): () => Promise<void> {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    // X-Ray finds a trace by the time in its id.
    idGenerator: new AWSXRayIdGenerator(),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ timeoutMillis: EXPORT_MS }))],
  });
  provider.register();
  return () => provider.shutdown();
}
