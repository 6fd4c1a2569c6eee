import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { PluginInfo, type PluginAttach } from '@pulumi/pulumi/proto/plugin_pb';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import { checkConfig } from '../config/provider-config';
import {
  checkResponse,
  diffResponse,
  initFailure,
  InitFailed,
  propertiesOf,
  RpcFault,
  structOf,
  type RpcError,
} from './messages';
import { packageSchema } from '../package-schema';
import type { Operations } from './operations';
import { openSecrets, redact, sealSecrets } from './secrets';

type Handler<Q, A> = (request: Q, secrets: Set<string>) => Promise<A> | A;

/** The engine's protocol (proto/pulumi/provider.proto) over the resources. What is missing answers 'unimplemented'. */
export function providerService(operations: Operations, version: string): UntypedServiceImplementation {
  return {
    getPluginInfo: unary<Empty, PluginInfo>(() => pluginInfo(version)),
    getSchema: unary(schemaResponse),
    attach: unary((request: PluginAttach) => {
      operations.attach(request.getAddress());
      return new Empty();
    }),
    cancel: unary<Empty, Empty>(() => {
      operations.cancel();
      return new Empty();
    }),
    checkConfig: unary(checkProviderConfig),
    diffConfig: unary(diffProviderConfig),
    configure: unary((request: pb.ConfigureRequest, secrets) => {
      const { values, secretTexts } = openSecrets(propertiesOf(request.getArgs()));
      for (const text of secretTexts) secrets.add(text);
      operations.configure(values, secretTexts);
      return configured();
    }),
    check: unary((request: pb.CheckRequest, secrets) => operations.check(request, secrets)),
    diff: unary((request: pb.DiffRequest, secrets) => operations.diff(request, secrets)),
    invoke: unary((request: pb.InvokeRequest, secrets) => operations.invoke(request, secrets)),
    create: unary((request: pb.CreateRequest, secrets) => operations.create(request, secrets)),
    read: unary((request: pb.ReadRequest, secrets) => operations.read(request, secrets)),
    update: unary((request: pb.UpdateRequest, secrets) => operations.update(request, secrets)),
    delete: unary((request: pb.DeleteRequest, secrets) => operations.delete(request, secrets)),
  };
}

function pluginInfo(version: string): PluginInfo {
  const info = new PluginInfo();
  info.setVersion(version);
  return info;
}

function schemaResponse(request: pb.GetSchemaRequest): pb.GetSchemaResponse {
  const response = new pb.GetSchemaResponse();
  response.setSchema(packageSchema(request.getVersion()));
  return response;
}

function configured(): pb.ConfigureResponse {
  const response = new pb.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setAcceptresources(false);
  response.setAcceptoutputs(false);
  return response;
}

function checkProviderConfig(request: pb.CheckRequest, secrets: Set<string>): pb.CheckResponse {
  const { values, secretKeys, secretTexts } = openSecrets(propertiesOf(request.getNews()));
  for (const text of secretTexts) secrets.add(text);
  return checkResponse(structOf(sealSecrets(values, secretKeys)), checkConfig(values));
}

/** Another way to sign in leaves the resource the same: nothing is replaced. */
function diffProviderConfig(request: pb.DiffRequest): pb.DiffResponse {
  const olds = openSecrets(propertiesOf(request.getOldInputs() ?? request.getOlds())).values;
  const news = openSecrets(propertiesOf(request.getNews())).values;
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const changed = [...keys].filter((key) => olds[key] !== news[key]);
  return diffResponse({ changes: new Map(changed.map((key) => [key, 'update'])), replaces: [], isDeletedFirst: false });
}

/** Errors reach the engine with their message alone: no stack, no secret. */
function unary<Q, A>(handler: Handler<Q, A>) {
  return (call: ServerUnaryCall<Q, A>, callback: sendUnaryData<A>): void => {
    const secrets = new Set<string>();
    Promise.resolve()
      .then(() => handler(call.request, secrets))
      .then(
        (answer) => {
          callback(null, answer);
        },
        (error: unknown) => {
          callback(rpcError(error, secrets));
        },
      );
  };
}

function rpcError(error: unknown, secrets: ReadonlySet<string>): RpcError {
  if (error instanceof InitFailed) {
    const reasons = error.failure.reasons.map((reason) => redact(reason, secrets));
    return initFailure({ ...error.failure, reasons });
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof RpcFault ? error.code : status.UNKNOWN, message: redact(message, secrets) };
}
