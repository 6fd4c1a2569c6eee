import { setTimeout } from 'node:timers/promises';
import { STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { z } from 'zod';
import { parseQuietly } from '../../estate/source/parse-quietly';
import { callAws } from './aws-call';
import { awsConfig } from './aws-config';
import type { AwsFault } from './aws-fault';

/** A repository of Amazon ECR, and the role that may read it. */
export interface ImageRepository {
  readonly name: string;
  readonly region: string;
  /** Role that is taken on. @default the credentials as they are */
  readonly roleArn?: string | undefined;
}

/** An image of a repository, by a tag. */
export interface TaggedImage {
  readonly digest: string;
  /** Time at which it was pushed, in ISO 8601. */
  readonly pushedAt: string;
}

const MAX_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 20_000;

type SignedRequest = Parameters<STSClient['config']['requestHandler']['handle']>[0];
const Sent = z.object({ response: z.object({ statusCode: z.number(), body: z.unknown() }) });

const Repositories = z.object({ repositories: z.array(z.object({ imageTagMutability: z.string() })).length(1) });
const Images = z.object({
  imageDetails: z
    .array(z.object({ imageDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/), imagePushedAt: z.number() }))
    .length(1),
});

/** Reads a repository of Amazon ECR. Nothing is kept: each question is asked again. */
export class ImageRegistry {
  private readonly sts: STSClient;

  constructor(private readonly repository: ImageRepository) {
    const { region, roleArn } = repository;
    const config = awsConfig(region);
    const params = { RoleArn: roleArn, RoleSessionName: 'entra-aws-images' };
    this.sts = new STSClient({
      ...config,
      ...(roleArn !== undefined && { credentials: fromTemporaryCredentials({ params, clientConfig: config }) }),
    });
  }

  /** `IMMUTABLE` where no tag can be moved (Amazon ECR, 'Preventing image tags from being overwritten'). @throws AwsCallError */
  async tagMutability(): Promise<string> {
    const { name } = this.repository;
    const call = { action: 'ecr:DescribeRepositories', subject: `the repository ${name}` };
    const input = { repositoryNames: [name] };
    const { repositories } = await callAws(call, () => this.ask('DescribeRepositories', input, Repositories));
    return repositories.map(({ imageTagMutability }) => imageTagMutability).join();
  }

  /** The image of a tag; undefined where there is none. @throws AwsCallError */
  async image(tag: string): Promise<TaggedImage | undefined> {
    const { name } = this.repository;
    const call = { action: 'ecr:DescribeImages', subject: `the image ${tag} of ${name}` };
    const input = { repositoryName: name, imageIds: [{ imageTag: tag }] };
    const answer = await callAws(call, async () => {
      try {
        return await this.ask('DescribeImages', input, Images);
      } catch (error) {
        if (error instanceof EcrError && error.name === 'ImageNotFoundException') return undefined;
        throw error;
      }
    });
    const [image] = answer?.imageDetails ?? [];
    if (image === undefined) return undefined;
    return { digest: image.imageDigest, pushedAt: new Date(image.imagePushedAt * 1000).toISOString() };
  }

  close(): void {
    this.sts.destroy();
  }

  /** Sends a call, and again where ECR asks for patience. */
  private async ask<Shape extends z.ZodType>(operation: string, input: object, shape: Shape): Promise<z.output<Shape>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.send(operation, input, shape);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isPassing(error)) throw error;
        await setTimeout(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
      }
    }
  }

  /** One call in JSON, signed and sent by what the SDK has: its clients for ECR are not among the packages. */
  private async send<Shape extends z.ZodType>(
    operation: string,
    input: object,
    shape: Shape,
  ): Promise<z.output<Shape>> {
    const { region } = this.repository;
    const { config } = this.sts;
    const endpoint = new URL(endpointOf(region));
    const signer = await config.signer({
      name: 'sigv4',
      signingName: 'ecr',
      signingRegion: region,
      properties: {},
    });
    const request = await signer.sign({
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      ...(endpoint.port !== '' && { port: Number(endpoint.port) }),
      path: '/',
      query: {},
      headers: {
        host: endpoint.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const { response } = Sent.parse(await config.requestHandler.handle(request as SignedRequest));
    const text = Buffer.from(await config.streamCollector(response.body)).toString('utf8');
    if (response.statusCode !== 200) throw new EcrError(response.statusCode, text);
    return shape.parse(parseQuietly(text));
  }
}

/** Stand-ins for AWS are named by the variables of the SDK. */
function endpointOf(region: string): string {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_ECR = AWS_ENDPOINT_URL } = process.env;
  return AWS_ENDPOINT_URL_ECR ?? `https://api.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

const Fault = z.object({ __type: z.string().default('Error'), message: z.string().default('') });

/** An error that ECR answered with. */
class EcrError extends Error implements AwsFault {
  constructor(
    readonly status: number,
    text: string,
  ) {
    const { data = { __type: `HTTP ${status}`, message: text.slice(0, 200) } } = Fault.safeParse(parseQuietly(text));
    super(data.message);
    this.name = data.__type.replace(/^.*#/, '');
  }
}

/** Tells whether the same call may succeed a little later. */
function isPassing(error: unknown): boolean {
  if (error instanceof EcrError) return error.status >= 500 || /Throttl|TooManyRequests/.test(error.name);
  // A connection that broke, or was not made in time.
  return error instanceof Error && (error.name === 'TimeoutError' || /^E[A-Z]+$/.test((error as AwsFault).code ?? ''));
}
