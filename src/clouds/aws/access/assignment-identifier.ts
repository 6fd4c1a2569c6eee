import { AccountId, PermissionSetArn, PrincipalId, readId } from '../../../estate/source/ids';
import type { DeployedAssignment } from '../../facts/access-facts';

/** The permission set that the physical id of a resource names: of a set, or of an assignment. */
export function setOf(physicalId: string): PermissionSetArn | undefined {
  const arn = /arn:[\w-]+:sso:::permissionSet\/[^|]+/.exec(physicalId)?.[0];
  return arn === undefined ? undefined : readId(PermissionSetArn, arn);
}

/**
 * The assignment that a physical id names: the primary identifier of AWS::SSO::Assignment has all that an assignment consists of.
 * Undefined where the id is of another form.
 */
export function assignmentOf(physicalId: string): DeployedAssignment | undefined {
  const set = setOf(physicalId);
  const [, account, , , principalType, principalId] = physicalId.split('|');
  if (set === undefined || account === undefined || principalType === undefined || principalId === undefined) {
    return undefined;
  }
  return { set, account: readId(AccountId, account), principalType, principalId: readId(PrincipalId, principalId) };
}
