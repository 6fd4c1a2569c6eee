import * as pulumi from '@pulumi/pulumi';
import { diskFolder, listEstates } from '../files/estate-folder';
import { planEstate } from '../model/estate-plan';
import { formatFinding, hasErrors } from '../model/finding';
import type { Estate } from '../model/estate';
import { quotedList } from '../model/suggest';
import { workforce } from './entra/workforce';

/** Folder of the estates, relative to the project's root, where Pulumi starts the program. */
const ESTATES = 'estates';

/** The programs that a stack can choose by its config `program`. */
const PROGRAMS: Readonly<Record<string, (estate: Estate) => Readonly<Record<string, unknown>>>> = { workforce };

/** The Pulumi program of Pulumi.yaml: stack config says which estate and which of its programs. */
function main(): Readonly<Record<string, unknown>> {
  const config = new pulumi.Config();
  const name = config.require('program');
  const program = PROGRAMS[name];
  if (program === undefined) {
    throw new pulumi.RunError(`program '${name}' is unknown; programs: ${quotedList(Object.keys(PROGRAMS))}`);
  }
  return program(readEstate(config.require('estate')));
}

function readEstate(name: string): Estate {
  const estates = listEstates(ESTATES);
  if (!estates.includes(name)) throw new pulumi.RunError(`no estate '${name}'; estates: ${quotedList(estates)}`);
  const { estate, findings } = planEstate(diskFolder(ESTATES, name));
  if (!hasErrors(findings)) return estate;
  const errors = findings.filter((finding) => finding.severity === 'error').map(formatFinding);
  throw new pulumi.RunError(`The estate has errors:\n${errors.join('\n')}`);
}

module.exports = main();
