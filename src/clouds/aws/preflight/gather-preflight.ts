import { AccessAnalyzerClient, paginateValidatePolicy } from '@aws-sdk/client-accessanalyzer';
import { AccountClient, GetRegionOptStatusCommand } from '@aws-sdk/client-account';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetPolicyCommand, IAMClient, paginateListPolicies } from '@aws-sdk/client-iam';
import pMap from 'p-map';
import { z } from 'zod';
import type { EstatePlan } from '../../../estate/plan/planner';
import {
  type QuotaNeed,
  quotaNeeds,
  type RegionNeed,
  regionNeeds,
  type WantedDocument,
  wantedDocuments,
  wantedManagedPolicies,
  wantedPolicies,
} from '../../../estate/plan/prerequisites';
import { type CdkStack, cdkStacks, stackName } from '../../../estate/plan/stacks/stacks';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { rollsOut, stackSetPrefix } from '../../../estate/sections/access/plan/rollouts';
import type { CustomerManagedPolicy } from '../../../estate/sections/estate';
import type { AccountId } from '../../../estate/source/ids';
import {
  type AccountPolicies,
  FINDING_TYPES,
  type OwnResource,
  type PolicyFinding,
  type PreflightAccess,
  type PreflightFacts,
  type QuotaReading,
  type RegionReading,
  type ValidatedDocument,
} from '../../facts/preflight-facts';
import type { DeployedSet } from '../../facts/access-facts';
import { type Reading, type TimedReadingOptions, within } from '../../reading';
import { readSetNames } from '../access/owned-resources';
import { AccountCredentials } from '../account-credentials';
import { callAws, readAws, readEach, readPages, required, unlessGone } from '../aws-call';
import { createIdentityCenterClients, type IdentityCenterClients } from '../aws-clients';
import { awsConfig } from '../aws-config';
import { readAttributeConfiguration, readSetArns } from '../read-permission-sets';
import { listResources, readStack } from '../read-stack';
import { readStackSets, readStackSetTrust } from '../read-stack-sets';
import { readAccounts, readDelegates } from '../organization/read-snapshot';
import { readInstance, readKeyState } from '../read-instance';
import { readQuota, readUse } from './read-quotas';

export interface PreflightOptions extends TimedReadingOptions {
  /** Region of what belongs to no account: that of IAM Identity Center, or of the hosting. */
  readonly region: string;
  readonly partition: string;
  /** Role that is taken on in accounts other than that of the credentials. @default they are not asked */
  readonly accountRole?: string;
}

/** Reads what AWS must have before an estate is deployed. Never throws: what can't be read says why. */
export function gatherPreflight(plan: EstatePlan, options: PreflightOptions): Promise<PreflightFacts> {
  return new PreflightReader(plan, options).read();
}

const SESSION = 'entra-aws-preflight';

class PreflightReader {
  private readonly clients: IdentityCenterClients;
  private readonly accounts: AccountCredentials;
  private readonly atOnce: { readonly concurrency: number };

  constructor(
    private readonly plan: EstatePlan,
    private readonly options: PreflightOptions,
  ) {
    const { region, partition, accountRole, concurrency } = options;
    this.clients = createIdentityCenterClients(options);
    this.atOnce = { concurrency };
    this.accounts = new AccountCredentials({
      partition,
      region,
      sessionName: SESSION,
      roleIn: (_, caller) => {
        if (accountRole !== undefined) return accountRole;
        throw new Error(
          `was not asked: these credentials belong to account ${caller}; --role names a role to assume in the others`,
        );
      },
    });
  }

  async read(): Promise<PreflightFacts> {
    const { plan, clients } = this;
    const [accounts, access, accountPolicies, missing, documents, quotas, regions, isHosted] = await Promise.all([
      this.attempt(() => readAccounts(clients)),
      plan.access && this.access(plan.access),
      this.policies(),
      this.missingPolicies(),
      this.documents(),
      pMap(quotaNeeds(plan), (need) => this.quota(need), this.atOnce),
      pMap(regionNeeds(plan), (need) => this.region(need), this.atOnce),
      this.isHosted(),
    ]);
    return {
      accounts,
      ...(access && { access }),
      accountPolicies,
      missingManagedPolicies: missing,
      documents,
      quotas,
      regions,
      ...(isHosted && { isHosted }),
    };
  }

