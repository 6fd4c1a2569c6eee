import { type Forge, FORGE_FACTS } from '../../estate/sections/pipeline/forges/registry';
import type { Files } from './files';
import { MARK } from './mark';

interface Owned {
  readonly forge: Forge;
  readonly owners?: readonly string[] | undefined;
}

/** A user, a team or an address, as a file of owners has it. */
const OWNER = /^@?[\w.-]+([/@][\w.-]+)*$/;
export const OWNERS_ALLOWED = 'names such as @acme/identity, or addresses';

export function isOwner(text: string): boolean {
  return OWNER.test(text);
}

/**
 * Files that judge a change, or name what does: whoever could change one alone could let anything pass. The last match of a
 * path counts, so they stand together.
 */
const JUDGES: readonly (readonly [pattern: string, about: string])[] = [
  ['/estates/', 'who has which access'],
  ['/package.json', 'the version that judges'],
  ['/package-lock.json', 'the packages that run'],
  ['/npm-shrinkwrap.json', 'what npm reads before that file, where it is there'],
  ['/binding.gyp', 'what npm ci builds, and so runs, where it is there'],
  ['/.npmrc', 'where they come from'],
  // cdk.context.json can name another folder of estates.
  ['/cdk.*', 'the program that the CDK runs, and what it is told'],
  // Pulumi takes a Pulumi.json before a Pulumi.yaml.
  ['/Pulumi.*', 'the program that Pulumi runs, and the secrets of its stacks'],
  ['/.entra-aws.json', 'the owners that this file is written with'],
  ['/.vscode/', 'what an editor shows'],
];

/** The file by which a forge asks owners for a review, where it has one. */
export function codeOwners({ forge, owners = [] }: Owned): Files {
  const { owners: place } = FORGE_FACTS[forge];
  if (owners.length === 0 || place === undefined) return {};
  const patterns = [...place.pipeline.map((pattern) => [pattern, 'the pipeline, and this file'] as const), ...JUDGES];
  const lines = patterns.map(([pattern, about]) => `# ${capital(about)}.\n${pattern} ${owners.join(' ')}`);
  return { [place.file]: [MARK.yaml, ...place.head, ...lines, ''].join('\n') };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
