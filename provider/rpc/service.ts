import { type sendUnaryData, type ServerUnaryCall, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { homepage, license, repository, version } from '../../package.json';
import declared from '../declared.json';
import {
  checkResponse,
  diffResponse,
  InitFailed,
  initFailure,
  propertiesOf,
  type RpcError,
  RpcFault,
  structOf,
} from './messages';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { type PluginAttach, PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import { checkConfig } from '../config/provider-config';
import type { Operations } from './operations';
import { openSecrets, redact, sealSecrets } from './secrets';

/** Version of the form of schemas that the engine may ask for, besides 0, which leaves the choice to us. */
const SCHEMA_VERSION = 1;

/**
 * The package's schema, from which `pulumi package add` makes an SDK and a YAML program learns types: what is declared in
 * `constructs/graph`, with this version.
 *
 * @throws RpcFault for a form of schemas that is not known
 */
export function packageSchema(form: number): string {
  if (form > SCHEMA_VERSION) {
    throw new RpcFault(status.UNIMPLEMENTED, `the version of the schema must be 0 or ${SCHEMA_VERSION}, got ${form}`);
  }
  return JSON.stringify({ ...DESCRIPTION, ...declared });
}

/** `owner/name` on GitHub. */
const REPOSITORY = repository.url.replace(/^git\+https:\/\/github\.com\/|\.git$/g, '');

const DESCRIPTION = {
  name: 'entragraph',
  displayName: 'Entra Graph',
  version,
  description:
    'What azuread lacks, over Microsoft Graph: user flows, attribute mappings and state of provisioning, SAML signing certificates.',
  keywords: ['pulumi', 'entra-id', 'azure-ad-b2c', 'external-id', 'category/cloud', 'kind/native'],
  homepage,
  license,
  repository: `https://github.com/${REPOSITORY}`,
  publisher: REPOSITORY.split('/', 1)[0],
  // The engine takes the plug-in of this version from the release.
  pluginDownloadURL: `github://api.github.com/${REPOSITORY}`,
  meta: { supportPack: true },
  language: {
    nodejs: { respectSchemaVersion: true },
    python: { respectSchemaVersion: true, pyproject: { enabled: true } },
    go: { respectSchemaVersion: true },
    csharp: { respectSchemaVersion: true },
  },
};

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
