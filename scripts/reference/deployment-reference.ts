import { deploymentSteps } from '../../src/deploy/steps/steps';
import { diskFolder } from '../../src/estate/load/estate-folder';
import { planEstate } from '../../src/estate/plan/estate-plan';
import { DEFAULT_ESTATES_FOLDER } from '../../src/estate/source/estate-folder';

const INTRODUCTION = `# The steps of a deployment

Steps of the sandbox, in order. What is marked _by hand_ no command does: a person acts, or acts on what a check finds. \`npx --no entra-aws deploy --dry-run\` prints those of your estate with each command, check and instruction: a line with \`?\` only reads, a line with \`$\` is run or typed. Where values come from: [deploying](deploying.md). Written by \`npm run reference\` from \`src/deploy/steps/\`.
`;

/** The steps of the sandbox, in Markdown. */
export function deploymentReference(): string {
  const steps = deploymentSteps(planEstate(diskFolder(DEFAULT_ESTATES_FOLDER, 'sandbox')), { yes: false });
  const lines = steps.map((step) => `- \`${step.id}\`${'todo' in step ? ', _by hand_' : ''}: ${step.title}`);
  return `${INTRODUCTION}\n${lines.join('\n')}\n`;
}
