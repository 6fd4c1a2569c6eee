import type * as pulumi from '@pulumi/pulumi';
import { ConditionalAccess } from '../../constructs/entra/conditional-access';
import { EmergencyApplication, type EmergencyApplicationArgs } from '../../constructs/entra/emergency-application';
import type { SigningCertificateOutput } from '../../constructs/entra/saml-signing-certificates';
import type { GraphProvider } from '../../constructs/graph/provider';

/** Outputs of the workforce program about the application for emergencies. */
export interface EmergencyOutputs {
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
export function createEmergencyApplication(
  args: EmergencyApplicationArgs,
  providers: GraphProvider[],
): EmergencyOutputs {
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
