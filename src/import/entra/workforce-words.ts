import type { WorkforceTenant } from '../../clouds/facts/tenant-facts';
import type { WorkforceWords } from '../../estate/sections/workforce/schema';
import { groupWords } from './group-words';
import { samlWords, type SamlWordsOptions, type Words } from './saml-words';
import { scimWords, type ScimGiven } from './scim-words';
import { signInWords } from './sign-in-words';
import { acceptedWords, type Decisions, NO_DECISIONS, waysLeft } from './ways-left';

/** A template of Entra ID in the words of an estate. */
export interface TemplateWords {
  readonly template: 'gallery' | 'non-gallery';
  /** Template of its provisioning job. */
  readonly synchronization: string;
}

export interface WorkforceWordsOptions extends SamlWordsOptions {
  /** By the ids of the templates. */
  readonly templates: ReadonlyMap<string, TemplateWords>;
  readonly scim: ScimGiven;
  /** @default nothing was decided */
  readonly decisions?: Decisions | undefined;
}

/** The section of an estate that says what a tenant has of the way to AWS. @throws Error if no estate can have the application */
export function workforceWords(tenant: WorkforceTenant, options: WorkforceWordsOptions): Words<WorkforceWords> {
  const { application, tenantId, trust } = tenant;
  const { day, decisions = NO_DECISIONS } = options;
  const template = options.templates.get(application.templateId);
  if (template === undefined) {
    throw new Error(
      `the application '${application.displayName}' was made from ${application.templateId === '' ? 'no template' : `the template ${application.templateId}`}; ` +
        "an estate has applications of the gallery's AWS IAM Identity Center, or of those that are not in the gallery",
    );
  }
  const [saml, groups] = [samlWords(tenant, options), groupWords(tenant)];
  const [signIn, scim] = [signInWords(tenant), scimWords(tenant, template.synchronization, options.scim)];
  return {
    words: {
      tenantId,
      groups: groups.words.groups,
      awsApplication: {
        displayName: application.displayName,
        ...(template.template !== 'gallery' && { template: template.template }),
        saml: saml.words,
        assignedGroups: groups.words.assignedGroups,
        ...(signIn.words && { conditionalAccess: signIn.words }),
        ...(scim.words && { scim: scim.words }),
        ...acceptedWords(decisions, 'aws'),
      },
    },
    left: [
      ...saml.left,
      ...waysLeft(application.displayName, trust, { decisions, application: 'aws', powers: {}, day }),
      ...groups.left,
      ...signIn.left,
      ...scim.left,
    ],
  };
}
