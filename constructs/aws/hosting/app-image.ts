import { Stack } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import type { ServiceName } from '../../../src/estate/sections/hosting/hosting';

/** Way to make an image, and the hash that tells it from others. */
export interface ImageSource {
  /** Hash of all that the image is built from: 64 hexadecimal digits. */
  readonly hash: string;
  /** Command that builds the image and prints its id. It runs when the CDK publishes the image, not at synthesis. */
  readonly command: readonly string[];
}

export interface AppImageProps {
  readonly app: ServiceName;
  readonly source: ImageSource;
}

/** The image of an application, in the registry that `cdk bootstrap` made. */
export class AppImage extends Construct {
  readonly uri: string;
  readonly repository: IRepository;

  constructor(scope: Construct, id: string, { app, source }: AppImageProps) {
    super(scope, id);
    const { imageUri, repositoryName } = Stack.of(this).synthesizer.addDockerImageAsset({
      sourceHash: source.hash,
      executable: [...source.command],
      displayName: `Customer application: ${app}`,
    });
    this.uri = imageUri;
    this.repository = Repository.fromRepositoryName(this, 'Repository', repositoryName);
  }
}

/** Ports that the images listen on. */
export const APP_PORTS: Readonly<Record<ServiceName, number>> = { web: 5000, api: 5001 };
