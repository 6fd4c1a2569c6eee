import { TOUCHED } from '../../../estate/sections/pipeline/deployments';
import type { Occasion } from './github-events';
import { expression, type Part } from './github-steps';

/** Inputs of a called workflow; none where all are as by default. */
export function inputsOf(occasion: Occasion, image: string): Part | undefined {
  const inputs = {
    ...(occasion === 'deploy' && { estate: DEPLOYED }),
    ...(image !== '' && { image }),
  };
  return Object.keys(inputs).length === 0 ? undefined : inputs;
}

/** Estate that somebody asked for, or what a push deploys. */
const DEPLOYED = expression(`inputs.estate || '${TOUCHED}'`);

const READ = 'npx --no-install entra-aws ci-settings --output github';
/** Step that finds the estates to run for: of a deployment, those that differ from what was deployed last of them. */
export function readSettings(occasion: Occasion): Part {
  return occasion === 'deploy' ? READ_DEPLOYED : { id: 'read', run: READ };
}

const READ_DEPLOYED: Part = {
  id: 'read',
  run: `${READ} --deployment "$DEPLOYMENT"`,
  env: { DEPLOYMENT: DEPLOYED, GITHUB_TOKEN: expression('github.token') },
};
