import type { Forge } from '../../../estate/sections/pipeline/forge';
import type { Files } from '../files';
import { MARK } from '../mark';

interface Owned {
  readonly forge: Forge;
  readonly owners?: readonly string[] | undefined;
}

/**
 * Files that judge a change, or name what does: whoever could change one alone could let anything pass. The last match of a
 * path counts, so they stand together.
 */
const JUDGES: readonly (readonly [pattern: string, about: string])[] = [
  ['/estates/', 'who has which access'],
  ['/bicep/', 'what the identities of the pipeline may do'],
  ['/package.json', 'the version that judges'],
  ['/package-lock.json', 'the packages that run'],
  ['/.npmrc', 'where they come from'],
  ['/cdk.json', 'the program that the CDK runs'],
  ['/Pulumi.yaml', 'the program that Pulumi runs'],
  ['/Pulumi.*.yaml', 'the secrets of its stacks'],
  ['/.vscode/', 'what an editor shows'],
];

/** Files of the pipeline itself, and of its owners. */
const PIPELINE: Readonly<Record<'github' | 'gitlab', readonly string[]>> = {
  github: ['/.github/'],
  gitlab: ['/.gitlab-ci.yml', '/.gitlab/'],
};

/** Path of the file, by the forges that have one. */
const CODE_OWNERS: Readonly<Partial<Record<Forge, string>>> = {
  github: '.github/CODEOWNERS',
  gitlab: '.gitlab/CODEOWNERS',
};

/** The file by which a forge asks owners for a review. Azure DevOps has none: a policy of the branch names reviewers. */
export function codeOwners({ forge, owners = [] }: Owned): Files {
  const file = CODE_OWNERS[forge];
  if (owners.length === 0 || forge === 'azure-devops' || file === undefined) return {};
  const patterns = [...PIPELINE[forge].map((pattern) => [pattern, 'the pipeline, and this file'] as const), ...JUDGES];
  const lines = patterns.map(([pattern, about]) => `# ${capital(about)}.\n${pattern} ${owners.join(' ')}`);
  // A section of GitLab without ^ must be approved.
  const head = forge === 'gitlab' ? ['[Identity]'] : [];
  return { [file]: [MARK.yaml, ...head, ...lines, ''].join('\n') };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
