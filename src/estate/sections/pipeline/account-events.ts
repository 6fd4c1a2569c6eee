import type { Estate } from '../estate';
import type { ForgeCall } from './role-trust';
import { FORGE_FACTS } from './forges/registry';
import { FORGE_RULES } from './forges/rules';
import { ORGANIZATION_EVENTS_REGION } from './limits';

const SUCCEEDED = { state: ['SUCCEEDED'] };

/**
 * Events after which `organization.json` may differ: in accounts, their state, names, addresses, units and tags, or in units. What
 * was begun and failed changes nothing, nor do tags of units and policies, whose ids alone have hyphens. Read on 2026-11-30: AWS
 * Organizations API Reference, of each action the events that it logs; AWS Account Management Reference Guide, 'Logging API calls';
 * AWS Control Tower User Guide, 'Lifecycle events'.
 */
export const ACCOUNT_EVENTS = {
  source: ['aws.organizations', 'aws.account', 'aws.controltower'],
  'detail-type': ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
  detail: {
    errorCode: [{ exists: false }],
    $or: [
      {
        eventName: [
          'AccountJoinedOrganization',
          'AccountDepartedOrganization',
          'RemoveAccountFromOrganization',
          'CloseAccount',
          'MoveAccount',
          'PutAccountName',
          'AcceptPrimaryEmailUpdate',
          'CreateOrganizationalUnit',
          'UpdateOrganizationalUnit',
          'DeleteOrganizationalUnit',
        ],
      },
      {
        eventSource: ['organizations.amazonaws.com'],
        eventName: ['TagResource', 'UntagResource'],
        requestParameters: { resourceId: [{ 'anything-but': { wildcard: '*-*' } }] },
      },
      { eventName: ['CreateAccountResult'], serviceEventDetails: { createAccountStatus: SUCCEEDED } },
      { eventName: ['CloseAccountResult'], serviceEventDetails: { closeAccountStatus: SUCCEEDED } },
      { eventName: ['CreateManagedAccount'], serviceEventDetails: { createManagedAccountStatus: SUCCEEDED } },
      { eventName: ['UpdateManagedAccount'], serviceEventDetails: { updateManagedAccountStatus: SUCCEEDED } },
    ],
  },
};

/** The stack that starts the forge's job when the organization changes. */
export interface AccountEvents {
  readonly account: string;
  readonly region: string;
  readonly tokenSecret: string;
  readonly emails: readonly string[];
  readonly call: ForgeCall;
}

/** An estate as far as the stack needs to know it. */
interface Planned {
  readonly estate: Pick<Estate, 'access' | 'azure' | 'pipeline'>;
  readonly access?: { readonly organization: { readonly managementAccountId: string } };
}

/** The stack of an estate; undefined where it has none, or does not say enough of its forge. */
export function accountEventsOf({ estate: { azure, pipeline }, access }: Planned): AccountEvents | undefined {
  const repository = (azure ?? pipeline)?.repository;
  if (access === undefined || pipeline?.accountEvents === undefined || repository === undefined) return undefined;
  if (!FORGE_FACTS[pipeline.forge].repository.pattern.test(repository)) return undefined;
  const call = FORGE_RULES[pipeline.forge].accountsCall(pipeline, repository);
  const { tokenSecret, emails } = pipeline.accountEvents;
  const { managementAccountId: account } = access.organization;
  return call && { account, region: ORGANIZATION_EVENTS_REGION, tokenSecret, emails, call };
}
