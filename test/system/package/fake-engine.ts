import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import { EngineService } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { type LogRequest, LogSeverity } from '@pulumi/pulumi/proto/engine_pb';
import { InvokeResponse } from '@pulumi/pulumi/proto/provider_pb';
import { ResourceMonitorService } from '@pulumi/pulumi/proto/resource_grpc_pb';
import {
  type RegisterResourceRequest,
  RegisterResourceResponse,
  type ResourceInvokeRequest,
  SupportsFeatureResponse,
} from '@pulumi/pulumi/proto/resource_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';

/** What a program for Node talks to in place of the engine, where there is no engine: it takes every resource. */
export class FakeEngine {
  /** Types of the resources that were registered. */
  readonly types: string[] = [];
  /** What the program said to people. */
  readonly messages: string[] = [];
  private readonly server = new Server();

  /** Its address. */
  async start(): Promise<string> {
    this.server.addService(ResourceMonitorService, {
      supportsFeature: answer(() => new SupportsFeatureResponse()),
      registerResource: answer((request: RegisterResourceRequest) => this.register(request)),
      registerResourceOutputs: answer(() => new Empty()),
      invoke: answer((request: ResourceInvokeRequest) => invoke(request)),
      signalAndWaitForShutdown: answer(() => new Empty()),
    });
    this.server.addService(EngineService, {
      log: answer((request: LogRequest) => {
        if (request.getSeverity() !== LogSeverity.DEBUG) this.messages.push(request.getMessage());
        return new Empty();
      }),
      requirePulumiVersion: answer(() => new Empty()),
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    return `127.0.0.1:${port}`;
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private register(request: RegisterResourceRequest): RegisterResourceResponse {
    const [type, name] = [request.getType(), request.getName()];
    this.types.push(type);
    const response = new RegisterResourceResponse();
    response.setUrn(`urn:pulumi:stack::project::${type}::${name}`);
    if (request.getCustom()) response.setId(`id-of-${name}`);
    const known = { clientId: `client-of-${name}`, objectId: `object-of-${name}`, value: 'a value' };
    response.setObject(Struct.fromJavaScript({ ...request.getObject()?.toJavaScript(), ...known }));
    return response;
  }
}

/** Who deploys, and whoever is asked for. */
function invoke(request: ResourceInvokeRequest): InvokeResponse {
  const response = new InvokeResponse();
  const ids = { clientId: 'a-client', objectId: 'an-object', tenantId: 'a-tenant' };
  response.setReturn(Struct.fromJavaScript({ ...request.getArgs()?.toJavaScript(), ...ids }));
  return response;
}

function answer<Request, Response>(handle: (request: Request) => Response) {
  return ({ request }: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>): void => {
    done(null, handle(request));
  };
}
