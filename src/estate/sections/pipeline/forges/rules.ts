import { azureDevOpsRules } from './azure-devops/rules';
import type { ForgeRules } from '../role-trust';
import { gitHubRules } from './github/rules';
import { gitLabRules } from './gitlab/rules';
import type { Forge } from './registry';

export const FORGE_RULES: Readonly<Record<Forge, ForgeRules>> = {
  github: gitHubRules,
  'azure-devops': azureDevOpsRules,
  gitlab: gitLabRules,
};
