import type { PermissionsBoundary } from '@aws-sdk/client-sso-admin';
import {
  DescribeInstanceAccessControlAttributeConfigurationCommand,
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand,
  ListCustomerManagedPolicyReferencesInPermissionSetCommand,
  ListManagedPoliciesInPermissionSetCommand,
  ListTagsForResourceCommand,
  paginateListAccountAssignments,
  paginateListPermissionSets,
  ResourceNotFoundException,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import type { OrganizationFile } from '../../../src/estate/source/organization';
import type { Moto } from '../../support/moto';

/** A permission set as the service has it; what it lacks is absent. */
export interface DeployedSet {
  readonly arn: string;
  readonly description?: string;
  readonly sessionDuration: string;
  readonly relayState?: string;
  readonly managedPolicies: readonly string[];
  /** Path and name. */
  readonly customerManagedPolicies: readonly string[];
  readonly inlinePolicy?: unknown;
  readonly boundary?: PermissionsBoundary;
  readonly tags: Readonly<Record<string, string>>;
}

export interface IdentityCenter {
  /** By name. */
  readonly sets: ReadonlyMap<string, DeployedSet>;
  /** `<group> has <set> in <account name>`, sorted; all accounts of the organization are asked. */
  readonly assignments: readonly string[];
  /** Source by key. */
  readonly attributes: Readonly<Record<string, string>>;
}

const AT_ONCE = { concurrency: 8 };

/** Reads everything that the access stacks deploy back through the public APIs. */
export async function readIdentityCenter(moto: Moto, organization: OrganizationFile): Promise<IdentityCenter> {
  // The stand-in may throttle as AWS does: a reader that goes slower then is refused less often than one that only repeats.
  const client = new SSOAdminClient({ ...moto.client, retryMode: 'adaptive', maxAttempts: 12 });
  const reader = new Reader(client, organization);
  return reader.read();
}

class Reader {
  private readonly InstanceArn: string;

  constructor(
    private readonly client: SSOAdminClient,
    private readonly organization: OrganizationFile,
  ) {
    this.InstanceArn = organization.identityCenter.instanceArn;
  }

  async read(): Promise<IdentityCenter> {
    const sets = new Map(await pMap(await this.listSets(), (arn) => this.readSet(arn), AT_ONCE));
    const cells = [...sets].flatMap(([name, { arn }]) =>
      this.organization.accounts.map((account) => ({ name, arn, account })),
    );
    const assignments = await pMap(cells, (cell) => this.readAssignments(cell), AT_ONCE);
    const attributes = await this.readAttributes();
    this.client.destroy();
    return { sets, assignments: assignments.flat().toSorted(), attributes };
  }

  private async listSets(): Promise<readonly string[]> {
    const arns: string[] = [];
    for await (const page of paginateListPermissionSets({ client: this.client }, { InstanceArn: this.InstanceArn })) {
      arns.push(...(page.PermissionSets ?? []));
    }
    return arns;
  }

  private async readSet(arn: string): Promise<[string, DeployedSet]> {
    const { client } = this;
    const query = { InstanceArn: this.InstanceArn, PermissionSetArn: arn };
    const { PermissionSet: set = {} } = await client.send(new DescribePermissionSetCommand(query));
    const managed = await client.send(new ListManagedPoliciesInPermissionSetCommand(query));
    const customer = await client.send(new ListCustomerManagedPolicyReferencesInPermissionSetCommand(query));
    const { InlinePolicy } = await client.send(new GetInlinePolicyForPermissionSetCommand(query));
    const { Tags = [] } = await client.send(
      new ListTagsForResourceCommand({ InstanceArn: this.InstanceArn, ResourceArn: arn }),
    );
    const boundary = await this.readBoundary(arn);
    const deployed: DeployedSet = {
      arn,
      ...(set.Description && { description: set.Description }),
      sessionDuration: set.SessionDuration ?? '',
      ...(set.RelayState && { relayState: set.RelayState }),
      managedPolicies: (managed.AttachedManagedPolicies ?? []).map(({ Arn = '' }) => Arn),
      customerManagedPolicies: (customer.CustomerManagedPolicyReferences ?? []).map(
        ({ Name = '', Path = '' }) => `${Path}${Name}`,
      ),
      ...(InlinePolicy && { inlinePolicy: JSON.parse(InlinePolicy) as unknown }),
      ...(boundary && { boundary }),
      tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) as Record<string, string>,
    };
    return [set.Name ?? '', deployed];
  }

  private async readBoundary(PermissionSetArn: string): Promise<PermissionsBoundary | undefined> {
    const query = { InstanceArn: this.InstanceArn, PermissionSetArn };
    try {
      return (await this.client.send(new GetPermissionsBoundaryForPermissionSetCommand(query))).PermissionsBoundary;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  private async readAssignments(cell: {
    readonly name: string;
    readonly arn: string;
    readonly account: OrganizationFile['accounts'][number];
  }): Promise<readonly string[]> {
    const query = { InstanceArn: this.InstanceArn, AccountId: cell.account.id, PermissionSetArn: cell.arn };
    const groups = new Map<string, string>(this.organization.groups.map(({ id, displayName }) => [id, displayName]));
    const found: string[] = [];
    for await (const page of paginateListAccountAssignments({ client: this.client }, query)) {
      for (const { PrincipalId = '', PrincipalType } of page.AccountAssignments ?? []) {
        const who = PrincipalType === 'GROUP' ? groups.get(PrincipalId) : undefined;
        found.push(`${who ?? `${PrincipalType ?? ''} ${PrincipalId}`} has ${cell.name} in ${cell.account.name}`);
      }
    }
    return found;
  }

  private async readAttributes(): Promise<Readonly<Record<string, string>>> {
    const command = new DescribeInstanceAccessControlAttributeConfigurationCommand({ InstanceArn: this.InstanceArn });
    const { InstanceAccessControlAttributeConfiguration } = await this.client.send(command);
    const attributes = InstanceAccessControlAttributeConfiguration?.AccessControlAttributes ?? [];
    return Object.fromEntries(attributes.map(({ Key, Value }) => [Key, Value?.Source?.join()])) as Record<
      string,
      string
    >;
  }
}
