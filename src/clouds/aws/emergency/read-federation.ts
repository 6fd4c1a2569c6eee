import {
  GetRoleCommand,
  GetRolePolicyCommand,
  GetSAMLProviderCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { AwsCallError, callAws, readPages, required } from '../aws-call';
import type { DeployedRole } from '../../facts/emergency-facts';

/** SAML metadata that IAM trusts, as a text; undefined where there is no such identity provider. @throws AwsCallError */
export async function readSamlProvider(client: IAMClient, SAMLProviderArn: string): Promise<string | undefined> {
  const call = { action: 'iam:GetSAMLProvider', subject: `the identity provider ${SAMLProviderArn}` };
  const found = await orGone(() => callAws(call, () => client.send(new GetSAMLProviderCommand({ SAMLProviderArn }))));
  return found && required(found.SAMLMetadataDocument, call, 'SAMLMetadataDocument');
}

/** Roles by their names; those that are not there are left out. @throws AwsCallError */
export async function readRoles(client: IAMClient, names: readonly string[]): Promise<readonly DeployedRole[]> {
  const roles = await Promise.all(names.map((name) => orGone(() => readRole(client, name))));
  return roles.filter((role) => role !== undefined);
}

/** Names of the roles whose trust names an identity provider. @throws AwsCallError */
export async function readTrusting(client: IAMClient, provider: string): Promise<readonly string[]> {
  const call = { action: 'iam:ListRoles', subject: 'the roles that trust the identity provider' };
  const roles = await readPages(call, paginateListRoles({ client }, {}), (page) => page.Roles);
  const trusts = ({ AssumeRolePolicyDocument = '' }: (typeof roles)[number]): boolean =>
    JSON.stringify(documentOf(AssumeRolePolicyDocument)).includes(`"${provider}"`);
  return roles.filter(trusts).map(({ RoleName = '' }) => RoleName);
}

async function readRole(client: IAMClient, RoleName: string): Promise<DeployedRole> {
  const subject = `the role ${RoleName}`;
  const call = { action: 'iam:GetRole', subject };
  const { Role } = await callAws(call, () => client.send(new GetRoleCommand({ RoleName })));
  const listing = { action: 'iam:ListAttachedRolePolicies', subject };
  const attached = await readPages(
    listing,
    paginateListAttachedRolePolicies({ client }, { RoleName }),
    (page) => page.AttachedPolicies,
  );
  const names = await readPages(
    { action: 'iam:ListRolePolicies', subject },
    paginateListRolePolicies({ client }, { RoleName }),
    (page) => page.PolicyNames,
  );
  const inline = await Promise.all(
    names.map(async (name) => [name, await readPolicy(client, RoleName, name)] as const),
  );
  return {
    name: RoleName,
    trust: documentOf(required(Role?.AssumeRolePolicyDocument, call, 'AssumeRolePolicyDocument')),
    policies: attached.map(({ PolicyArn = '' }) => PolicyArn),
    inlinePolicies: Object.fromEntries(inline),
    boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
  };
}

async function readPolicy(client: IAMClient, RoleName: string, PolicyName: string): Promise<unknown> {
  const call = { action: 'iam:GetRolePolicy', subject: `the policy ${PolicyName} of ${RoleName}` };
  const { PolicyDocument } = await callAws(call, () => client.send(new GetRolePolicyCommand({ RoleName, PolicyName })));
  return documentOf(required(PolicyDocument, call, 'PolicyDocument'));
}

/** IAM answers documents encoded as a part of a URL. */
function documentOf(text: string): unknown {
  return JSON.parse(decodeURIComponent(text));
}

async function orGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.name.startsWith('NoSuchEntity')) return undefined;
    throw error;
  }
}
