import type { Forge } from '../../../estate/sections/pipeline/forges/registry';
import { azureDevOps } from './azure-devops';
import type { ForgeFiles } from './forge-files';
import { gitHub } from './github';
import { gitLab } from './gitlab';

export const FORGE_FILES: Readonly<Record<Forge, ForgeFiles>> = {
  github: gitHub,
  'azure-devops': azureDevOps,
  gitlab: gitLab,
};
