import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { ASSIGNED_ONLY, scimCredentials } from '../../src/estate/sections/workforce/scim-token';
import type { AttributeMapping, AwsApplication, ScimSettings } from '../../src/estate/sections/workforce/workforce';
import {
  type AttributeMappingArgs,
  SynchronizationSchema,
  SynchronizationState,
  type SynchronizationStateArgs,
} from '../graph/aws-application';
import { TEMPLATES } from './aws-templates';

export interface ScimProvisioningArgs {
  readonly servicePrincipal: azuread.ServicePrincipal;
  /** Template of the application, which decides the template of its job. Another one is another job. */
  readonly template: AwsApplication['template'];
  readonly scim: ScimSettings;
  /** Bearer token of the endpoint, kept as a secret. @default the credentials that Entra ID has stay */
  readonly token?: pulumi.Input<string>;
  /** Assignments to the application. The job starts after that, so that its first cycle finds them. */
  readonly assignments: readonly azuread.AppRoleAssignment[];
}

/**
 * Automatic provisioning of the assigned users and groups by SCIM: the credentials, a job, its attribute mappings, and its
 * start once the endpoint has taken the credentials. Other credentials are saved only after the endpoint has taken them. A job
 * in quarantine fails the deployment with Graph's reason.
 */
export class ScimProvisioning extends pulumi.ComponentResource {
  /** State of the job when it was last read: NotConfigured, NotRun, Active, Paused or Quarantine. */
  readonly status: pulumi.Output<string>;

  constructor(name: string, args: ScimProvisioningArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:ScimProvisioning', name, {}, opts);
    const credentials = credentialsOf(args);
    const secrets = credentials === undefined ? [] : [this.createSecrets(name, args, credentials)];
    const job = this.createJob(name, args, secrets);
    const schema = this.createSchema(name, args, job);
    const after = [...secrets, schema, ...args.assignments];
    this.status = this.createState(name, args, { job, after, ...(credentials && { credentials }) }).status;
    this.registerOutputs({ status: this.status });
  }

  private createSecrets(
    name: string,
    { servicePrincipal }: ScimProvisioningArgs,
    credentials: Credentials,
  ): azuread.SynchronizationSecret {
    return new azuread.SynchronizationSecret(
      `${name}-secrets`,
      {
        servicePrincipalId: servicePrincipal.id,
        // Azuread compares number and order: always these three, in this order. SyncAll: assigned users and groups only.
        credentials,
      },
      // Only the first ones: a job needs some to start with. SynchronizationState saves others, once the endpoint takes them.
      { parent: this, ignoreChanges: ['credentials'] },
    );
  }

  /** The template is part of the name: with another one the job is a new one, which azuread must not start either. */
  private createJob(
    name: string,
    { servicePrincipal, template }: ScimProvisioningArgs,
    secrets: azuread.SynchronizationSecret[],
  ): azuread.SynchronizationJob {
    const templateId = TEMPLATES[template].synchronization;
    return new azuread.SynchronizationJob(
      `${name}-job-${templateId}`,
      { servicePrincipalId: servicePrincipal.id, templateId, enabled: false },
      // SynchronizationState starts and pauses it; what azuread sees of that on a refresh makes no difference.
      { parent: this, dependsOn: secrets, ignoreChanges: ['enabled'] },
    );
  }

  private createSchema(
    name: string,
    { servicePrincipal, scim }: ScimProvisioningArgs,
    job: azuread.SynchronizationJob,
  ): SynchronizationSchema {
    return new SynchronizationSchema(
      `${name}-schema`,
      {
        servicePrincipalId: servicePrincipal.objectId,
        jobId: job.id,
        // An edit takes the place of the template's mapping of the same target: externalId comes from mailNickname no more.
        attributeMappings: scim.attributeMappings.map(editOf),
        ...accepted(scim),
      },
      { parent: this },
    );
  }

  private createState(
    name: string,
    { servicePrincipal, scim }: ScimProvisioningArgs,
    { job, after, credentials }: JobParts,
  ): SynchronizationState {
    return new SynchronizationState(
      `${name}-state`,
      {
        servicePrincipalId: servicePrincipal.objectId,
        jobId: job.id,
        running: scim.running,
        ...(credentials && { credentials }),
        ...safeguards(scim),
        ...accepted(scim),
      },
      { parent: this, dependsOn: [...after] },
    );
  }
}

interface JobParts {
  readonly job: azuread.SynchronizationJob;
  /** Resources that are there before the job starts. */
  readonly after: readonly pulumi.Resource[];
  readonly credentials?: Credentials;
}

type Credentials = { readonly key: string; readonly value: string | pulumi.Output<string> }[];

function credentialsOf({ scim, token }: Pick<ScimProvisioningArgs, 'scim' | 'token'>): Credentials | undefined {
  if (token === undefined) return undefined;
  return [...scimCredentials(scim, pulumi.secret(token)), ASSIGNED_ONLY];
}

function editOf({ target, source, constant, expression, remove }: AttributeMapping): AttributeMappingArgs {
  return {
    targetAttribute: target,
    ...(source !== undefined && { sourceAttribute: source }),
    ...(constant !== undefined && { constant }),
    ...(expression !== undefined && { expression }),
    ...(remove !== undefined && { remove }),
  };
}

function safeguards({ safeguards: declared }: ScimSettings): Pick<SynchronizationStateArgs, 'safeguards'> {
  if (declared === undefined) return {};
  const { notificationEmail, deletionThreshold } = declared;
  return { safeguards: { notificationEmail, deletionThreshold } };
}

/** Part of the acknowledgement that the provider needs; the day and the reason are for people. */
function accepted({ acceptDeletions }: ScimSettings): { readonly acceptDeletions?: string } {
  return acceptDeletions === undefined ? {} : { acceptDeletions: acceptDeletions.quarantinedSince };
}
