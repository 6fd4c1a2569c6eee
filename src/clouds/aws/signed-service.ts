import { setTimeout } from 'node:timers/promises';
import { STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import { partitionOf } from '../../estate/source/aws-regions';
import { parseQuietly } from '../../estate/source/json-source';
import { awsConfig } from './aws-config';
import { type AwsCall, type AwsFault, callAws } from './aws-call';

/** A service of AWS that answers in JSON, and whose client is not among the packages. */
export interface ServiceNames {
  /** Beginning of its host: `api.ecr`. */
  readonly host: string;
  /** Name that requests are signed for: `ecr`. */
  readonly signing: string;
  /** End of the SDK's variable for its address: `AWS_ENDPOINT_URL_ECR`. */
  readonly variable: string;
}

/** One request. */
export interface ServiceRequest {
  /** @default '/' */
  readonly path?: string;
  /** @default {} */
  readonly query?: Readonly<Record<string, string>>;
  /** Operation with the prefix of its service, of one that has a single path: `TrentService.DescribeKey`. */
  readonly target?: string;
  readonly input: object;
}

type Credentials = STSClient['config']['credentials'];

export interface ServicePlace {
  readonly region: string;
  /** @default what the SDK finds */
  readonly credentials?: Credentials | undefined;
}

const MAX_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 20_000;

type SignedRequest = Parameters<STSClient['config']['requestHandler']['handle']>[0];
const Sent = z.object({
  response: z.object({ statusCode: z.number(), headers: z.record(z.string(), z.string()), body: z.unknown() }),
});

/** Asks a service, by what the SDK has for all of them: credentials, signature, time-outs and proxy. Tries again where it must. */
export class SignedService {
  private readonly sts: STSClient;

  constructor(
    private readonly names: ServiceNames,
    private readonly place: ServicePlace,
  ) {
    const { region, credentials } = place;
    this.sts = new STSClient({ ...awsConfig(region), ...(credentials && { credentials }) });
  }

  /** Sends a call, and again where the service asks for patience. @throws ServiceError */
  async ask<Shape extends z.ZodType>(request: ServiceRequest, shape: Shape): Promise<z.output<Shape>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return shape.parse(await this.send(request));
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isPassing(error)) throw error;
        await setTimeout(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
      }
    }
  }

  close(): void {
    this.sts.destroy();
  }

  private async send({ path = '/', query = {}, target, input }: ServiceRequest): Promise<unknown> {
    const { region } = this.place;
    const { config } = this.sts;
    const endpoint = new URL(endpointOf(this.names, region));
    const signer = await config.signer({
      name: 'sigv4',
      signingName: this.names.signing,
      signingRegion: region,
      properties: {},
    });
    const request = await signer.sign({
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      ...(endpoint.port !== '' && { port: Number(endpoint.port) }),
      path,
      query: { ...query },
      headers: {
        host: endpoint.host,
        'content-type': target === undefined ? 'application/json' : 'application/x-amz-json-1.1',
        ...(target !== undefined && { 'x-amz-target': target }),
      },
      body: JSON.stringify(input),
    });
    const { response } = Sent.parse(await config.requestHandler.handle(request as SignedRequest));
    const text = Buffer.from(await config.streamCollector(response.body)).toString('utf8');
    if (response.statusCode !== 200) {
      throw new ServiceError(response.statusCode, text, response.headers['x-amzn-errortype']);
    }
    return parseQuietly(text);
  }
}

/** Sends one call by a service of its own. @throws AwsCallError */
export async function askOnce<Shape extends z.ZodType>(
  { names, call, ...place }: ServicePlace & { readonly names: ServiceNames; readonly call: AwsCall },
  request: ServiceRequest,
  shape: Shape,
): Promise<z.output<Shape>> {
  const service = new SignedService(names, place);
  try {
    return await callAws(call, () => service.ask(request, shape));
  } finally {
    service.close();
  }
}

/** Domains of the partitions that have another one than `aws` (AWS General Reference, 'AWS service endpoints'). */
const DOMAINS: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.com.cn', 'aws-eusc': 'amazonaws.eu' };

/** Stand-ins for AWS are named by the variables of the SDK. */
function endpointOf({ host, variable }: ServiceNames, region: string): string {
  const { AWS_ENDPOINT_URL: all } = process.env;
  const domain = DOMAINS[partitionOf(region)] ?? 'amazonaws.com';
  return process.env[`AWS_ENDPOINT_URL_${variable}`] ?? all ?? `https://${host}.${region}.${domain}`;
}

const Fault = z.object({
  __type: z.string().optional(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/** An error that a service answered with. */
export class ServiceError extends Error implements AwsFault {
  /** @param type name of the error in the header, where the protocol has it there */
  constructor(
    readonly status: number,
    text: string,
    type?: string,
  ) {
    const { data = {} } = Fault.safeParse(parseQuietly(text));
    super(data.message ?? data.Message ?? text.slice(0, 200));
    // `com.amazonaws.kms#NotFoundException`, `AccessDeniedException:http://internal.amazon.com/…`
    this.name = (data.__type ?? type ?? `HTTP ${status}`).replace(/^.*#/, '').replace(/:.*$/, '');
  }
}

/** Tells whether the same call may succeed a little later. */
function isPassing(error: unknown): boolean {
  if (error instanceof ServiceError) return error.status >= 500 || /Throttl|TooManyRequests/.test(error.name);
  // A connection that broke, or was not made in time.
  return error instanceof Error && (error.name === 'TimeoutError' || /^E[A-Z]+$/.test((error as AwsFault).code ?? ''));
}
