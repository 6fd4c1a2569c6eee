import * as azuread from '@pulumi/azuread';
import type * as pulumi from '@pulumi/pulumi';
import { AWS_ATTRIBUTES } from '../../src/estate/sections/emergency/emergency';
import type { SamlSettings } from '../../src/estate/sections/workforce/workforce';

/** Names of the attributes in a claims mapping policy: https://learn.microsoft.com/entra/identity-platform/reference-claims-customization */
const SOURCE_IDS = { userPrincipalName: 'userprincipalname', mail: 'mail' } as const;

/** A claims mapping policy of an application. */
export interface ClaimsPolicy {
  /** Last part of the resource's name. */
  readonly name: string;
  /** Follows the name of the application in the name of the policy. */
  readonly title: string;
  readonly definition: string;
}

type NameIdSource = keyof typeof SOURCE_IDS;

/** The policy by which a SAML answer names the person; none where the claims are managed elsewhere. */
export function nameIdPolicy(nameId: SamlSettings['nameId']): ClaimsPolicy | undefined {
  if (nameId === 'managedElsewhere') return undefined;
  return { name: 'name-id', title: 'NameID', definition: nameIdDefinition(nameId) };
}

/** Names the person in the format e-mail address, which Identity Center asks for. */
export function nameIdDefinition(nameId: NameIdSource): string {
  return definitionOf([nameIdClaim(nameId)]);
}

/** Claims of an answer about the role that the person signs in to. */
export interface RoleClaims {
  readonly roleArn: string;
  readonly providerArn: string;
  /** Duration of the session. */
  readonly sessionSeconds: number;
}

/**
 * The policy by which a SAML answer signs people in to one role of IAM itself, under their own names: that of the session, and
 * the source identity, which stays when they switch to another role.
 */
export function roleDefinition({ roleArn, providerArn, sessionSeconds }: RoleClaims): string {
  const own = { Source: 'user', ID: SOURCE_IDS.userPrincipalName };
  const claim = (name: string): string => `${AWS_ATTRIBUTES}/${name}`;
  return definitionOf([
    nameIdClaim('userPrincipalName'),
    { Value: `${roleArn},${providerArn}`, SamlClaimType: claim('Role') },
    { ...own, SamlClaimType: claim('RoleSessionName') },
    { ...own, SamlClaimType: claim('SourceIdentity') },
    { Value: String(sessionSeconds), SamlClaimType: claim('SessionDuration') },
  ]);
}

function nameIdClaim(nameId: NameIdSource): object {
  return {
    Source: 'user',
    ID: SOURCE_IDS[nameId],
    SamlClaimType: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
    SamlNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  };
}

function definitionOf(ClaimsSchema: readonly object[]): string {
  // The service returns the text as it was sent, and azuread compares it byte for byte.
  return JSON.stringify({ ClaimsMappingPolicy: { Version: 1, IncludeBasicClaimSet: 'true', ClaimsSchema } });
}

export interface ClaimsPolicyArgs {
  /** Name of the application, from which the policy has its own. */
  readonly displayName: string;
  readonly policy: ClaimsPolicy;
  readonly servicePrincipal: azuread.ServicePrincipal;
}

/** A claims mapping policy, and its assignment to the application. */
export function createClaimsPolicy(name: string, args: ClaimsPolicyArgs, opts: pulumi.CustomResourceOptions): void {
  const { title, definition, name: part } = args.policy;
  const policy = new azuread.ClaimsMappingPolicy(
    `${name}-${part}`,
    { displayName: `${args.displayName}: ${title}`, definitions: [definition] },
    opts,
  );
  new azuread.ServicePrincipalClaimsMappingPolicyAssignment(
    `${name}-${part}-assignment`,
    { claimsMappingPolicyId: policy.id, servicePrincipalId: args.servicePrincipal.id },
    opts,
  );
}
