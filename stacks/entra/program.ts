import * as pulumi from '@pulumi/pulumi';
import type { EmergencyPlan } from '../../src/estate/sections/emergency/emergency-plan';
import type { PulumiKind } from '../../src/estate/plan/stacks/stacks';
import type { Estate } from '../../src/estate/sections/estate';

/** Inputs of a program beside the estate. */
export interface ProgramContext {
  /** The day decides which secret and which certificate is the current one. */
  readonly now: Date;
  /** Tells the person who deploys; the deployment goes on. */
  readonly warn: (message: string) => void;
  /** The emergency access, with its accounts found. @default none, or the organization is not known */
  readonly emergency?: EmergencyPlan;
}

/** An estate as a program sees it: no program depends on permission sets or grants. */
export type ProgramEstate = Omit<Estate, 'access'>;

/** A Pulumi program: registers the resources of its part of the estate, and returns the stack's outputs. */
export type Program = (estate: ProgramEstate, context: ProgramContext) => Readonly<Record<string, unknown>>;

/** The section that a program builds. @throws RunError if the estate has none */
export function sectionOf<Name extends PulumiKind>(estate: ProgramEstate, name: Name): NonNullable<Estate[Name]> {
  const section = estate[name];
  if (section !== undefined) return section;
  throw new pulumi.RunError(
    `estates/${estate.name}/estate.yaml has no section '${name}', which the program '${name}' builds; ` +
      'add it, or choose another program by the config `program`',
  );
}
