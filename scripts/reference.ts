import { dirname, join } from 'node:path';
import { readIfThere } from '../src/estate/load/estate-folder';
import { estateJsonSchema } from '../src/estate/reference/json-schema';
import { estateReference } from '../src/estate/reference/reference';
import { reusableWorkflows } from '../src/package/project/pipeline';
import { EXIT, writeAtomically } from '../src/cli/program/cli';
import { allCommands } from '../src/cli/commands';
import { check, command, type OptionsOf } from '../src/cli/program/define';
import { runScript } from './run-script';
import { applicationReference } from './reference/application-reference';
import { awsRegions } from './reference/aws-regions';
import { commandsReference } from './reference/commands-reference';
import { declarationsOf } from './reference/entragraph-declarations';
import { entragraphReference } from './reference/entragraph-reference';
import { entragraphSchemaText } from './reference/entragraph-schema';
import { findingReference } from './reference/finding-pages';
import { graphRequestsReference } from './reference/graph-requests';
import { managedPolicyNames, readManagedPolicies } from './reference/managed-policies';
import { outputFiles } from './reference/output-schemas';
import { wholePictures } from './reference/whole-picture';

/** Names that a permission set may refer to. It stays as it is where the policies are not installed. */
const MANAGED_POLICIES = 'src/estate/sections/access/aws-managed-policies.json';
/** Regions that an estate may name. */
const AWS_REGIONS = 'src/estate/source/aws-regions.json';
/** Classes and functions of the provider: its schema and its reference are made from them. */
const PROVIDER_CLASSES = 'constructs/graph';
const PROVIDER_SCHEMA = 'provider/declared.json';

const definition = command('scripts/reference.ts', {
  summary: 'Write the generated files of this repository',
  description:
    'Generates the JSON Schema of estate.yaml (for completion in editors) and its reference from the same source as the ' +
    "checks, the reference of the provider entragraph from its classes, that of the customer application's configuration, " +
    'the commands, the pictures of the whole, and the names of AWS managed policies.',
  exit: ['written or fresh', 'stale'],
})
  .addOption(check('a file is stale'))
  .option('--docs <folder>', 'folder of the documentation', 'docs');

async function run(options: OptionsOf<typeof definition>): Promise<number> {
  const declarations = declarationsOf(PROVIDER_CLASSES);
  const policies = readManagedPolicies();
  if (policies === undefined)
    process.stderr.write(
      `${MANAGED_POLICIES} and docs/schemas stay as they are; run npm ci --prefix docs to update them\n`,
    );
  const files = [
    ...outputFiles(options.docs),
    { path: PROVIDER_SCHEMA, text: entragraphSchemaText(declarations) },
    ...(policies === undefined ? [] : [{ path: MANAGED_POLICIES, text: managedPolicyNames(policies) }]),
    { path: AWS_REGIONS, text: awsRegions() },
    { path: join(options.docs, 'estate.schema.json'), text: `${JSON.stringify(estateJsonSchema(), undefined, 2)}\n` },
    { path: join(options.docs, 'estate-reference.md'), text: estateReference(estateJsonSchema()) },
    { path: join(options.docs, 'entragraph-reference.md'), text: entragraphReference(declarations) },
    { path: join(options.docs, 'graph-requests.md'), text: graphRequestsReference() },
    { path: join(options.docs, 'application-reference.md'), text: applicationReference() },
    ...Object.entries(reusableWorkflows()).map(([path, text]) => ({ path, text })),
    { path: join(options.docs, 'commands.md'), text: commandsReference(await allCommands()) },
    ...findingReference(join(options.docs, 'findings')),
    ...Object.entries(wholePictures()).map(([name, text]) => ({ path: join(options.docs, 'images', name), text })),
  ];
  const stale = files.filter(({ path, text }) => readIfThere(path) !== text);
  if (options.check) {
    for (const { path } of stale) process.stdout.write(`${path} is stale; run npm run reference to update it\n`);
    return stale.length > 0 ? EXIT.failed : EXIT.ok;
  }
  for (const { path, text } of stale) await writeAtomically(path, text);
  const pages = join(options.docs, 'findings');
  for (const file of files.filter((one) => stale.includes(one) || dirname(one.path) !== pages)) {
    process.stdout.write(`${file.path} ${stale.includes(file) ? 'written' : 'is up to date'}\n`);
  }
  return EXIT.ok;
}

runScript(definition, run);
