import { CfnResource, ReferenceStrength, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { SecretReference } from './app-service';
import { clientSecretName, sessionKeysName } from '../../../src/estate/sections/hosting/handoff';
import type { Protection } from '../../../src/estate/sections/hosting/hosting';

/**
 * The key that encrypts tables, secrets, alarms and copies of images, where the estate asks for one of its own. It rotates
 * every year.
 */
export class HostingKey extends Construct {
  readonly key: IKey;

  constructor(scope: Construct, id: string, { protection }: { readonly protection: Protection }) {
    super(scope, id);
    this.key = new Key(this, 'Resource', {
      description: 'Data of the customer application',
      enableKeyRotation: true,
      removalPolicy: protection.retainsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}

interface TablesProps {
  /** @default a key that AWS owns */
  readonly key: IKey | undefined;
  readonly protection: Protection;
}

const NO_RECOVERY = 'AwsSolutions-DDB3';

/** The applications' tables, paid by request: policies of the API, and sessions of the web, which expire by themselves. */
export class Tables extends Construct {
  /** Key `pk`. */
  readonly policies: Table;
  /** Key `id`; `expiresAt` is when DynamoDB may delete a session. */
  readonly sessions: Table;

  constructor(scope: Construct, id: string, { key, protection }: TablesProps) {
    super(scope, id);
    const { retainsData, deletionProtection, pointInTimeRecovery } = protection;
    const shared = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(key === undefined
        ? { encryption: TableEncryption.DEFAULT }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
      deletionProtection,
      removalPolicy: retainsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    } satisfies Partial<TableProps>;
    const policies = new Table(this, 'Policies', {
      ...shared,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: pointInTimeRecovery },
    });
    const sessions = new Table(this, 'Sessions', {
      ...shared,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
    });
    if (!pointInTimeRecovery) {
      acknowledge(policies, { [NO_RECOVERY]: 'A sandbox holds no data of customers and can be made again.' });
    }
    acknowledge(sessions, {
      [NO_RECOVERY]: 'A session that is lost costs a sign-in, and an old one must not return.',
    });
    this.policies = policies;
    this.sessions = sessions;
  }
}

interface AppSecretsProps {
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
    acknowledge(resource, {
      [NO_ROTATION]:
        'The customers program rotates it: a new secret every period, with overlap, handed over by entra-aws deploy handoff.',
    });
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
    acknowledge(secret, {
      [NO_ROTATION]:
        'A new key is put before the old one, which must still open sessions for a day: npx --no entra-aws docs hosting.',
    });
    return { arn: secret.secretArn, key };
  }
}

function removalOf({ retainsData }: Protection): RemovalPolicy {
  return retainsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

/**
 * Makes other stacks refer to everything below a construct by exports: CloudFormation neither deletes nor replaces what
 * another stack imports.
 */
export function referStrongly(scope: IConstruct): void {
  for (const construct of scope.node.findAll()) {
    if (CfnResource.isCfnResource(construct)) construct.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
  }
}
