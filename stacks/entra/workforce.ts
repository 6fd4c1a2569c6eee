import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { ConditionalAccess } from '../../constructs/entra/conditional-access';
import { dayOf } from '../../constructs/entra/periods';
import { LeaversReader } from '../../constructs/entra/leavers-reader';
import {
  type ApplicationArgs,
  AwsApplication,
  EmergencyApplication,
  type EmergencyApplicationArgs,
} from '../../constructs/entra/saml-application';
import { type CertificateTrust, checkSigning } from '../../constructs/entra/saml-schedule';
import { ScimProvisioning } from '../../constructs/entra/scim-provisioning';
import { previousNamesOf, WorkforceGroups } from '../../constructs/entra/workforce-groups';
import { GraphProvider } from '../../constructs/graph/provider';
import type { EmergencyApplication as EmergencyApplicationDefinition } from '../../src/estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../../src/estate/sections/emergency/emergency-plan';
import { type Leavers, leaversReaderName, leaversTrust } from '../../src/estate/sections/workforce/watch';
import type { AwsApplication as AwsApplicationDefinition } from '../../src/estate/sections/workforce/workforce';
import {
  checkScimToken,
  checkTokenExpiry,
  readCredentialsWay,
  readScimTokenConfig,
  requireScimToken,
} from './credentials';
import { type ProgramContext, type ProgramEstate, sectionOf } from './program';

/**
 * The workforce program: the groups of the organization's own people in its Entra tenant, and the application that takes
 * them to AWS. Others read its outputs with `pulumi stack output`; none is a secret.
 *
 * @throws RunError if the estate has no workforce, and with all that is wrong on this day, before anything is registered
 */
export function workforce(estate: ProgramEstate, context: ProgramContext) {
  const { groups, awsApplication, leavers, ...section } = sectionOf(estate, 'workforce');
  const applications = { awsApplication, emergency: estate.emergency?.application };
  checkWorkforce(applications, context);
  const { objectIds: groupObjectIds } = new WorkforceGroups('workforce', { groups });
  const { objectId, tenantId: signedInTo } = azuread.getClientConfigOutput();
  const tenantId = section.tenantId ?? signedInTo;
  const previousNames = previousNamesOf(groups);
  const surroundings = { tenantId, groupObjectIds, previousNames, owners: [objectId], day: dayOf(context.now) };
  return {
    tenantId,
    /** Entra object id of each group, by display name. */
    groupObjectIds,
    ...createLeaversReader(estate.name, leavers, objectId),
    ...createApplications(applications, surroundings, context.emergency),
  };
}

/** Applications that take people to AWS: through IAM Identity Center, and without it. */
function createApplications(
  { awsApplication, emergency }: WorkforceApplications,
  surroundings: ApplicationArgs,
  plan: EmergencyPlan | undefined,
) {
  if (awsApplication === undefined && emergency === undefined) return {};
  const providers = [new GraphProvider('graph')];
  return {
    ...(awsApplication && createAwsApplication(awsApplication, surroundings, providers)),
    ...(emergency && plan && createEmergencyApplication({ definition: emergency, plan, ...surroundings }, providers)),
  };
}

/** The application as which the function in AWS reads; where it signs in with a secret, somebody else made it. */
function createLeaversReader(estateName: string, leavers: Leavers | undefined, owner: pulumi.Output<string>) {
  if (leavers?.signIn.kind !== 'federated') return {};
  const trust = leaversTrust(estateName, leavers.signIn);
  const displayName = leaversReaderName(estateName);
  /** For `workforce.leavers.clientId`. */
  return { leaversClientId: new LeaversReader('leavers', { displayName, trust, owner }).clientId };
}

function createAwsApplication(
  definition: AwsApplicationDefinition,
  surroundings: ApplicationArgs,
  providers: GraphProvider[],
) {
  const application = new AwsApplication('aws', { definition, ...surroundings }, { providers });
  const { applicationId, servicePrincipal, assignments, federationMetadataUrl, signingCertificates } = application;
  const servicePrincipalId = servicePrincipal.objectId;
  const outputs = { applicationId, servicePrincipalId, federationMetadataUrl, signingCertificates };
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

/**
 * The application for emergencies, and its own Conditional Access policy: that of the application for IAM Identity Center says
 * nothing about this one.
 */
function createEmergencyApplication(args: EmergencyApplicationArgs, providers: GraphProvider[]) {
  const application = new EmergencyApplication('emergency', args, { providers });
  const { applicationId, federationMetadataUrl, signingCertificates } = application;
  const { conditionalAccess } = args.definition;
  if (conditionalAccess !== undefined) {
    const { groupObjectIds } = args;
    new ConditionalAccess('emergency-sign-in', { definition: conditionalAccess, applicationId, groupObjectIds });
  }
  return {
    emergencyApplicationId: applicationId,
    /** Leads to the metadata that the estate's `emergency.metadataFile` holds. */
    emergencyMetadataUrl: federationMetadataUrl,
    emergencySigningCertificates: signingCertificates,
  };
}

const IAM: CertificateTrust = {
  todo: "add it to the estate's emergency.metadataFile, beside the one that signs, and deploy the emergency access",
  output: 'emergencySigningCertificates',
};

/** The applications of the program; absent where the estate has none. */
interface WorkforceApplications {
  readonly awsApplication: AwsApplicationDefinition | undefined;
  readonly emergency: EmergencyApplicationDefinition | undefined;
}

/**
 * Checks what depends on the day and on the stack: signing certificates and the SCIM token.
 *
 * @throws RunError with all that is wrong
 */
function checkWorkforce({ awsApplication, emergency }: WorkforceApplications, context: ProgramContext): void {
  const day = dayOf(context.now);
  const scim = awsApplication?.scim;
  const signing = [
    ...(awsApplication === undefined ? [] : [checkSigning(awsApplication.saml, day)]),
    ...(emergency === undefined ? [] : [checkSigning(emergency, day, IAM)]),
  ];
  const warnings = signing.flatMap((one) => one.warnings);
  for (const warning of [...warnings, ...(scim === undefined ? [] : checkTokenExpiry(scim, day))])
    context.warn(warning);
  const isManaged = scim !== undefined && readCredentialsWay() === 'managed';
  const token = isManaged ? checkScimToken(readScimTokenConfig(new pulumi.Config())) : [];
  const errors = [...signing.flatMap((one) => one.errors), ...token];
  if (errors.length > 0) throw new pulumi.RunError(['Nothing was deployed:', ...errors].join('\n'));
}
