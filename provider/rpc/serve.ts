import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { Operations } from './operations';
import { providerService } from './service';

/** No limit: a state may be larger than gRPC's usual 4 MiB. */
const UNLIMITED = -1;

/** Serves the provider on a free port of this machine, and returns the port for the engine. */
export function serve(engineAddress: string | undefined, version: string): Promise<number> {
  const server = new Server({
    'grpc.max_receive_message_length': UNLIMITED,
    'grpc.max_send_message_length': UNLIMITED,
  });
  server.addService(ResourceProviderService, providerService(new Operations(engineAddress), version));
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}
