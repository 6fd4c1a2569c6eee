import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Metadata, status } from '@grpc/grpc-js';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  InvokeResponse,
  PropertyDiff,
} from '@pulumi/pulumi/proto/provider_pb';
import type { Difference, DifferenceKind } from '../diff';
import type { Failure } from '../resource';
import { inside, type Properties, type Value } from '../values';

/** Properties of a request; a request without any has none. */
export function propertiesOf(struct: Struct | undefined): Properties {
  return inside(struct?.toJavaScript());
}

export function structOf(values: Readonly<Record<string, Value>>): Struct {
  return Struct.fromJavaScript(values);
}

export function checkResponse(inputs: Struct, failures: readonly Failure[]): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(inputs);
  response.setFailuresList(failures.map(failureMessage));
  return response;
}

/** Answer to a function whose arguments are wrong. */
export function invokeFailures(failures: readonly Failure[]): InvokeResponse {
  const response = new InvokeResponse();
  response.setFailuresList(failures.map(failureMessage));
  return response;
}

function failureMessage({ property, reason }: Failure): CheckFailure {
  const failure = new CheckFailure();
  failure.setProperty(property);
  failure.setReason(reason);
  return failure;
}

type Kind = Parameters<PropertyDiff['setKind']>[0];

const KINDS: Readonly<Record<DifferenceKind, readonly [plain: Kind, replacing: Kind]>> = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
};

/** Tells the engine property by property, so that a preview shows what changes and not only that something does. */
export function diffResponse({ changes, replaces, isDeletedFirst }: Difference): DiffResponse {
  const response = new DiffResponse();
  response.setChanges(changes.size > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(isDeletedFirst);
  response.setHasdetaileddiff(true);
  for (const [path, kind] of changes) {
    const isReplacing = replaces.some(
      (key) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`),
    );
    const difference = new PropertyDiff();
    difference.setKind(KINDS[kind][isReplacing ? 1 : 0]);
    difference.setInputdiff(true);
    response.getDetaileddiffMap().set(path, difference);
  }
  return response;
}

/** An error that the gRPC library sends as it is. */
export interface RpcError {
  readonly code: status;
  readonly message: string;
  readonly metadata?: Metadata;
}

/** An error of the protocol itself. */
export class RpcFault extends Error {
  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

export interface InitFailure {
  readonly id: string;
  readonly properties: Struct;
  readonly inputs?: Struct;
  readonly reasons: readonly string[];
}

/** The resource exists, but not as it should: the engine keeps it, with the reasons. */
export class InitFailed extends Error {
  constructor(readonly failure: InitFailure) {
    super(failure.reasons.join('\n'));
  }
}

/** The error by which the engine learns of an incomplete resource. */
export function initFailure(failure: InitFailure): RpcError {
  const details = new ErrorResourceInitFailed();
  details.setId(failure.id);
  details.setProperties(failure.properties);
  details.setInputs(failure.inputs);
  details.setReasonsList([...failure.reasons]);
  const packed = new Any();
  packed.pack(details.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const message = failure.reasons.join('\n');
  const rpcStatus = new Status();
  rpcStatus.setCode(status.UNKNOWN);
  rpcStatus.setMessage(message);
  rpcStatus.addDetails(packed);
  const metadata = new Metadata();
  // gRPC carries structured errors in this trailer.
  metadata.add('grpc-status-details-bin', Buffer.from(rpcStatus.serializeBinary()));
  return { code: status.UNKNOWN, message, metadata };
}
