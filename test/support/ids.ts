import type { AssignmentKey } from '../../src/estate/sections/access/placement/placement';
import type { AccountId, ClientId, ObjectId, PermissionSetArn, PrincipalId } from '../../src/estate/source/ids';

// Ids for fixtures, of any form: only what comes from outside is checked.
export const accountId = (text: string): AccountId => text as AccountId;
export const assignmentKeyFor = (text: string): AssignmentKey => text as AssignmentKey;
export const clientId = (text: string): ClientId => text as ClientId;
export const objectId = (text: string): ObjectId => text as ObjectId;
export const principalId = (text: string): PrincipalId => text as PrincipalId;
export const setArn = (text: string): PermissionSetArn => text as PermissionSetArn;
