import * as azuread from '@pulumi/azuread';
import type * as pulumi from '@pulumi/pulumi';
import { AwsApplication } from '../../constructs/entra/aws-application';
import { ConditionalAccess } from '../../constructs/entra/conditional-access';
import { dayOf } from '../../constructs/entra/day';
import { EmergencyApplication, type EmergencyApplicationArgs } from '../../constructs/entra/emergency-application';
import { LeaversReader } from '../../constructs/entra/leavers-reader';
import type { SigningCertificateOutput } from '../../constructs/entra/saml-signing-certificates';
import { ScimProvisioning } from '../../constructs/entra/scim-provisioning';
import { previousNamesOf, WorkforceGroups } from '../../constructs/entra/workforce-groups';
import { GraphProvider } from '../../constructs/graph/provider';
import type { EmergencyPlan } from '../../src/estate/sections/emergency/emergency-plan';
import type { Estate } from '../../src/estate/sections/estate';
import { type Leavers, leaversReaderName, leaversTrust } from '../../src/estate/sections/workforce/leavers/leavers';
import type { AwsApplication as AwsApplicationDefinition } from '../../src/estate/sections/workforce/workforce';
import { readCredentialsWay } from './credentials';
import { type ProgramContext, sectionOf } from './program';
import { requireScimToken } from './scim-token';
import { checkWorkforce, type WorkforceApplications } from './workforce-checks';

/** Outputs of the workforce program, for others to read with `pulumi stack output`. None is a secret. */
export interface WorkforceOutputs extends Partial<AwsOutputs & EmergencyOutputs> {
  readonly tenantId: pulumi.Input<string>;
  /** Entra object id of each group, by display name. */
  readonly groupObjectIds: Readonly<Record<string, pulumi.Output<string>>>;
  /** Client id of the application that reads who exists, for `workforce.leavers.clientId`. */
  readonly leaversClientId?: pulumi.Output<string>;
  readonly [name: string]: unknown;
}

/** Outputs about the AWS application, where the estate has one. */
export interface AwsOutputs {
  /** Client id (appId). */
  readonly applicationId: pulumi.Output<string>;
  /** Object id. */
  readonly servicePrincipalId: pulumi.Output<string>;
  /** SAML metadata that IAM Identity Center takes as its identity provider. */
  readonly federationMetadataUrl: pulumi.Output<string>;
  readonly signingCertificates: readonly SigningCertificateOutput[];
  /** Absent where no one is provisioned. */
  readonly provisioningStatus?: pulumi.Output<string>;
}

/**
 * The workforce program: the groups of the organization's own people in its Entra tenant, and the application that takes
 * them to AWS.
 *
 * @throws RunError if the estate has no workforce, and with all that is wrong on this day, before anything is registered
 */
export function workforce(estate: Estate, context: ProgramContext): WorkforceOutputs {
  const { groups, awsApplication, leavers, ...section } = sectionOf(estate, 'workforce');
  const applications = { awsApplication, emergency: estate.emergency?.application };
  checkWorkforce(applications, context);
  const { objectIds: groupObjectIds } = new WorkforceGroups('workforce', { groups });
  const { objectId, tenantId: signedInTo } = azuread.getClientConfigOutput();
  const tenantId = section.tenantId ?? signedInTo;
  const outputs = { tenantId, groupObjectIds, ...createLeaversReader(estate.name, leavers, objectId) };
  const previousNames = previousNamesOf(groups);
  const surroundings = { tenantId, groupObjectIds, previousNames, owners: [objectId], day: dayOf(context.now) };
  return { ...outputs, ...createApplications(applications, surroundings, context.emergency) };
}

/** Applications that take people to AWS: through IAM Identity Center, and without it. */
function createApplications(
  { awsApplication, emergency }: WorkforceApplications,
  surroundings: Surroundings,
  plan: EmergencyPlan | undefined,
): Partial<AwsOutputs & EmergencyOutputs> {
  if (awsApplication === undefined && emergency === undefined) return {};
  const providers = [new GraphProvider('graph')];
  return {
    ...(awsApplication && createAwsApplication(awsApplication, surroundings, providers)),
    ...(emergency && plan && createEmergencyApplication({ definition: emergency, plan, ...surroundings }, providers)),
  };
}

/** The application as which the function in AWS reads; where it signs in with a secret, somebody else made it. */
function createLeaversReader(
  estateName: string,
  leavers: Leavers | undefined,
  owner: pulumi.Output<string>,
): Pick<WorkforceOutputs, 'leaversClientId'> {
  if (leavers?.signIn.kind !== 'federated') return {};
  const trust = leaversTrust(estateName, leavers.signIn);
  const displayName = leaversReaderName(estateName);
  return { leaversClientId: new LeaversReader('leavers', { displayName, trust, owner }).clientId };
}

type Surroundings = Omit<ConstructorParameters<typeof AwsApplication>[1], 'definition'>;

function createAwsApplication(
  definition: AwsApplicationDefinition,
  surroundings: Surroundings,
  providers: GraphProvider[],
): AwsOutputs {
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
  const isKept = readCredentialsWay() === 'kept';
  const args = { servicePrincipal, template, scim, assignments, ...(!isKept && { token: requireScimToken() }) };
  return { ...outputs, provisioningStatus: new ScimProvisioning('aws-scim', args, { providers }).status };
}

/** Outputs of the workforce program about the application for emergencies. */
interface EmergencyOutputs {
  /** Client id (appId). */
  readonly emergencyApplicationId: pulumi.Output<string>;
  /** Leads to the metadata that the estate's `emergency.metadataFile` holds. */
  readonly emergencyMetadataUrl: pulumi.Output<string>;
  readonly emergencySigningCertificates: readonly SigningCertificateOutput[];
}

/**
 * The application for emergencies, and its own Conditional Access policy: that of the application for IAM Identity Center says
 * nothing about this one.
 */
function createEmergencyApplication(args: EmergencyApplicationArgs, providers: GraphProvider[]): EmergencyOutputs {
  const application = new EmergencyApplication('emergency', args, { providers });
  const { applicationId, federationMetadataUrl, signingCertificates } = application;
  const { conditionalAccess } = args.definition;
  if (conditionalAccess !== undefined) {
    const { groupObjectIds } = args;
    new ConditionalAccess('emergency-sign-in', { definition: conditionalAccess, applicationId, groupObjectIds });
  }
  return {
    emergencyApplicationId: applicationId,
    emergencyMetadataUrl: federationMetadataUrl,
    emergencySigningCertificates: signingCertificates,
  };
}
