import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ImageNotFoundException,
} from '@aws-sdk/client-ecr';
import { roleCredentials } from './account-credentials';
import { callAws, required } from './aws-call';
import { awsConfig } from './aws-config';

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

/** Reads a repository of Amazon ECR. Nothing is kept: each question is asked again. */
export class ImageRegistry {
  private readonly client: ECRClient;

  constructor(private readonly repository: ImageRepository) {
    const { region, roleArn } = repository;
    this.client = new ECRClient({
      ...awsConfig(region),
      ...(roleArn !== undefined && {
        credentials: roleCredentials(roleArn, { region, sessionName: 'entra-aws-images' }),
      }),
    });
  }

  /** `IMMUTABLE` where no tag can be moved (Amazon ECR, 'Preventing image tags from being overwritten'). @throws AwsCallError */
  async tagMutability(): Promise<string> {
    const { name } = this.repository;
    const call = { action: 'ecr:DescribeRepositories', subject: `the repository ${name}` };
    const command = new DescribeRepositoriesCommand({ repositoryNames: [name] });
    const { repositories: [repository] = [] } = await callAws(call, () => this.client.send(command));
    return required(repository?.imageTagMutability, call, 'imageTagMutability');
  }

  /** The image of a tag; undefined where there is none. @throws AwsCallError */
  async image(tag: string): Promise<TaggedImage | undefined> {
    const { name } = this.repository;
    const call = { action: 'ecr:DescribeImages', subject: `the image ${tag} of ${name}` };
    const command = new DescribeImagesCommand({ repositoryName: name, imageIds: [{ imageTag: tag }] });
    const answer = await callAws(call, async () => {
      try {
        return await this.client.send(command);
      } catch (error) {
        if (error instanceof ImageNotFoundException) return undefined;
        throw error;
      }
    });
    if (answer === undefined) return undefined;
    const [image] = answer.imageDetails ?? [];
    return {
      digest: required(image?.imageDigest, call, 'imageDigest'),
      pushedAt: required(image?.imagePushedAt, call, 'imagePushedAt').toISOString(),
    };
  }

  close(): void {
    this.client.destroy();
  }
}
