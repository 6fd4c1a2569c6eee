import { RemovalPolicy } from 'aws-cdk-lib';
import type { TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Protection } from '../../../src/estate/sections/hosting/hosting';
import { acknowledge } from '../acknowledge';

export interface TablesProps {
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
      acknowledge(policies, [reasonFor(NO_RECOVERY, 'A sandbox holds no data of customers and can be made again.')]);
    }
    acknowledge(sessions, [
      reasonFor(NO_RECOVERY, 'A session that is lost costs a sign-in, and an old one must not return.'),
    ]);
    this.policies = policies;
    this.sessions = sessions;
  }
}

function reasonFor(rule: string, reason: string) {
  return { at: [], rule, reason };
}
