import { type Groups, holds, type LoadedCommand, runs } from './program/define';

/** Loads the options of a command, and ties them to its work and to the commands below it. */
type Load = () => Promise<LoadedCommand>;

/** All commands, by the heading under which they are listed. A command is a folder, and is loaded by its name alone. */
const COMMANDS: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  'Set up': {
    init: async () =>
      runs((await import('./init/options.js')).init, () => import('./init/run.js'), { page: 'own-repository.md' }),
    upgrade: async () => {
      const { eject, upgrade } = await import('./upgrade/options.js');
      const parts = [runs(eject, () => import('./upgrade/eject.js'), { page: 'leaving.md' })];
      return runs(upgrade, () => import('./upgrade/run.js'), { page: 'upgrading.md', parts });
    },
    import: async () =>
      runs((await import('./import/options.js')).importEstate, () => import('./import/run.js'), {
        page: 'importing.md',
      }),
    'sign-in': async () => (await import('./sign-in/index.js')).command,
  },
  Plan: {
    preview: async () =>
      runs((await import('./preview/options.js')).preview, () => import('./preview/run.js'), { page: 'preview.md' }),
    explain: async () => {
      const { explain, profiles } = await import('./explain/options.js');
      const parts = [runs(profiles, () => import('./explain/profiles.js'), { page: 'access-guide.md' })];
      return runs(explain, () => import('./explain/run.js'), { page: 'access-guide.md', parts });
    },
    snapshot: async () =>
      runs((await import('./snapshot/options.js')).snapshot, () => import('./snapshot/run.js'), {
        page: 'access-guide.md',
      }),
  },
  Deploy: {
    deploy: async () => (await import('./deploy/index.js')).command,
    steps: async () => runs((await import('./steps/options.js')).steps, () => import('./steps/run.js')),
    scim: async () => {
      const { provision, rotate, scim } = await import('./scim/options.js');
      return holds(scim, [
        runs(rotate, () => import('./scim/rotate.js'), { page: 'operations.md' }),
        runs(provision, () => import('./scim/provision.js'), { page: 'operations.md' }),
      ]);
    },
  },
  Verify: {
    doctor: async () => {
      const { doctor, drill } = await import('./doctor/options.js');
      const parts = [runs(drill, () => import('./doctor/drill.js'), { page: 'emergency-access.md' })];
      return runs(doctor, () => import('./doctor/run.js'), { page: 'doctor.md', parts });
    },
    who: async () => runs((await import('./who/options.js')).who, () => import('./who/run.js'), { page: 'logs.md' }),
  },
  Automate: { ci: async () => (await import('./ci/index.js')).command },
  'On this machine': {
    start: async () => {
      const { graph, start } = await import('./start/options.js');
      const parts = [runs(graph, () => import('./start/graph.js'), { page: 'emulator.md' })];
      return runs(start, () => import('./start/run.js'), { page: 'application.md', parts });
    },
    docs: async () => {
      const { docs, schema } = await import('./docs/options.js');
      const parts = [runs(schema, () => import('./docs/schema.js'), { page: 'editor.md' })];
      return runs(docs, () => import('./docs/run.js'), { parts });
    },
    completion: async () =>
      runs((await import('./completion/options.js')).completion, () => import('./completion/run.js')),
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
    const commands = await Promise.all(wanted.map(([, load]) => load()));
    return [heading, commands] as const;
  });
  return Object.fromEntries((await Promise.all(groups)).filter(([, commands]) => commands.length > 0));
}
