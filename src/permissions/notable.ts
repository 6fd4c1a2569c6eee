import { type AccessLevel, actionsLike, actionsOfService, type KnownAction, services } from './actions';
import { kept, uncounted } from './glob';

/** What actions are good for, in the order in which a reader wants to know. */
export const NOTABLE = ['permissions', 'secrets', 'data', 'deletion', 'money'] as const;
export type Notable = (typeof NOTABLE)[number];

const of = (service: string, names: string): readonly string[] => names.split(' ').map((name) => `${service}:${name}`);

/**
 * Patterns of actions. Secrets: Cloudsplaining's actions that return credentials, but for sts:GetSessionToken and those of sign-in, with
 * parameters, secrets and decryption. Data: Read actions of the Service Authorization Reference that return what people store, and sharing
 * of snapshots. Deletion and money: by name.
 */
export const NOTABLE_PATTERNS: Readonly<Record<Exclude<Notable, 'permissions'>, readonly string[]>> = {
  secrets: [
    ...of('secretsmanager', 'GetSecretValue BatchGetSecretValue'),
    ...of('ssm', 'GetParameter GetParameters GetParametersByPath GetParameterHistory'),
    ...of('iam', 'CreateAccessKey CreateLoginProfile CreateServiceSpecificCredential ResetServiceSpecificCredential'),
    ...of('sts', 'AssumeRole GetFederationToken'),
    ...of('kms', 'Decrypt'),
    ...of('acm', 'ExportCertificate'),
    ...of('airflow', 'CreateCliToken CreateWebLoginToken'),
    ...of('appsync', 'CreateApiKey'),
    ...of('chime', 'CreateApiKey'),
    ...of('cloud9', 'CreateEnvironmentToken'),
    ...of('codeartifact', 'GetAuthorizationToken'),
    ...of('codepipeline', 'PollForJobs'),
    ...of('cognito-identity', 'GetOpenIdToken GetOpenIdTokenForDeveloperIdentity GetCredentialsForIdentity'),
    ...of('connect', 'GetFederationToken AdminGetEmergencyAccessToken'),
    ...of('ec2', 'GetPasswordData'),
    ...of('ecr', 'GetAuthorizationToken'),
    ...of('ecr-public', 'GetAuthorizationToken'),
    ...of('emr-containers', 'GetManagedEndpointSessionCredentials'),
    ...of('gamelift', 'RequestUploadCredentials GetInstanceAccess GetComputeAccess GetComputeAuthToken'),
    ...of('grafana', 'CreateWorkspaceApiKey'),
    ...of('lightsail', 'GetInstanceAccessDetails DownloadDefaultKeyPair CreateBucketAccessKey'),
    ...of('lightsail', 'GetRelationalDatabaseMasterUserPassword'),
    ...of('mediapackage', 'RotateChannelCredentials RotateIngestEndpointCredentials'),
    ...of('rds-db', 'connect'),
    ...of('redshift', 'GetClusterCredentials GetClusterCredentialsWithIAM'),
    ...of('redshift-serverless', 'GetCredentials'),
  ],
  data: [
    ...of('s3', 'GetObject GetObjectVersion GetObjectTorrent'),
    ...of('s3express', 'CreateSession'),
    ...of('dynamodb', 'GetItem BatchGetItem Query Scan PartiQLSelect GetRecords ExportTableToPointInTime'),
    ...of('rds-data', 'ExecuteStatement BatchExecuteStatement'),
    ...of(
      'rds',
      'StartExportTask DownloadCompleteDBLogFile ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute',
    ),
    ...of('redshift-data', 'ExecuteStatement BatchExecuteStatement GetStatementResult'),
    ...of('athena', 'StartQueryExecution GetQueryResults GetQueryResultsStream'),
    ...of('logs', 'GetLogEvents FilterLogEvents StartQuery GetQueryResults Unmask'),
    ...of('sqs', 'ReceiveMessage'),
    ...of('kinesis', 'GetRecords SubscribeToShard'),
    ...of('ebs', 'GetSnapshotBlock'),
    ...of('ec2', 'ModifySnapshotAttribute'),
    ...of('es', 'ESHttpGet ESHttpPost'),
    ...of('aoss', 'APIAccessAll'),
    ...of('timestream', 'Select'),
    ...of('cassandra', 'Select'),
    ...of('neptune-db', 'ReadDataViaQuery'),
    ...of('dax', 'GetItem BatchGetItem Query Scan'),
    ...of('dsql', 'DbConnect DbConnectAdmin'),
    ...of('lakeformation', 'GetDataAccess'),
    ...of('glacier', 'GetJobOutput'),
    ...of('codecommit', 'GitPull GetFile'),
  ],
  deletion: ['Delete*', 'BatchDelete*', 'Terminate*', 'Purge*', 'ScheduleKeyDeletion'].map((name) => `*:${name}`),
  money: [
    '*:Purchase*',
    ...of('aws-marketplace', 'Subscribe AcceptAgreementRequest AcceptAgreementApprovalRequest'),
    ...of('bedrock', 'CreateProvisionedModelThroughput'),
    ...of('directconnect', 'CreateConnection'),
    ...of('ec2', 'AcceptReservedInstancesExchangeQuote AllocateHosts CreateCapacityReservation'),
    ...of('outposts', 'CreateOrder'),
    ...of('route53domains', 'RegisterDomain RenewDomain TransferDomain'),
    ...of('sagemaker', 'CreateReservedCapacity CreateTrainingPlan'),
    ...of('savingsplans', 'CreateSavingsPlan'),
    ...of('shield', 'CreateSubscription'),
    ...of('snowball', 'CreateJob'),
  ],
};

const known = new Map<Notable, ReadonlySet<KnownAction>>();

/** The actions that are good for something. */
export function notableActions(kind: Notable): ReadonlySet<KnownAction> {
  return kept(known, kind, () => uncounted(() => new Set(findNotable(kind))));
}

function findNotable(kind: Notable): readonly KnownAction[] {
  if (kind !== 'permissions') return NOTABLE_PATTERNS[kind].flatMap(actionsLike);
  return services()
    .flatMap(actionsOfService)
    .filter((action) => levelOf(action) === 'Permissions management');
}

const READS = /^(BatchGet|Describe|Get|List|Lookup|Search|View)[A-Z]/;
const ENTRIES = /AccessToken|Credentials|LoginUrl/;

/** AWS's access level, but `Read` for what only reads and AWS lists higher, such as `glue:GetQuery` as permissions management. */
export function levelOf(action: KnownAction): AccessLevel {
  const { name, level } = action;
  if (level === 'Unclassified' || level === 'List' || !READS.test(name) || ENTRIES.test(name)) return level;
  return notableActions('secrets').has(action) ? level : 'Read';
}
