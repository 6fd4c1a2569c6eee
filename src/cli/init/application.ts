import { applicationFiles } from '../../package/project/application';
import { APPLICATION_FOLDER } from '../../estate/sections/hosting/hosting';
import { EXIT, UsageError } from '../program/cli';
import { isOwnRepository } from '../program/surroundings';
import { type Manner, planFiles, refuseFaults, writePlanned } from './planned-files';
import { estatePath, estatesHere } from './project';

/**
 * Writes the application into a team's repository: sources, tests and Dockerfiles, which are the team's from then on. Files
 * that are there stay.
 */
export async function writeApplication([name]: readonly string[], manner: Manner): Promise<number> {
  if (name !== undefined) throw new UsageError(`--application takes no name, got '${name}': all estates share it.`);
  if (isOwnRepository()) throw new UsageError("This is the package's own repository: the application is in apps/.");
  const estates = estatesHere().map((estate) => estatePath(estate.name));
  if (estates.length === 0) throw new UsageError('There is no estate here: run npx --no entra-aws init NAME first.');
  const files = planFiles(applicationFiles());
  refuseFaults(files);
  const refused = await writePlanned(files, manner);
  if (refused !== undefined) return refused;
  process.stdout.write(
    [
      '',
      `Now: npm install --prefix ${APPLICATION_FOLDER}, then npm test --prefix ${APPLICATION_FOLDER}. Commit all of it, with its package-lock.json.`,
      `To host it, write 'application: repository' under 'hosting' in ${estates.join(' or ')}.`,
      '',
    ].join('\n'),
  );
  return EXIT.ok;
}
