import { z } from 'zod';
import extract from './table.json';

/** Application: a client signs in by itself. DelegatedWork: a person signs in, and the client has scopes. */
export type Scheme = 'Application' | 'DelegatedWork';

/** Permissions that together answer for a request. */
export interface Way {
  readonly permissions: readonly string[];
  /** True if Microsoft calls it the least. */
  readonly isLeast: boolean;
}

const Row = z.object({ Application: z.array(z.string()), DelegatedWork: z.array(z.string()) });
const Table = z.object({
  privilege: z.record(z.string(), z.number().nullable()),
  requests: z.record(z.string(), Row),
});
const { privilege, requests } = Table.parse(extract);

/** Rows that the table lacks, or has wrongly, with the page of Microsoft's documentation that says it. */
const CORRECTIONS: Readonly<Record<string, readonly string[]>> = {
  // 'Add members'
  'POST /groups/{id}/members': ['Group.ReadWrite.All', 'GroupMember.ReadWrite.All=least'],
  // 'Create conditionalAccessPolicy', 'Update …', 'Delete …': both are needed; the table has each by itself.
  'POST /identity/conditionalAccess/policies': ['Policy.ReadWrite.ConditionalAccess+Policy.Read.All=least'],
  'PATCH /identity/conditionalAccess/policies/{id}': ['Policy.ReadWrite.ConditionalAccess+Policy.Read.All=least'],
  'DELETE /identity/conditionalAccess/policies/{id}': ['Policy.ReadWrite.ConditionalAccess+Policy.Read.All=least'],
};

/** Requests without a row of their own, and the one whose row they have. */
const SAME_AS: Readonly<Record<string, string>> = {
  'GET /servicePrincipals/{id}/appRoleAssignedTo/{id}': 'GET /servicePrincipals/{id}/owners',
  'GET /servicePrincipals/{id}/synchronization/secrets': 'GET /servicePrincipals/{id}/synchronization/jobs',
  'POST /identity/b2cUserFlows/{id}/userFlowIdentityProviders':
    'DELETE /identity/b2cUserFlows/{id}/userFlowIdentityProviders/{id}',
};

/** Ways in which a request is allowed. @throws Error for a request that requests.ts does not have */
export function waysOf(request: string, scheme: Scheme): readonly Way[] {
  const entries = CORRECTIONS[request] ?? requests[SAME_AS[request] ?? request]?.[scheme];
  if (entries === undefined) throw new Error(`table.json has no request '${request}'; see extract.ts`);
  return entries.map((entry) => {
    const [names = '', mark] = entry.split('=');
    return { permissions: names.split('+'), isLeast: mark === 'least' };
  });
}

/** Tells whether permissions are enough for a request. */
export function isAllowed(request: string, granted: readonly string[], scheme: Scheme = 'Application'): boolean {
  return waysOf(request, scheme).some(({ permissions }) => permissions.every((one) => granted.includes(one)));
}

/** Permissions of the table, with Microsoft's level of their privilege: 1 is the lowest. */
export const PRIVILEGE: ReadonlyMap<string, number> = new Map(
  Object.entries(privilege).flatMap(([name, level]) => (level === null ? [] : [[name, level] as const])),
);
