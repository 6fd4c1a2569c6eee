import { spawnSync } from 'node:child_process';
import { isPacked, packageFile } from '../src/package/contents/files';

/**
 * Builds the image of an application and prints its id, as the CDK asks of a command that builds a Docker asset:
 * `tsx stacks/build-image.ts web`. It runs when the CDK publishes the image, never at synthesis. All else goes to stderr.
 */
function main([app = '']: readonly string[]): number {
  // The package brings what goes into the images.
  const bundled = isPacked ? 0 : run('npm', ['run', '--silent', 'build'], 'ignore').status;
  if (bundled !== 0) return bundled;
  const build = ['build', '--quiet', '--platform', 'linux/amd64', '--file', `apps/${app}/Dockerfile`, '.'];
  const { status, output } = run('docker', build, 'pipe');
  process.stdout.write(output);
  return status;
}

function run(command: string, args: readonly string[], stdout: 'pipe' | 'ignore') {
  const {
    error,
    status,
    stdout: output,
  } = spawnSync(command, args, {
    cwd: packageFile(),
    encoding: 'utf8',
    stdio: ['ignore', stdout, 'inherit'],
  });
  if (error !== undefined) process.stderr.write(`${command} can't be run: ${error.message}\n`);
  return { status: status ?? 1, output: stdout === 'pipe' ? output : '' };
}

process.exitCode = main(process.argv.slice(2));
