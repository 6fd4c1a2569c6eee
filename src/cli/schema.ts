import { join } from 'node:path';
import { readIfThere } from '../estate/load/read-if-there';
import { estateJsonSchema, estateJsonSchemaText } from '../estate/reference/json-schema';
import { estateReference } from '../estate/reference/reference';
import { EXIT, parseCommandArgs, runCommand, writeAtomically } from './program/cli';
import { applicationReference } from './reference/application-reference';
import { deploymentReference } from './reference/deployment-reference';
import { entragraphReference } from './reference/entragraph-reference';
import { managedPolicyNames } from './reference/managed-policies';

/** Where the generated files are unless `--docs` says otherwise. */
const DEFAULT_DOCS_FOLDER = 'docs';
/** Names that a permission set may refer to. */
const MANAGED_POLICIES = 'src/estate/sections/access/aws-managed-policies.json';
/** The classes that the provider's reference describes. */
const PROVIDER_CLASSES = 'constructs/graph';

const HELP = `npm run schema [-- options]

Generates the JSON Schema of estate.yaml (for completion in editors) and its reference from the same source as the checks,
the reference of the provider entragraph from its classes, that of the customer application's configuration, the steps of
a deployment of the sandbox, and the names of AWS managed policies.

  --check        write nothing; exit 1 if a file is stale
  --docs FOLDER  where the files are (default: ${DEFAULT_DOCS_FOLDER})
  --help         show this

Exit codes: 0 written or fresh, 1 stale, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    check: { type: 'boolean', default: false },
    docs: { type: 'string', default: DEFAULT_DOCS_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const files = [
    { path: MANAGED_POLICIES, text: managedPolicyNames() },
    { path: join(values.docs, 'estate.schema.json'), text: estateJsonSchemaText() },
    { path: join(values.docs, 'estate-reference.md'), text: estateReference(estateJsonSchema()) },
    { path: join(values.docs, 'entragraph-reference.md'), text: entragraphReference(PROVIDER_CLASSES) },
    { path: join(values.docs, 'application-reference.md'), text: applicationReference() },
    { path: join(values.docs, 'deployment-steps.md'), text: deploymentReference() },
  ];
  const stale = files.filter(({ path, text }) => readIfThere(path) !== text);
  if (values.check) {
    for (const { path } of stale) process.stdout.write(`${path} is stale; run npm run schema to update it\n`);
    return stale.length > 0 ? EXIT.failed : EXIT.ok;
  }
  for (const { path, text } of stale) await writeAtomically(path, text);
  for (const file of files) {
    process.stdout.write(`${file.path} ${stale.includes(file) ? 'written' : 'is up to date'}\n`);
  }
  return EXIT.ok;
}

void runCommand(main);
