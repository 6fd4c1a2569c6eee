import type { Estate } from '../estate';
import type { ForgeCall } from './role-trust';
import { FORGE_FACTS } from './forges/registry';
import { FORGE_RULES } from './forges/rules';
import { ORGANIZATION_EVENTS_REGION } from './limits';

/** Names of the events after which accounts, their units or their tags may differ. */
export const ACCOUNT_EVENTS = [
  'CreateAccountResult',
  'CreateManagedAccount',
  'MoveAccount',
  'TagResource',
  'UntagResource',
] as const;

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
