import { GraphError } from '../../../../provider/graph/error';
import { deleteUntilGone } from '../../../../provider/graph/steps';
import { programsOf } from '../../../estate/plan/stacks/stacks';
import { formatted } from '../../../text/formats';
import { EXIT, UsageError } from '../../program/cli';
import type { OptionsOf } from '../../program/define';
import { readEstate } from '../../program/estate';
import { requireTarget } from '../../program/local-target';
import type * as commands from '../options';
import { BootstrapError, findDeployed, readGraphPermissions } from './deployed';
import { KeyRing } from './key-ring';
import { makeApplications } from './make';
import {
  type BootstrapOutput,
  mayGoOn,
  namesOf,
  openAsPerson,
  placeOf,
  type ProgramResult,
  type Use,
  type Work,
  workOn,
} from './work';

type Options = OptionsOf<typeof commands.bootstrap>;

export async function run(options: Options): Promise<number> {
  const { estate } = readEstate(options).plan;
  const asked = options.program === undefined ? programsOf(estate) : [options.program];
  const programs = asked.filter((program) => estate[program] !== undefined);
  if (programs.length === 0) {
    throw new UsageError(`The estate ${estate.name} has no section ${options.program ?? 'customers or workforce'}.`);
  }
  requireTarget(options.against, { aws: false, graph: programs, signIn: false });
  const results: ProgramResult[] = [];
  for (const program of programs) {
    const work = workOn({ estate, program, uses: usesOf(options), options });
    results.push(await (options.remove ? removeApplications(work) : makeApplications(work)).catch(explained));
  }
  if (options.json)
    process.stdout.write(formatted('sign-in-bootstrap', { programs: results } satisfies BootstrapOutput));
  return results.every(({ isAsWanted }) => isAsWanted) ? EXIT.ok : EXIT.failed;
}

/** Without a word, both: the pipeline as far as the estate says who it is. */
function usesOf({ laptop, pipeline }: Options): readonly Use[] {
  const both = laptop === pipeline;
  return [...(laptop || both ? (['laptop'] as const) : []), ...(pipeline || both ? (['pipeline'] as const) : [])];
}

/** A refusal in the words of whoever has to do something about it. */
function explained(error: unknown): never {
  if (!(error instanceof GraphError) || error.status !== 403) throw error;
  throw new BootstrapError(
    `${error.message}; your roles in this tenant are not enough. Whoever gives application permissions of ` +
      'Microsoft Graph must be Privileged Role Administrator or Global Administrator. What was done before stays; the same ' +
      'command goes on from there, and npx --no entra-aws sign-in bootstrap --remove takes it back.',
  );
}

/** Permission with which a person removes the applications. */
const TO_REMOVE = ['Application.ReadWrite.All'];

const LEFT =
  "Removed, with this laptop's key. Entra ID keeps a deleted application for 30 days (App registrations > Deleted applications). " +
  'What stays is your consent to the client that you signed in with: Enterprise applications > Microsoft Graph Command Line Tools ' +
  '> Permissions > User consent.\n';

/** Takes back all that was made, whatever the estate says now; what was not made here is left alone. */
async function removeApplications(work: Work): Promise<ProgramResult> {
  const { estate, program, tenantId, say } = work;
  say(`${program}, in the tenant ${tenantId}:`);
  const directory = openAsPerson(work, TO_REMOVE);
  const keyRing = new KeyRing(process.env);
  // The record first: whoever renamed an application has not taken it back.
  const record = keyRing.recordOf(placeOf(work));
  const sought = (['deploy', 'preview'] as const).map((duty) => ({
    ...namesOf(estate.name, program, duty),
    ...(duty === 'deploy' && { record }),
  }));
  try {
    const { context } = directory;
    const place = { context, permissions: await readGraphPermissions(context.graph), personId: undefined };
    const found = await Promise.all(sought.map((one) => findDeployed(place, one)));
    const there = found.filter((one) => one !== undefined);
    if (record !== undefined && !there.some(({ clientId }) => clientId === record.clientId)) {
      throw new BootstrapError(
        `the directory does not show the application ${record.clientId}, to which this laptop has a key: run this again in some ` +
          `minutes; if somebody has deleted it, delete ${keyRing.fileOf(placeOf(work))} first`,
      );
    }
    for (const { displayName, clientId: id } of there) {
      say(`  remove '${displayName}' (${id}), with its permissions, credentials and consents`);
    }
    if (there.length === 0) say('  nothing is there to remove');
    const isAgreed = there.length === 0 || (await mayGoOn(work, 'Remove this now?'));
    if (isAgreed) {
      for (const { objectId } of there) await deleteUntilGone(directory.context, `/v1.0/applications/${objectId}`);
      keyRing.forget(placeOf(work));
      if (there.length > 0) say(LEFT);
    }
    const applications = there.map(({ displayName, clientId }) => ({ displayName, clientId, changes: ['remove it'] }));
    return { program, tenantId, applications, isAsWanted: isAgreed };
  } finally {
    directory.close();
  }
}
