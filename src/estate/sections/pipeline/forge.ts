/** Services that hold a team's repository and run its pipeline. */
export const FORGES = ['github', 'azure-devops', 'gitlab'] as const;

export type Forge = (typeof FORGES)[number];

/** Names of the forges for people. */
export const FORGE_NAMES = {
  github: 'GitHub',
  'azure-devops': 'Azure DevOps',
  gitlab: 'GitLab',
} as const satisfies Readonly<Record<Forge, string>>;

/** Services of the forges that run pipelines. */
export const RUNNER_NAMES = {
  github: 'GitHub Actions',
  'azure-devops': 'Azure Pipelines',
  gitlab: 'GitLab CI/CD',
} as const satisfies Readonly<Record<Forge, string>>;
