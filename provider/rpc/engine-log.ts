import { credentials } from '@grpc/grpc-js';
import { EngineClient } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { LogRequest, LogSeverity } from '@pulumi/pulumi/proto/engine_pb';

/** Shows a warning at a resource. */
export type Warn = (urn: string, message: string) => void;

/** Warnings for the engine at this address; without one they go to the log of the process. */
export function engineLog(address: string | undefined): Warn {
  if (address === undefined) {
    return (urn, message) => {
      console.error(`${urn}: ${message}`);
    };
  }
  const engine = new EngineClient(address, credentials.createInsecure());
  return (urn, message) => {
    const request = new LogRequest();
    request.setSeverity(LogSeverity.WARNING);
    request.setUrn(urn);
    request.setMessage(message);
    engine.log(request, (error) => {
      if (error) console.error(`${urn}: ${message}`);
    });
  };
}
