/** Services that hold a team's repository and run its pipeline. */
export const FORGES = ['github', 'azure-devops', 'gitlab'] as const;

export type Forge = (typeof FORGES)[number];
