import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { version } from '../package.json';
import { Operations } from './rpc/operations';
import { providerService } from './rpc/service';
import { trustCertificateFile } from './trust';

/** Interval at which the plug-in looks for its parent. */
const CHECK_EVERY_MS = 1_000;

/** No limit: a state may be larger than gRPC's usual 4 MiB. */
const UNLIMITED = -1;

/** The plug-in process of the package `entragraph`: the engine starts it and reads the port from its first line. */
async function main(): Promise<void> {
  endWithParent();
  trustCertificateFile(process.env['SSL_CERT_FILE']);
  const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
  console.log(String(await serve(engineAddress)));
}

/** Ends this process when the one that started it is gone: an engine that was killed can't say goodbye. */
function endWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, CHECK_EVERY_MS);
  timer.unref();
}

/** Serves the provider on a free port of this machine, and returns the port for the engine. */
function serve(engineAddress: string | undefined): Promise<number> {
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

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