  private async access(access: AccessPlan): Promise<PreflightAccess> {
    const { clients } = this;
    const { instanceArn } = access.organization;
    const instance = this.attempt(() => readInstance(clients, instanceArn));
    const [delegates, attributes, sets, ownResources, ofPolicies] = await Promise.all([
      this.attempt(() => readDelegates(clients, 'sso.amazonaws.com')),
      this.attempt(() => readAttributeConfiguration(clients, instanceArn)),
      this.attempt(() => this.sets(instanceArn)),
      this.attempt(() => this.ownResources()),
      this.stackSets(access),
    ]);
    const found = await instance;
    const arn = found.state === 'known' ? found.value.key?.arn : undefined;
    return {
      instance: found,
      ...(arn !== undefined && { key: await this.attempt(() => readKeyState(arn)) }),
      delegates,
      attributes,
      sets,
      ownResources,
      ...ofPolicies,
    };
  }

  private async sets(instanceArn: string): Promise<readonly Pick<DeployedSet, 'arn' | 'name'>[]> {
    const arns = await readSetArns(this.clients, instanceArn);
    this.options.onProgress(`${arns.length} permission sets`);
    const names = await readSetNames(this.clients, instanceArn, arns);
    return [...names].map(([arn, name]) => ({ arn, name }));
  }

  private async stackSets({
    stacks,
    organization,
  }: AccessPlan): Promise<Pick<PreflightAccess, 'stackSetTrust' | 'stackSets'>> {
    const { estate } = this.plan;
    if (!rollsOut(estate.access)) return {};
    const callAs = stacks[0]?.account === organization.managementAccountId ? 'SELF' : 'DELEGATED_ADMIN';
    const reader = { ...this.clients, callAs } as const;
    const [stackSetTrust, stackSets] = await Promise.all([
      this.attempt(() => readStackSetTrust(this.clients, callAs)),
      this.attempt(() => readStackSets(reader, stackSetPrefix(estate.name))),
    ]);
    return { stackSetTrust, stackSets };
  }

  private async ownResources(): Promise<readonly OwnResource[]> {
    const stacks = cdkStacks(this.plan).filter(({ section }) => section === 'access');
    const read = async (stack: CdkStack) => {
      const resources = await listResources(await this.cloudFormation(stack), stack.name);
      return resources.map(({ type, physicalId }) => ({ type, physicalId, stack: stack.name }));
    };
    return (await pMap(stacks, read, this.atOnce)).flat();
  }

  private async stack(stack: Pick<CdkStack, 'account' | 'region' | 'name'>) {
    return readStack(await this.cloudFormation(stack), stack.name);
  }

  private async cloudFormation({ account, region }: Pick<CdkStack, 'account' | 'region'>) {
    const credentials = await this.accounts.of(account);
    return new CloudFormationClient({ ...awsConfig(region), credentials });
  }

  /** The policies of every account that must have some. */
  private policies(): Promise<readonly AccountPolicies[]> {
    const accounts = [...new Set(wantedPolicies(this.plan).map(({ account }) => account))];
    const policiesOf = async (account: AccountId) => {
      const credentials = await this.accounts.of(account);
      return readCustomerPolicies(new IAMClient({ ...awsConfig(this.options.region), credentials }));
    };
    const read = async (account: AccountId) => ({ account, policies: await this.attempt(() => policiesOf(account)) });
    const told = (done: number): string => `policies of ${done} of ${accounts.length} accounts`;
    return readEach(accounts, read, { ...this.options, told });
  }

  private missingPolicies(): Promise<Reading<readonly string[]>> {
    const client = new IAMClient(awsConfig(this.options.region));
    return this.attempt(() => readMissing(client, wantedManagedPolicies(this.plan), this.options.concurrency));
  }

  private async documents(): Promise<readonly ValidatedDocument[]> {
    const client = new AccessAnalyzerClient(awsConfig(this.options.region));
    try {
      return await pMap(
        wantedDocuments(this.plan.estate),
        async (wanted) => ({
          subject: wanted.subject,
          findings: await this.attempt(() => validatePolicy(client, wanted)),
        }),
        this.atOnce,
      );
    } finally {
      client.destroy();
    }
  }

