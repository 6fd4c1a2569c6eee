import * as azuread from '@pulumi/azuread';
import type * as pulumi from '@pulumi/pulumi';
import type { SamlSettings } from '../../model/workforce';

/** Names of the attributes in a claims mapping policy: https://learn.microsoft.com/entra/identity-platform/reference-claims-customization */
const SOURCE_IDS = { userPrincipalName: 'userprincipalname', mail: 'mail' } as const;

/** The policy by which a SAML answer names the person in the format e-mail address, which Identity Center asks for. */
export function nameIdDefinition(nameId: SamlSettings['nameId']): string {
  // The service returns the text as it was sent, and azuread compares it byte for byte.
  return JSON.stringify({
    ClaimsMappingPolicy: {
      Version: 1,
      IncludeBasicClaimSet: 'true',
      ClaimsSchema: [
        {
          Source: 'user',
          ID: SOURCE_IDS[nameId],
          SamlClaimType: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
          SamlNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
        },
      ],
    },
  });
}

export interface NameIdArgs {
  /** Name of the application, from which the policy has its own. */
  readonly displayName: string;
  readonly nameId: SamlSettings['nameId'];
  readonly servicePrincipal: azuread.ServicePrincipal;
}

/** The claims mapping policy for the NameID, and its assignment to the application. */
export function createNameIdPolicy(name: string, args: NameIdArgs, opts: pulumi.CustomResourceOptions): void {
  const policy = new azuread.ClaimsMappingPolicy(
    `${name}-name-id`,
    { displayName: `${args.displayName}: NameID`, definitions: [nameIdDefinition(args.nameId)] },
    opts,
  );
  new azuread.ServicePrincipalClaimsMappingPolicyAssignment(
    `${name}-name-id-assignment`,
    { claimsMappingPolicyId: policy.id, servicePrincipalId: args.servicePrincipal.id },
    opts,
  );
}
