import type { AwsApplication } from '../../src/estate/sections/workforce/workforce';

/** A template that Entra ID makes an enterprise application from. */
export interface ApplicationTemplate {
  readonly id: string;
  /** Tags that the template gives its service principal, and that azuread would take away unless they are named. */
  readonly tags: readonly string[];
  /** Template of its provisioning job. */
  readonly synchronization: string;
}

/** Tag of what a portal lists among enterprise applications. */
const ENTERPRISE = 'WindowsAzureActiveDirectoryIntegratedApp';

/** The ids are the same in every tenant: https://learn.microsoft.com/entra/identity/saas-apps/aws-single-sign-on-tutorial */
export const TEMPLATES: Readonly<Record<AwsApplication['template'], ApplicationTemplate>> = {
  gallery: {
    id: '21ed01d2-ec13-4e9e-86c1-cd546719ebc4',
    // By their names: azuread's `gallery` stands for another tag, which the template does not give.
    tags: [ENTERPRISE, 'WindowsAzureActiveDirectoryGalleryApplicationPrimaryV1'],
    synchronization: 'aWSSingleSignon',
  },
  'non-gallery': {
    id: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
    tags: ['WindowsAzureActiveDirectoryCustomSingleSignOnApplication', ENTERPRISE],
    synchronization: 'scim',
  },
};
