import { ArnFormat, Stack } from 'aws-cdk-lib';
import {
  CfnOIDCProvider,
  type Conditions,
  ManagedPolicy,
  PolicyStatement,
  Role,
  WebIdentityPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RoleTrust } from '../../../src/estate/sections/pipeline/role-trust';
import type { Hosting } from '../../../src/estate/sections/hosting/hosting';
import { pipelineRoleName } from '../../../src/estate/sections/pipeline/pipeline';
import { bootstrapRoleArns, type PipelineRoleProps } from './preview-role';

export interface ForgeProviderProps {
  /** `https://token.actions.githubusercontent.com` */
  readonly issuer: string;
  readonly audience: string;
  /** True if the account has the provider already; then nothing is created. */
  readonly exists: boolean;
}

/** OpenID Connect provider of a forge in the account: with it, jobs of the pipeline take on roles without a secret. */
export class ForgeProvider extends Construct {
  private readonly arn: string;
  /** The issuer as IAM's condition keys and the provider's ARN have it. */
  private readonly name: string;

  constructor(scope: Construct, id: string, { issuer, audience, exists }: ForgeProviderProps) {
    super(scope, id);
    this.name = issuer.replace(/^https:\/\//, '');
    this.arn = exists ? this.existingArn() : this.create(issuer, audience);
  }

  /**
   * Principal that a role trusts. Besides `aud` and `sub`, AWS STS knows claims of some issuers alone, since January 2026: of
   * GitHub (also of a tenant with data residency, not of GitHub Enterprise Server) `ref`, `job_workflow_ref` and others, of
   * gitlab.com `ref_protected` and others (Service Authorization Reference, AWS STS, AssumeRoleWithWebIdentity). A key that
   * STS does not know matches nothing.
   */
  principalOf({ audience, subjects, claims }: RoleTrust): WebIdentityPrincipal {
    const further = Object.entries(claims).map(([claim, [first, ...others]]) => {
      return [`${this.name}:${claim}`, others.length === 0 ? first : [first, ...others]] as const;
    });
    const equals: Readonly<Record<string, string | string[]>> = {
      [`${this.name}:aud`]: audience,
      [`${this.name}:sub`]: [...subjects],
      ...Object.fromEntries<string | string[]>(further),
    };
    return new WebIdentityPrincipal(this.arn, { StringEquals: equals } satisfies Conditions);
  }

  private create(issuer: string, audience: string): string {
    return new CfnOIDCProvider(this, 'Resource', { url: issuer, clientIdList: [audience] }).attrArn;
  }

  private existingArn(): string {
    return Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'oidc-provider',
      resourceName: this.name,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}

export interface PublishRoleProps extends Omit<PipelineRoleProps, 'account'> {
  readonly hosting: Hosting;
}

/**
 * Publishes images before anybody approved: it takes on the CDK's role for images, and no other. That role adds images to one
 * repository; it can neither delete one nor let tags be moved. Jobs of the deployed branch take it on, without an environment.
 */
export class PublishRole extends Construct {
  constructor(scope: Construct, id: string, { estateName, runner, assumedBy, hosting }: PublishRoleProps) {
    super(scope, id);
    const { account, region } = hosting;
    const resources = bootstrapRoleArns(Stack.of(this), { account, regions: [region] }, ['image-publishing']);
    const statement = (): PolicyStatement =>
      new PolicyStatement({ sid: 'CdkImages', actions: ['sts:AssumeRole'], resources });
    const boundary = new ManagedPolicy(this, 'Boundary', {
      description: `${runner}: the most that the role that publishes images may ever do`,
      statements: [statement()],
    });
    const role = new Role(this, 'Resource', {
      roleName: pipelineRoleName(estateName, 'publish'),
      description: `${runner}: publishes images, before a deployment is approved`,
      assumedBy,
      permissionsBoundary: boundary,
    });
    role.addToPolicy(statement());
  }
}
