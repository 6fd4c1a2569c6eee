import type { JsonObject } from '../../json';
import type { Entity } from '../../store/store';

export interface CatalogueEntry {
  readonly template: Entity;
  /** Marks of the gallery on the service principal that is made from it. */
  readonly tags: readonly string[];
  readonly homePageUrl: string | null;
  /** Templates of its provisioning jobs; the first is the default. */
  readonly synchronization: readonly string[];
}

/** AWS IAM Identity Center of the gallery, and what becomes of an application that is not in the gallery. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    template: {
      id: '21ed01d2-ec13-4e9e-86c1-cd546719ebc4',
      displayName: 'AWS IAM Identity Center (successor to AWS Single Sign-On)',
      homePageUrl: 'https://aws.amazon.com/',
      supportedSingleSignOnModes: ['saml', 'external'],
      supportedProvisioningTypes: ['sync'],
      logoUrl: '',
      categories: ['cloudInfrastructure', 'security'],
      publisher: 'Amazon Web Services, Inc.',
      description: null,
    },
    tags: ['WindowsAzureActiveDirectoryIntegratedApp', 'WindowsAzureActiveDirectoryGalleryApplicationPrimaryV1'],
    homePageUrl: 'https://*.signin.aws.amazon.com/platform/saml?metadata=awsssoaws|ISV9.1|primary|z',
    synchronization: ['aWSSingleSignon'],
  },
  {
    template: {
      id: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
      displayName: 'Custom',
      homePageUrl: '',
      supportedSingleSignOnModes: ['saml', 'password', 'external'],
      supportedProvisioningTypes: ['sync'],
      logoUrl: '',
      categories: [],
      publisher: '',
      description: null,
    },
    tags: ['WindowsAzureActiveDirectoryCustomSingleSignOnApplication', 'WindowsAzureActiveDirectoryIntegratedApp'],
    homePageUrl: null,
    synchronization: ['scim'],
  },
];

/** The roles that every application of the gallery starts with. Their values are null: azuread finds no ids by value. */
export const TEMPLATE_ROLES: readonly JsonObject[] = [
  roleNamed('User', '8774f594-1d59-4279-b9d9-59ef09a23530'),
  roleNamed('msiam_access', '18d14569-c3bd-439b-9a66-3a2aee01d14f'),
];

function roleNamed(name: string, id: string): JsonObject {
  const texts = { description: name, displayName: name };
  return { id, allowedMemberTypes: ['User'], ...texts, isEnabled: true, value: null, origin: 'Application' };
}
