import type { Groups, LoadedCommand } from './program/loaded-command';

/** Loads what ties a command's options to its work: `index.ts` of its folder. */
type Load = () => Promise<{ readonly command: LoadedCommand }>;

/** All commands, by the heading under which they are listed. A command is a folder, and is loaded by its name alone. */
const COMMANDS: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  'Set up': {
    init: () => import('./init/index.js'),
    upgrade: () => import('./upgrade/index.js'),
    import: () => import('./import/index.js'),
    'sign-in': () => import('./sign-in/index.js'),
  },
  Plan: {
    preview: () => import('./preview/index.js'),
    explain: () => import('./explain/index.js'),
    snapshot: () => import('./snapshot/index.js'),
  },
  Deploy: {
    deploy: () => import('./deploy/index.js'),
    steps: () => import('./steps/index.js'),
    scim: () => import('./scim/index.js'),
  },
  Verify: {
    doctor: () => import('./doctor/index.js'),
    who: () => import('./who/index.js'),
  },
  Automate: { ci: () => import('./ci/index.js') },
  'On this machine': {
    start: () => import('./start/index.js'),
    docs: () => import('./docs/index.js'),
    completion: () => import('./completion/index.js'),
  },
};

/** Its work is about all commands. */
const NEEDS_ALL = 'completion';

/** Loads the command that is called; all of them for the list, or where there is none of that name. */
export async function commandsFor(name: string | undefined): Promise<Groups> {
  const isOne = name !== undefined && name !== NEEDS_ALL && Object.values(COMMANDS).some((group) => name in group);
  return await loaded((one) => !isOne || one === name);
}

/** Loads every command. */
export async function allCommands(): Promise<Groups> {
  return await loaded(() => true);
}

async function loaded(isWanted: (name: string) => boolean): Promise<Groups> {
  const groups = Object.entries(COMMANDS).map(async ([heading, group]) => {
    const wanted = Object.entries(group).filter(([name]) => isWanted(name));
    const commands = await Promise.all(wanted.map(async ([, load]) => (await load()).command));
    return [heading, commands] as const;
  });
  return Object.fromEntries((await Promise.all(groups)).filter(([, commands]) => commands.length > 0));
}
