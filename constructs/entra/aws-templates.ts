import type * as azuread from '@pulumi/azuread';
import type { AwsApplication } from '../../src/estate/sections/workforce/workforce';

/** A template that Entra ID makes an enterprise application from. */
export interface ApplicationTemplate {
  readonly id: string;
  /** Marks of the service principal, which azuread would take away unless they are named. */
  readonly featureTags: azuread.types.input.ServicePrincipalFeatureTag;
  /** Template of its provisioning job. */
  readonly synchronization: string;
}

/** The ids are the same in every tenant: https://learn.microsoft.com/entra/identity/saas-apps/aws-single-sign-on-tutorial */
export const TEMPLATES: Readonly<Record<AwsApplication['template'], ApplicationTemplate>> = {
  gallery: {
    id: '21ed01d2-ec13-4e9e-86c1-cd546719ebc4',
    featureTags: { enterprise: true, gallery: true },
    synchronization: 'aWSSingleSignon',
  },
  'non-gallery': {
    id: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
    featureTags: { enterprise: true, customSingleSignOn: true },
    synchronization: 'scim',
  },
};