  private async quota(need: QuotaNeed): Promise<QuotaReading> {
    const value = await this.attempt(async () => readQuota(need, await this.accounts.of(need.account)));
    if (value.state !== 'known') return { ...need, value };
    const credentials = await this.accounts.of(need.account);
    const using = readUse(need, credentials);
    return { ...need, value, ...(using && { used: await this.attempt(() => using) }) };
  }

  private async region(need: RegionNeed): Promise<RegionReading> {
    const { account, region } = need;
    const status = await this.attempt(async () =>
      readRegionStatus(region, account, await this.accounts.isCaller(account)),
    );
    return { ...need, status };
  }

  private async isHosted(): Promise<Reading<boolean> | undefined> {
    const { hosting, name: estate } = this.plan.estate;
    if (hosting === undefined) return undefined;
    const { account, region } = hosting;
    const name = stackName(estate, 'hosting');
    return this.attempt(async () => (await this.stack({ account, region, name })) !== undefined);
  }

  private attempt<T>(task: () => Promise<T>): Promise<Reading<T>> {
    return within(this.options.timeoutSeconds, readAws(task));
  }
}

/** Regions to enable exist in the partition `aws` alone, whose Account Management is here. */
const HOME = 'us-east-1';

/**
 * State of a Region in an account: `ENABLED`, `DISABLED` and others. The management account is asked for others, which takes
 * trusted access for Account Management, and must not name itself (Account Management, 'GetRegionOptStatus'). @throws AwsCallError
 */
export async function readRegionStatus(region: string, account: string, isOwn: boolean): Promise<string> {
  const call = { action: 'account:GetRegionOptStatus', subject: `the Region ${region} of the account ${account}` };
  const input = { RegionName: region, ...(!isOwn && { AccountId: account }) };
  const client = new AccountClient(awsConfig(HOME));
  const { RegionOptStatus } = await callAws(call, () => client.send(new GetRegionOptStatusCommand(input)));
  return required(RegionOptStatus, call, 'RegionOptStatus');
}

/** Most that ListPolicies answers in one page. */
const POLICIES_PER_PAGE = 1000;

/** Customer-managed policies of an account, in every path. @throws AwsCallError */
async function readCustomerPolicies(client: IAMClient): Promise<readonly CustomerManagedPolicy[]> {
  const call = { action: 'iam:ListPolicies', subject: 'the customer-managed policies' };
  const pages = paginateListPolicies({ client, pageSize: POLICIES_PER_PAGE }, { Scope: 'Local' });
  const policies = await readPages(call, pages, (page) => page.Policies);
  return policies.map(({ PolicyName, Path = '/' }) => ({ name: required(PolicyName, call, 'PolicyName'), path: Path }));
}

/** Those of some AWS managed policies that do not exist. @throws AwsCallError */
async function readMissing(
  client: IAMClient,
  arns: readonly string[],
  concurrency: number,
): Promise<readonly string[]> {
  const find = (PolicyArn: string) => {
    const call = { action: 'iam:GetPolicy', subject: `the policy ${PolicyArn}` };
    return unlessGone(callAws(call, () => client.send(new GetPolicyCommand({ PolicyArn }))));
  };
  const found = await pMap(arns, find, { concurrency });
  return arns.filter((_, index) => found[index] === undefined);
}

/** Known types alone: a new one must not pass as none. */
const FindingType = z.enum(FINDING_TYPES);

/** Validates a document as a policy of identities; nothing of it is kept there. @throws AwsCallError */
async function validatePolicy(
  client: AccessAnalyzerClient,
  { subject, document }: WantedDocument,
): Promise<readonly PolicyFinding[]> {
  const call = { action: 'access-analyzer:ValidatePolicy', subject };
  const input = { policyDocument: JSON.stringify(document), policyType: 'IDENTITY_POLICY' } as const;
  const found = await readPages(call, paginateValidatePolicy({ client }, input), ({ findings }) => findings);
  return found.map(({ findingType, issueCode, findingDetails }) => ({
    type: FindingType.parse(findingType),
    code: required(issueCode, call, 'issueCode'),
    details: required(findingDetails, call, 'findingDetails'),
  }));
}
