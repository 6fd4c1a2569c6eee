import { isLoopbackUrl } from '../../apps/service/loopback';
import { programEnvironment } from '../estate/plan/stacks/stacks';
import type { DirectoryName } from './graph/directory';

type Environment = Readonly<Record<string, string | undefined>>;

/** A target that was called local is elsewhere. */
export class LocalTargetError extends Error {
  override readonly name = 'LocalTargetError';
}

/** Clouds to read, each of which needs a stand-in. */
export interface Needs {
  readonly aws: boolean;
  /** Directories, each by its Graph. */
  readonly graph: readonly DirectoryName[];
  /** B2C's sign-in pages. */
  readonly signIn: boolean;
}

const AWS = /^AWS_ENDPOINT_URL(_\w+)?$/;
const SIGN_IN = 'B2C_ORIGIN';
const GRAPH = /^(CUSTOMERS_|WORKFORCE_)?ARM_METADATA_HOSTNAME$/;

/**
 * Makes sure that an examination of stand-ins on this machine asks nothing else: what is read has an address, and every address
 * is of this machine.
 *
 * @throws LocalTargetError with all that is wrong
 */
export function checkLocal(environment: Environment, needs: Needs): void {
  const given = Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const problems = [
    ...(needs.aws && !environment['AWS_ENDPOINT_URL'] ? ['AWS_ENDPOINT_URL is missing: the address of moto'] : []),
    ...missingHosts(environment, needs.graph),
    ...(needs.signIn && !environment[SIGN_IN] ? [`${SIGN_IN} is missing: the origin of the emulator of B2C`] : []),
    ...given
      .filter(([name, value]) => (AWS.test(name) || GRAPH.test(name) || name === SIGN_IN) && !isLocal(value))
      .map(([name, value]) => `${name} is '${value}', which is not of this machine`),
  ];
  if (problems.length > 0) throw new LocalTargetError(['--against local:', ...problems].join('\n  '));
}

/** Directories that the real Graph would be asked for: a stand-in that is named for one counts for no other. */
function missingHosts(environment: Environment, directories: readonly DirectoryName[]): readonly string[] {
  const without = directories.filter((name) => !programEnvironment(name, environment)[METADATA_HOST]);
  if (without.length === 0) return [];
  const names =
    without.length < directories.length
      ? without.map((name) => `${name.toUpperCase()}_${METADATA_HOST}`)
      : [METADATA_HOST];
  return names.map((name) => `${name} is missing: ${WRITTEN}`);
}

const METADATA_HOST = 'ARM_METADATA_HOSTNAME';
const WRITTEN = "npx --no entra-aws start graph writes it to the file 'azuread.env'";

/** A metadata host has no scheme. */
function isLocal(address: string): boolean {
  return isLoopbackUrl(address.includes('://') ? address : `https://${address}`);
}
