import { Server, ServerCredentials } from '@grpc/grpc-js';

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

const asIs = (value: Buffer): Buffer => value;

/** An OpenTelemetry collector that keeps what it is sent, as it is on the wire. */
export class Collector {
  private readonly requests: Buffer[] = [];

  private constructor(
    private readonly server: Server,
    private port = 0,
  ) {}

  static async start(): Promise<Collector> {
    const server = new Server();
    const collector = new Collector(server);
    const raw = {
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    server.addService(
      { Export: { path: EXPORT, requestStream: false, responseStream: false, ...raw } },
      {
        Export: (call: { readonly request: Buffer }, answer: (error: null, value: Buffer) => void) => {
          collector.requests.push(call.request);
          answer(null, Buffer.alloc(0));
        },
      },
    );
    collector.port = await new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
    return collector;
  }

  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  received(): Buffer {
    return Buffer.concat(this.requests);
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
