import { z } from 'zod';
import { isRegion, partitionOf } from '../../source/aws-regions';
import { located, type Output } from '../../source/located';
import { Name, nameMatching, parsed } from '../shared/rules';
import { PreviewTrust } from './limits';

/** Amazon S3, 'General purpose bucket naming rules', without dots, which TLS to the bucket's own name has no certificate for. */
const BUCKET = String.raw`[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]`;
const REGION = String.raw`[a-z]{2,6}(?:-[a-z0-9]+)+-\d`;

/** Pulumi, 'Pulumi Cloud': the address of `pulumi login`, or that of an installation of one's own. */
const CLOUD = /^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?$/;

/** An organization of Pulumi Cloud, as Pulumi's CLI takes it: pkg/backend/httpstate, stackOwnerRegexp. */
const ORGANIZATION = /^[a-zA-Z0-9_-]{1,40}$/;

/** Pulumi, 'State and backends': the address of `pulumi login`. */
const S3 = new RegExp(String.raw`^s3://(?<bucket>${BUCKET})\?region=(?<region>${REGION})$`);
const BLOB = /^azblob:\/\/[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]\?storage_account=[a-z0-9]{3,24}$/;
const BACKEND = new RegExp([S3, BLOB, CLOUD].map(({ source }) => source.replaceAll(/\?<\w+>/g, '')).join('|'));

/** Pulumi, 'Secrets': the address of `--secrets-provider`. An alias of KMS (AWS KMS, 'Aliases'): those of AWS begin with `aws/`. */
const KMS = new RegExp(
  String.raw`^awskms:///arn:(?<partition>aws[a-z-]*):kms:(?<region>${REGION}):(?<account>\d{12}):alias/(?<alias>(?!aws/)[A-Za-z0-9/_-]{1,200})\?region=(?<again>${REGION})$`,
);
const VAULT = /^azurekeyvault:\/\/[A-Za-z0-9-]{3,24}\.vault\.azure\.net\/keys\/[A-Za-z0-9-]{1,127}\/[0-9a-f]{32}$/;
/** Pulumi Cloud's own key, by the word that `--secrets-provider` has for it. */
const OF_CLOUD = 'default';
const PROVIDER = new RegExp(`${KMS.source}|${VAULT.source}|^${OF_CLOUD}$`.replaceAll(/\?<\w+>/g, ''));

/** Place of Pulumi's state. */
export type Backend =
  { readonly kind: 's3'; readonly url: string; readonly bucket: string; readonly region: string } | Elsewhere;

/** Key that encrypts the secrets of the stacks. */
export type SecretsProvider = Elsewhere | ({ readonly kind: 'kms'; readonly url: string } & KmsKey);

export interface Elsewhere {
  readonly kind: 'azure' | 'cloud';
  readonly url: string;
}

export interface KmsKey {
  readonly account: string;
  readonly region: string;
  /** Without `alias/`. */
  readonly alias: string;
}

function parseBackend(url: string): Backend | undefined {
  if (BLOB.test(url)) return { kind: 'azure', url };
  if (CLOUD.test(url)) return { kind: 'cloud', url };
  const { bucket, region } = S3.exec(url)?.groups ?? {};
  return bucket === undefined || region === undefined || !isRegion(region)
    ? undefined
    : { kind: 's3', url, bucket, region };
}

function parseProvider(url: string): SecretsProvider | undefined {
  if (VAULT.test(url)) return { kind: 'azure', url };
  if (url === OF_CLOUD) return { kind: 'cloud', url };
  const { partition, region, account, alias, again } = KMS.exec(url)?.groups ?? {};
  if (region === undefined || account === undefined || alias === undefined) return undefined;
  if (again !== region || partition !== partitionOf(region)) return undefined;
  return { kind: 'kms', url, account, region, alias };
}

