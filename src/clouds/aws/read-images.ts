import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { z } from 'zod';
import { callAws } from './aws-call';
import { awsConfig } from './aws-config';
import { ServiceError, SignedService } from './signed-service';

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

const ECR = { host: 'api.ecr', signing: 'ecr', variable: 'ECR' };

const Repositories = z.object({ repositories: z.array(z.object({ imageTagMutability: z.string() })).length(1) });
const Images = z.object({
  imageDetails: z
    .array(z.object({ imageDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/), imagePushedAt: z.number() }))
    .length(1),
});

/** Reads a repository of Amazon ECR. Nothing is kept: each question is asked again. */
export class ImageRegistry {
  private readonly service: SignedService;

  constructor(private readonly repository: ImageRepository) {
    const { region, roleArn } = repository;
    const params = { RoleArn: roleArn, RoleSessionName: 'entra-aws-images' };
    this.service = new SignedService(ECR, {
      region,
      ...(roleArn !== undefined && {
        credentials: fromTemporaryCredentials({ params, clientConfig: awsConfig(region) }),
      }),
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
        if (error instanceof ServiceError && error.name === 'ImageNotFoundException') return undefined;
        throw error;
      }
    });
    const [image] = answer?.imageDetails ?? [];
    if (image === undefined) return undefined;
    return { digest: image.imageDigest, pushedAt: new Date(image.imagePushedAt * 1000).toISOString() };
  }

  close(): void {
    this.service.close();
  }

  private ask<Shape extends z.ZodType>(operation: string, input: object, shape: Shape): Promise<z.output<Shape>> {
    return this.service.ask({ target: `AmazonEC2ContainerRegistry_V20150921.${operation}`, input }, shape);
  }
}
