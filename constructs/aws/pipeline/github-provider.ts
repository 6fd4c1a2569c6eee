import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Conditions } from 'aws-cdk-lib/aws-iam';
import { CfnOIDCProvider, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

const ISSUER = 'token.actions.githubusercontent.com';
/** Audience that AWS's own GitHub action asks for. */
const AUDIENCE = 'sts.amazonaws.com';

export interface GitHubProviderProps {
  /** True if the account has the provider already; then nothing is created. */
  readonly exists: boolean;
}

/** Claims of GitHub about a run. Each is compared letter by letter, without wildcards. */
export interface GitHubClaims {
  /** `repo:owner/name:environment:production`; one of these. */
  readonly sub: readonly string[];
  /** `refs/heads/main`. @default any */
  readonly ref?: string;
}

/** GitHub's OpenID Connect provider of the account: with it, jobs of GitHub Actions take on roles without a secret. */
export class GitHubProvider extends Construct {
  private readonly arn: string;

  constructor(scope: Construct, id: string, { exists }: GitHubProviderProps) {
    super(scope, id);
    this.arn = exists ? this.existingArn() : this.create();
  }

  /**
   * Principal that a role trusts (IAM User Guide, 'Available keys for AWS OIDC federation'; AWS What's New, January
   * 2026: 'AWS STS now supports validation of select identity provider specific claims').
   */
  principalOf({ sub, ref }: GitHubClaims): WebIdentityPrincipal {
    const equals = {
      [`${ISSUER}:aud`]: AUDIENCE,
      [`${ISSUER}:sub`]: [...sub],
      ...(ref !== undefined && { [`${ISSUER}:ref`]: ref }),
    };
    return new WebIdentityPrincipal(this.arn, { StringEquals: equals } satisfies Conditions);
  }

  private create(): string {
    return new CfnOIDCProvider(this, 'Resource', { url: `https://${ISSUER}`, clientIdList: [AUDIENCE] }).attrArn;
  }

  private existingArn(): string {
    return Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'oidc-provider',
      resourceName: ISSUER,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}