/** Place of Pulumi's state where no `azure` section lays it. */
export const PulumiEntry = located(
  z.strictObject({
    backend: Name.meta({
      description:
        'Address of the state, as `pulumi login` takes it: `s3://<bucket>?region=<Region>`, whose bucket a stack makes, `azblob://<container>?storage_account=<name>`, which is there, or `https://api.pulumi.com`, Pulumi Cloud.',
      pattern: BACKEND.source,
    }).transform(
      parsed(parseBackend, {
        code: 'pulumi-backend',
        problem: 'is not an address of a backend that the pipeline can sign in to',
        allowed: 's3://<bucket>?region=<Region>, azblob://<container>?storage_account=<name> or https://api.pulumi.com',
      }),
    ),
    secretsProvider: Name.meta({
      description:
        "Key of the stacks' secrets, as `--secrets-provider` takes it: `awskms:///arn:aws:kms:<Region>:<account>:alias/<name>?region=<Region>`, which the stack makes beside the bucket and in its Region, `azurekeyvault://<vault>.vault.azure.net/keys/<key>/<version>`, or `default`, which is Pulumi Cloud's own.",
      pattern: PROVIDER.source,
    }).transform(
      parsed(parseProvider, {
        code: 'pulumi-backend',
        problem: 'is not the address of a key that the pipeline can use',
        allowed:
          'awskms:///arn:aws:kms:<Region>:<account>:alias/<name>?region=<Region>, azurekeyvault://<vault>.vault.azure.net/keys/<key>/<version> or default',
      }),
    ),
    organization: nameMatching('pulumi-backend', ORGANIZATION, {
      description: 'Organization of Pulumi Cloud that has the stacks, and with whose token jobs sign in.',
      problem: 'is not a name of an organization of Pulumi Cloud',
      allowed: '1 to 40 letters, digits, - and _',
    }).exactOptional(),
    previewTrust: PreviewTrust,
  }),
);
export type PulumiState = Output<typeof PulumiEntry>;

/** An estate as far as it says where Pulumi's state is. */
interface OfState {
  readonly azure?: { readonly pulumiState: { readonly storageAccount: string } };
  readonly pipeline?: { readonly pulumi?: PulumiState };
}

/** Bucket and key that hold Pulumi's state in AWS. */
export interface AwsState extends KmsKey {
  readonly bucket: string;
}

/** Bucket and key of an estate whose state is in AWS; undefined of another. */
export function awsStateOf({ pipeline }: Pick<OfState, 'pipeline'>): AwsState | undefined {
  const { backend, secretsProvider } = pipeline?.pulumi ?? {};
  if (backend?.kind !== 's3' || secretsProvider?.kind !== 'kms') return undefined;
  const { account, region, alias } = secretsProvider;
  return { bucket: backend.bucket, account, region, alias };
}

/** Organization of Pulumi Cloud, or of an installation of one's own, whose token reads the state. */
export interface CloudState {
  readonly url: string;
  readonly organization: string;
}

/** Organization that has an estate's stacks; undefined where the state is elsewhere. */
export function cloudStateOf({ pipeline }: Pick<OfState, 'pipeline'>): CloudState | undefined {
  const { backend, organization } = pipeline?.pulumi ?? {};
  return backend?.kind !== 'cloud' || organization === undefined ? undefined : { url: backend.url, organization };
}

/** Audience of tokens that an organization of Pulumi Cloud takes: Pulumi, 'OAuth Token Exchange'. */
export const cloudAudience = (organization: string): string => `${CLOUD_AUDIENCE}${organization}`;
export const CLOUD_AUDIENCE = 'urn:pulumi:org:';

/** In front of the variables of AWS that a run of Pulumi takes for its state, where the step itself has others. */
export const STATE_PREFIX = 'PULUMI_STATE_';

/** Variables of a run of Pulumi: those with the prefix take the place of the others. */
export function stateEnvironment(environment: Readonly<Record<string, string | undefined>>) {
  const own = Object.entries(environment).filter(([key]) => key.startsWith(STATE_PREFIX));
  return { ...environment, ...Object.fromEntries(own.map(([key, value]) => [key.slice(STATE_PREFIX.length), value])) };
}

/** Container of the state that Bicep lays. */
export const STATE_CONTAINER = 'pulumi-state';

/** Address of Pulumi's state; undefined where the estate has none. */
export function backendUrlOf({ azure, pipeline }: OfState): string | undefined {
  if (azure === undefined) return pipeline?.pulumi?.backend.url;
  return `azblob://${STATE_CONTAINER}?storage_account=${azure.pulumiState.storageAccount}`;
}
