import type { Estate } from '../../model/estate';

/** What a program needs beside the estate. */
export interface ProgramContext {
  /** The day decides which secret and which certificate is the current one. */
  readonly now: Date;
  /** Tells the person who deploys; the deployment goes on. */
  readonly warn: (message: string) => void;
}

/** A Pulumi program: registers the resources of its part of the estate, and returns the stack's outputs. */
export type Program = (estate: Estate, context: ProgramContext) => Readonly<Record<string, unknown>>;
