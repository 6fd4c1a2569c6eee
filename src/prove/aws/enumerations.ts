import {
  ChangeAction,
  ChangeSetStatus,
  ChangeSetType,
  ChangeSource,
  ChangeType,
  DetailedStatus,
  DifferenceType,
  EvaluationType,
  ExecutionStatus,
  HandlerErrorCode,
  OnStackFailure,
  OperationStatus,
  OperationType,
  PolicyAction,
  Replacement,
  RequiresRecreation,
  ResourceAttribute,
  ResourceStatus,
  StackDriftDetectionStatus,
  StackDriftStatus,
  StackResourceDriftStatus,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import { ResourceType, UserStatus } from '@aws-sdk/client-identitystore';
import {
  InstanceStatus,
  KmsKeyStatus,
  KmsKeyType,
  PrincipalType,
  RegionStatus,
  StatusValues,
  TargetType,
} from '@aws-sdk/client-sso-admin';

/** Enumerations of the requests that a run sends, as the SDK's models have them. */
const OF_CLOUDFORMATION = [
  ...[ChangeAction, ChangeSetStatus, ChangeSetType, ChangeSource, ChangeType, DetailedStatus, DifferenceType],
  ...[EvaluationType, ExecutionStatus, HandlerErrorCode, OnStackFailure, OperationStatus, OperationType, PolicyAction],
  ...[Replacement, RequiresRecreation, ResourceAttribute, ResourceStatus, StackDriftDetectionStatus],
  ...[StackDriftStatus, StackResourceDriftStatus, StackStatus],
];
const OF_IDENTITY_CENTER = [
  ...[InstanceStatus, KmsKeyStatus, KmsKeyType, PrincipalType, RegionStatus, ResourceType, StatusValues, TargetType],
  UserStatus,
];

/** Words that AWS has for states and kinds, which say nothing of an account. */
export const ENUMERATIONS: ReadonlySet<string> = new Set(
  [...OF_CLOUDFORMATION, ...OF_IDENTITY_CENTER].flatMap((words) => Object.values<string>(words)),
);
