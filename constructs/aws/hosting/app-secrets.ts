import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { clientSecretName, sessionKeysName } from '../../../src/estate/sections/hosting/handoff';
import type { Protection } from '../../../src/estate/sections/hosting/hosting';
import { acknowledge } from '../acknowledge';
import type { SecretReference } from './app-environment';

export interface AppSecretsProps {
  readonly estateName: string;
  /** @default the key of Secrets Manager */
  readonly key: IKey | undefined;
  readonly protection: Protection;
}

/** Characters of 32 bytes in base64url. */
const KEY_CHARACTERS = 43;
const NO_ROTATION = 'AwsSolutions-SMG4';

/** Secrets of the web. No value stands in the template. */
export class AppSecrets extends Construct {
  /** Without a value until `entra-aws deploy handoff` writes the one of the customers program. */
  readonly clientSecret: SecretReference;
  /** Seals the sessions; the first key is generated. */
  readonly sessionKeys: SecretReference;

  constructor(scope: Construct, id: string, props: AppSecretsProps) {
    super(scope, id);
    this.clientSecret = this.createClientSecret(props);
    this.sessionKeys = this.createSessionKeys(props);
  }

  /** Secret of the L1 construct: the L2 generates a value, with which the web would start and no sign-in would work. */
  private createClientSecret({ estateName, key, protection }: AppSecretsProps): SecretReference {
    const resource = new CfnSecret(this, 'ClientSecret', {
      name: clientSecretName(estateName),
      description:
        'Client secret of the web application in the customers directory, written by entra-aws deploy handoff',
      ...(key && { kmsKeyId: key.keyArn }),
    });
    resource.applyRemovalPolicy(removalOf(protection));
    const reason =
      'The customers program rotates it: a new secret every period, with overlap, handed over by entra-aws deploy handoff.';
    acknowledge(resource, [{ at: [], rule: NO_ROTATION, reason }]);
    return { arn: resource.ref, key };
  }

  private createSessionKeys({ estateName, key, protection }: AppSecretsProps): SecretReference {
    const secret = new Secret(this, 'SessionKeys', {
      secretName: sessionKeysName(estateName),
      description: 'Keys that seal sessions, with commas between them; the first one seals, all of them open',
      ...(key && { encryptionKey: key }),
      // Letters and digits are base64url.
      generateSecretString: { passwordLength: KEY_CHARACTERS, excludePunctuation: true, includeSpace: false },
      removalPolicy: removalOf(protection),
    });
    const reason =
      'A new key is put before the old one, which must still open sessions for a day; docs/hosting.md says how.';
    acknowledge(secret, [{ at: [], rule: NO_ROTATION, reason }]);
    return { arn: secret.secretArn, key };
  }
}

function removalOf({ retainsData }: Protection): RemovalPolicy {
  return retainsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
