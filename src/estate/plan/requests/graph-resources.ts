import type { Estate } from '../../sections/estate';
import type { GraphResource } from './graph-requests';
import type { PulumiKind } from '../stacks/stacks';

/** An estate as far as its resources in directories depend on it. */
export type GraphEstate = Pick<Estate, 'customers' | 'emergency' | 'workforce'>;

/** Kind of a directory, each with resources of its own. */
export type DirectoryKind = 'b2c' | 'external-id' | 'workforce';

/** All that a directory of a kind may have; what few estates have is not among it. */
export const RESOURCES_OF: Readonly<Record<DirectoryKind, readonly GraphResource[]>> = {
  b2c: ['applications', 'client secrets and consent', 'user flows of B2C'],
  'external-id': [
    'applications',
    'client secrets and consent',
    'user flows of External ID',
    'Conditional Access policies',
  ],
  workforce: [
    'applications',
    'groups',
    'SAML applications',
    "the leavers' application",
    'provisioning (SCIM)',
    'Conditional Access policies',
  ],
};

/** Resources that only some estates have, by program. */
const OF_FEW: Readonly<Record<PulumiKind, readonly GraphResource[]>> = {
  customers: [
    'identity providers',
    'attributes of the directory',
    'API connectors',
    'custom authentication extensions',
  ],
  workforce: ['owners of groups', 'groups for roles of Entra ID', 'people and consents'],
};

/** Kind of the directory of a program. */
export function directoryKind({ customers }: Pick<Estate, 'customers'>, program: PulumiKind): DirectoryKind {
  return program === 'workforce' ? 'workforce' : (customers?.directoryType ?? 'b2c');
}

/** Resources that an estate has in the directory of a program, none where it has no such section. */
export function graphResources(estate: GraphEstate, program: PulumiKind): readonly GraphResource[] {
  if (estate[program] === undefined) return [];
  const has: Readonly<Partial<Record<GraphResource, boolean>>> =
    program === 'customers' ? customersResources(estate) : workforceResources(estate);
  const all: readonly GraphResource[] = [...RESOURCES_OF[directoryKind(estate, program)], ...OF_FEW[program]];
  return all.filter((resource) => has[resource] ?? true);
}

function customersResources({ customers }: GraphEstate): Readonly<Partial<Record<GraphResource, boolean>>> {
  if (customers === undefined) return {};
  const { stepUp, identityProviders, attributes, apiConnectors, customExtensions } = customers;
  return {
    'Conditional Access policies': stepUp !== undefined,
    'identity providers': identityProviders.length > 0,
    'attributes of the directory': attributes.length > 0,
    'API connectors': apiConnectors.length > 0,
    'custom authentication extensions': customExtensions.length > 0,
  };
}

function workforceResources({ workforce, emergency }: GraphEstate): Readonly<Partial<Record<GraphResource, boolean>>> {
  const { groups = [], awsApplication, leavers } = workforce ?? {};
  const signIns = [awsApplication, emergency?.application].filter((one) => one !== undefined);
  const hasReader = leavers?.signIn.kind === 'federated';
  return {
    applications: signIns.length > 0 || hasReader,
    groups: groups.length > 0,
    'owners of groups': groups.some(({ owners }) => owners.length > 0),
    'groups for roles of Entra ID': groups.some(({ assignableToRoles }) => assignableToRoles),
    // No program asks for them, but the doctor does.
    'people and consents': signIns.length > 0 || hasReader,
    'SAML applications': signIns.length > 0,
    "the leavers' application": hasReader,
    'provisioning (SCIM)': awsApplication?.scim !== undefined,
    'Conditional Access policies': signIns.some(({ conditionalAccess }) => conditionalAccess !== undefined),
  };
}
