import { CfnResource, ReferenceStrength, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { SecretReference } from './app-service';
import { clientSecretName, sessionKeysName } from '../../../src/estate/sections/hosting/handoff';
import type { ServiceTable } from '../../../src/estate/sections/hosting/services';
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
  readonly tables: readonly ServiceTable[];
  /** @default a key that AWS owns */
  readonly key: IKey | undefined;
  readonly protection: Protection;
}

const NO_RECOVERY = 'AwsSolutions-DDB3';

/** The services' tables, paid by request. */
export class Tables extends Construct {
  /** By the names that the services have for them. */
  readonly all: ReadonlyMap<string, Table>;

  constructor(scope: Construct, id: string, { tables, key, protection }: TablesProps) {
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
    this.all = new Map(tables.map((table) => [table.name, this.createTable(table, { shared, pointInTimeRecovery })]));
  }

  private createTable(
    { name, partitionKey, sortKey, expiresBy, unrestored }: ServiceTable,
    { shared, pointInTimeRecovery }: { readonly shared: Partial<TableProps>; readonly pointInTimeRecovery: boolean },
  ): Table {
    const table = new Table(this, constructId(name), {
      ...shared,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      ...(sortKey !== undefined && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      ...(expiresBy === undefined
        ? { pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: pointInTimeRecovery } }
        : { timeToLiveAttribute: expiresBy }),
    });
    if (unrestored !== undefined) acknowledge(table, { [NO_RECOVERY]: unrestored });
    else if (!pointInTimeRecovery)
      acknowledge(table, { [NO_RECOVERY]: 'A sandbox holds no data of customers and can be made again.' });
    return table;
  }
}

/** `orders` as part of a logical id: `Orders`. */
export function constructId(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

interface AppSecretsProps {
  readonly estateName: string;
  /** Names in Secrets Manager. */
  readonly names: readonly string[];
  /** @default the key of Secrets Manager */
  readonly key: IKey | undefined;
  readonly protection: Protection;
}

/** Characters of 32 bytes in base64url. */
const KEY_CHARACTERS = 43;
const NO_ROTATION = 'AwsSolutions-SMG4';

/** Secrets of the services. No value stands in the template. */
export class AppSecrets extends Construct {
  /**
   * By their names: client secrets, without a value until `entra-aws deploy handoff` writes that of the customers program, and the keys
   * that seal the sessions of the example's web, of which the first is generated.
   */
  readonly all: ReadonlyMap<string, SecretReference>;

  constructor(scope: Construct, id: string, props: AppSecretsProps) {
    super(scope, id);
    const { estateName, names } = props;
    const create = (name: string): SecretReference =>
      name === sessionKeysName(estateName) ? this.createSessionKeys(props) : this.createClientSecret(name, props);
    this.all = new Map(names.map((name) => [name, create(name)]));
  }

  /** Secret of the L1 construct: the L2 generates a value, with which the web would start and no sign-in would work. */
  private createClientSecret(name: string, { estateName, key, protection }: AppSecretsProps): SecretReference {
    const isWeb = name === clientSecretName(estateName);
    const application = name.replace(/^.*\/(.*)-client-secret$/, '$1');
    const resource = new CfnSecret(this, isWeb ? 'ClientSecret' : `ClientSecret-${application}`, {
      name,
      description: `Client secret of the ${isWeb ? 'web application' : `application ${application}`} in the customers directory, written by entra-aws deploy handoff`,
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
