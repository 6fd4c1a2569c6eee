import type { Action, Check, Step } from './step';

/** Options for the commands of a deployment. */
export interface DeploymentOptions {
  /** Folder of the estates. @default estates */
  readonly estates?: string | undefined;
  /** Profile of the AWS account that IAM Identity Center is deployed from. @default the environment's credentials */
  readonly accessProfile?: string | undefined;
  /** Profile of the AWS account of the hosting. @default the environment's credentials */
  readonly hostingProfile?: string | undefined;
  /** True if the engines go on without asking. */
  readonly yes: boolean;
  /** Tells whether a file is there that a step's command names. @default every one is */
  readonly hasFile?: ((path: string) => boolean) | undefined;
}

/** Every command of a step with one profile. */
export function stepsWithProfile(profile: string | undefined, steps: readonly Step[]): readonly Step[] {
  if (profile === undefined) return steps;
  return steps.map((step) => ({
    ...step,
    verification: 'state' in step.verification ? step.verification : checksWith(profile, step.verification),
    action: actionWith(profile, step.action),
    ...(step.recovery && { recovery: step.recovery.map((command) => ({ ...command, profile })) }),
  }));
}

function checksWith(profile: string, checks: readonly Check[]): readonly Check[] {
  return checks.map((check) => ({ ...check, command: { ...check.command, profile } }));
}

function actionWith(profile: string, action: Action): Action {
  if (action.kind === 'by-hand') return action;
  return { ...action, commands: action.commands.map((command) => ({ ...command, profile })) };
}
