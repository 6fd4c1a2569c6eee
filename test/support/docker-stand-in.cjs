/**
 * A stand-in for Docker as far as the CDK calls it: what is pushed is put into moto's registry, with a digest of its own.
 * DOCKER_LOG is the file that notes each call.
 */
const { appendFileSync } = require('node:fs');
const { randomBytes } = require('node:crypto');

/** @param {string} uri */
async function push(uri) {
  const [, region, repositoryName, imageTag] = /^[^/]+\.([\w-]+)\.amazonaws\.com\/(.+):([^:]+)$/.exec(uri) ?? [];
  const digest = `sha256:${randomBytes(32).toString('hex')}`;
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const part = { digest, size: 1, mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' };
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, config: part, layers: [part] });
  const response = await fetch(String(process.env.AWS_ENDPOINT_URL), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.PutImage',
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/ecr/aws4_request`,
    },
    body: JSON.stringify({ repositoryName, imageManifest, imageTag }),
  });
  if (!response.ok) throw new Error(await response.text());
}

const [command, last] = [process.argv[2], String(process.argv.at(-1))];
appendFileSync(String(process.env.DOCKER_LOG), `${command} ${last}\n`);
if (command === 'push')
  push(last).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
if (command === 'build') console.log('sha256:built');
if (command === 'inspect') process.exitCode = 1;
