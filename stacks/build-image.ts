import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { APPLICATION_FOLDER } from '../src/estate/sections/hosting/hosting';
import { isPacked, packageFile } from '../src/package/contents/files';

/**
 * Builds the image of an application and prints its id, as the CDK asks of a command that builds a Docker asset:
 * `build-image web`, `build-image web repository` for the sources that a team has of its own, or `build-image FOLDER folder`. It runs when the CDK
 * publishes the image, never at synthesis. All else goes to stderr.
 */
function main([app = '', from]: readonly string[]): number {
  if (from === 'folder') return buildFolder(app);
  const folder = from === 'repository' ? findOwnFolder() : packageFile();
  if (folder === undefined) {
    process.stderr.write(`${APPLICATION_FOLDER}/build.mjs is not here. Run cdk deploy in the team's repository.\n`);
    return 1;
  }
  for (const [program, args] of bundling(app, folder)) {
    const { status } = run(program, args, { cwd: folder, stdout: 'ignore' });
    if (status !== 0) return status;
  }
  return buildImage(folder, 'apps/service/Dockerfile', ['--build-arg', `SERVICE=${app}`]);
}

/** A folder of the team's repository, with a Dockerfile of its own. */
function buildFolder(name: string): number {
  const folder = foundAbove(join(name, 'Dockerfile'));
  if (folder !== undefined) return buildImage(join(folder, name), 'Dockerfile');
  process.stderr.write(`${name}/Dockerfile is not here. Run cdk deploy in the team's repository.\n`);
  return 1;
}

function buildImage(folder: string, dockerfile: string, args: readonly string[] = []): number {
  const build = ['build', '--quiet', '--platform', 'linux/amd64', '--file', dockerfile, ...args, '.'];
  const { status, output } = run('docker', build, { cwd: folder, stdout: 'pipe' });
  process.stdout.write(output);
  return status;
}

/** Commands that make what the Dockerfile copies. The package brings that of its own. */
function bundling(app: string, folder: string): readonly (readonly [program: string, args: readonly string[]])[] {
  if (folder === packageFile())
    return isPacked ? [] : [[process.execPath, ['--import', 'tsx', 'scripts/build.ts', '--estate', 'sandbox']]];
  const install = existsSync(join(folder, 'node_modules')) ? [] : ([['npm', ['ci', '--ignore-scripts']]] as const);
  return [...install, ['npm', ['run', '--silent', 'build', '--', app]]];
}

/** The application of the team's repository. */
function findOwnFolder(): string | undefined {
  const folder = foundAbove(join(APPLICATION_FOLDER, 'build.mjs'));
  return folder && join(folder, APPLICATION_FOLDER);
}

/** The folder that has a file, above the assembly or where the CDK was started. */
function foundAbove(file: string): string | undefined {
  const { INIT_CWD, PWD } = process.env;
  const folders = [process.cwd(), INIT_CWD, PWD].flatMap((folder) => (folder === undefined ? [] : withParents(folder)));
  return folders.find((folder) => existsSync(join(folder, file)));
}

function withParents(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}

function run(
  command: string,
  args: readonly string[],
  { cwd, stdout }: { readonly cwd: string; readonly stdout: 'pipe' | 'ignore' },
) {
  const {
    error,
    status,
    stdout: output,
  } = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', stdout, 'inherit'] });
  if (error !== undefined) process.stderr.write(`${command} can't be run: ${error.message}\n`);
  return { status: status ?? 1, output: stdout === 'pipe' ? output : '' };
}

process.exitCode = main(process.argv.slice(2));
