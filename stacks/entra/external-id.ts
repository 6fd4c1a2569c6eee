import { ConditionalAccess } from '../../constructs/entra/conditional-access';
import { CustomersApi, type CustomersApiArgs } from '../../constructs/entra/customers-api';
import type { Customers, StepUp } from '../../src/estate/sections/customers/customers';

type Owner = Pick<CustomersApiArgs, 'owner'>;

/**
 * The scopes with a second factor: an application of their own, and a policy that asks everybody for a second factor there.
 * Who has a token for that application has given one.
 */
export function createStepUp(stepUp: StepUp, { apiApplication }: Customers, { owner }: Owner): CustomersApi {
  const { at, displayName, identifierUri, policy } = stepUp;
  const scopes = apiApplication.scopes.filter(({ value }) => stepUp.scopes.includes(value));
  const directoryType = 'external-id';
  const api = new CustomersApi('step-up', { directoryType, displayName, identifierUri, scopes, owner });
  const definition = {
    at,
    displayName: policy,
    state: 'enabled' as const,
    requirement: { kind: 'mfa' as const },
    excludedGroups: [],
  };
  // Graph takes no policy for an application whose service principal is not there yet.
  new ConditionalAccess('step-up', { definition, applicationId: api.enterpriseClientId, groupObjectIds: {} });
  return api;
}
