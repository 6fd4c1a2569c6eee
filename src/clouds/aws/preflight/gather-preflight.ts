import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import pMap from 'p-map';
import { z } from 'zod';
import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { wantedDocuments, wantedManagedPolicies, wantedPolicies } from '../../../estate/plan/prerequisites';
import { type QuotaNeed, quotaNeeds } from '../../../estate/plan/quota-needs';
import { type RegionNeed, regionNeeds } from '../../../estate/plan/region-needs';
import { rollsOut, stackSetPrefix } from '../../../estate/sections/access/plan/rollouts';
import { type CdkStack, cdkStacks, stackName } from '../../../estate/plan/stacks/stacks';
import type {
  AccountPolicies,
  OwnResource,
  PreflightAccess,
  PreflightFacts,
  QuotaReading,
  RegionReading,
  ValidatedDocument,
} from '../../facts/preflight-facts';
import { type Reading, within } from '../../reading';
import { AccountCredentials } from '../account-credentials';
import { callAws } from '../aws-call';
import { createIdentityCenterClients, type IdentityCenterClients } from '../aws-clients';
import { awsConfig } from '../aws-config';
import { readAws } from '../explain-aws';
import { readAttributeConfiguration } from '../read-permission-sets';
import { readStack, readStackResources } from '../read-stack';
import { readStackSets } from '../read-stack-sets';
import { SignedService } from '../signed-service';
import { readAccounts, readDelegates, readInstance, readKeyState, readSets, readStackSetTrust } from './read-instance';
import { PolicyValidator, readCustomerPolicies, readMissing } from './read-policies';
import { readQuota, readUse } from './read-quotas';

export interface PreflightOptions {
  /** Region of what belongs to no account: that of IAM Identity Center, or of the hosting. */
  readonly region: string;
  readonly partition: string;
  /** Role that is taken on in accounts other than that of the credentials. @default they are not asked */
  readonly accountRole?: string;
  /** Calls to one service at once. */
  readonly concurrency: number;
  /** Longest time for a part of the reading. */
  readonly timeoutSeconds: number;
  /** Told what has been read so far, in a few words. */
  readonly onProgress: (text: string) => void;
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
      this.attempt(() => readSets(clients, instanceArn)),
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
    const read = async (stack: CdkStack) => readStackResources(await this.cloudFormation(stack), stack.name);
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
    let done = 0;
    return pMap(
      accounts,
      async (account) => {
        const policies = await this.attempt(async () =>
          readCustomerPolicies(
            new IAMClient({ ...awsConfig(this.options.region), credentials: await this.accounts.of(account) }),
          ),
        );
        done += 1;
        this.options.onProgress(`policies of ${done} of ${accounts.length} accounts`);
        return { account, policies };
      },
      this.atOnce,
    );
  }

  private missingPolicies(): Promise<Reading<readonly string[]>> {
    const client = new IAMClient(awsConfig(this.options.region));
    return this.attempt(() => readMissing(client, wantedManagedPolicies(this.plan), this.options.concurrency));
  }

  private async documents(): Promise<readonly ValidatedDocument[]> {
    const validator = new PolicyValidator(this.options.region);
    try {
      return await pMap(
        wantedDocuments(this.plan.estate),
        async (wanted) => ({
          subject: wanted.subject,
          findings: await this.attempt(() => validator.validate(wanted)),
        }),
        this.atOnce,
      );
    } finally {
      validator.close();
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

const ACCOUNT = { host: 'account', signing: 'account', variable: 'ACCOUNT' };
/** Regions to enable exist in the partition `aws` alone, whose Account Management is here. */
const HOME = 'us-east-1';

const Status = z.object({ RegionOptStatus: z.string() });

/**
 * State of a Region in an account: `ENABLED`, `DISABLED` and others. The management account is asked for others, which takes
 * trusted access for Account Management, and must not name itself (Account Management, 'GetRegionOptStatus'). @throws AwsCallError
 */
export async function readRegionStatus(region: string, account: string, isOwn: boolean): Promise<string> {
  const service = new SignedService(ACCOUNT, { region: HOME });
  const call = { action: 'account:GetRegionOptStatus', subject: `the Region ${region} of the account ${account}` };
  const input = { RegionName: region, ...(!isOwn && { AccountId: account }) };
  try {
    const request = { path: '/getRegionOptStatus', input };
    return (await callAws(call, () => service.ask(request, Status))).RegionOptStatus;
  } finally {
    service.close();
  }
}
