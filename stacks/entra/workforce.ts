import * as azuread from '@pulumi/azuread';
import type * as pulumi from '@pulumi/pulumi';
import { AwsApplication } from '../../constructs/entra/aws-application';
import { ConditionalAccess } from '../../constructs/entra/conditional-access';
import { dayOf } from '../../constructs/entra/day';
import type { SigningCertificateOutput } from '../../constructs/entra/saml-signing-certificates';
import { ScimProvisioning } from '../../constructs/entra/scim-provisioning';
import { WorkforceGroups } from '../../constructs/entra/workforce-groups';
import { GraphProvider } from '../../constructs/graph/provider';
import type { Estate } from '../../model/estate';
import type { AwsApplication as AwsApplicationDefinition } from '../../model/workforce';
import { type ProgramContext, sectionOf } from './program';
import { requireScimToken } from './scim-token';
import { checkWorkforce } from './workforce-checks';

/** What the workforce program leaves for others to read with `pulumi stack output`. None is a secret. */
export interface WorkforceOutputs extends Partial<AwsOutputs> {
  readonly tenantId: pulumi.Input<string>;
  /** Entra object id of each group, by display name. */
  readonly groupObjectIds: Readonly<Record<string, pulumi.Output<string>>>;
  readonly [name: string]: unknown;
}

/** What it leaves of the AWS application, where the estate has one. */
export interface AwsOutputs {
  /** Client id (appId). */
  readonly applicationId: pulumi.Output<string>;
  /** Object id. */
  readonly servicePrincipalId: pulumi.Output<string>;
  /** What IAM Identity Center takes as its identity provider. */
  readonly federationMetadataUrl: pulumi.Output<string>;
  readonly signingCertificates: readonly SigningCertificateOutput[];
  /** Absent where nobody is provisioned. */
  readonly provisioningStatus?: pulumi.Output<string>;
}

/**
 * The workforce program: the groups of the organization's own people in its Entra tenant, and the application that takes
 * them to AWS.
 *
 * @throws RunError if the estate has no workforce, and with all that is wrong on this day, before anything is registered
 */
export function workforce(estate: Estate, context: ProgramContext): WorkforceOutputs {
  const { groups, awsApplication, ...section } = sectionOf(estate, 'workforce');
  checkWorkforce(awsApplication, context);
  const { objectIds: groupObjectIds } = new WorkforceGroups('workforce', { groups });
  const { objectId, tenantId: signedInTo } = azuread.getClientConfigOutput();
  const outputs = { tenantId: section.tenantId ?? signedInTo, groupObjectIds };
  if (awsApplication === undefined) return outputs;
  const day = dayOf(context.now);
  return { ...outputs, ...createAwsApplication(awsApplication, { ...outputs, owners: [objectId], day }) };
}

type Surroundings = Omit<ConstructorParameters<typeof AwsApplication>[1], 'definition'>;

function createAwsApplication(definition: AwsApplicationDefinition, surroundings: Surroundings): AwsOutputs {
  const providers = [new GraphProvider('graph')];
  const application = new AwsApplication('aws', { definition, ...surroundings }, { providers });
  const { applicationId, servicePrincipal, assignments, federationMetadataUrl, signingCertificates } = application;
  const outputs = {
    applicationId,
    servicePrincipalId: servicePrincipal.objectId,
    federationMetadataUrl,
    signingCertificates,
  };
  const { conditionalAccess } = definition;
  if (conditionalAccess !== undefined) {
    const { groupObjectIds } = surroundings;
    new ConditionalAccess('aws-sign-in', { definition: conditionalAccess, applicationId, groupObjectIds });
  }
  const { scim, template } = definition;
  if (scim === undefined) return outputs;
  const args = { servicePrincipal, template, scim, token: requireScimToken(), assignments };
  return { ...outputs, provisioningStatus: new ScimProvisioning('aws-scim', args, { providers }).status };
}
