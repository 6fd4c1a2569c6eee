import { ciCommand } from './ci';
import { completionCommand } from './completion';
import { deployCommand } from './deploy';
import { docsCommand } from './docs';
import { doctorCommand } from './doctor';
import { explainCommand } from './explain';
import { importCommand } from './import';
import { initCommand } from './init';
import { previewCommand } from './preview';
import type { Groups } from './program/loaded-command';
import { scimCommand } from './scim';
import { signInCommand } from './sign-in';
import { snapshotCommand } from './snapshot';
import { startCommand } from './start';
import { stepsCommand } from './steps';
import { upgradeCommand } from './upgrade';
import { whoCommand } from './who';

/** All commands, by the heading under which they are listed. A command is a folder; its `index.ts` ties options to work. */
export const COMMANDS: Groups = {
  'Set up': [initCommand, upgradeCommand, importCommand, signInCommand],
  Plan: [previewCommand, explainCommand, snapshotCommand],
  Deploy: [deployCommand, stepsCommand, scimCommand],
  Verify: [doctorCommand, whoCommand],
  Automate: [ciCommand],
  'On this machine': [startCommand, docsCommand, completionCommand],
};
