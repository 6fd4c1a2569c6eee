import { readFileSync } from 'node:fs';
import { Eta } from 'eta';
import { Document, visit } from 'yaml';
import { packageFile } from '../../contents/files';

const eta = new Eta({ autoEscape: false, autoTrim: false });

const FOLDER = 'src/package/project/pipeline';

/** A file that is the same for every team. */
export function staticFile(name: string): string {
  return readFileSync(packageFile(FOLDER, 'static', name), 'utf8');
}

/** Fills in a template. Whatever comes from an estate goes through `flow`, which quotes it. */
export function fromTemplate(name: string, values: object): string {
  const template = readFileSync(packageFile(FOLDER, 'templates', `${name}.yaml.eta`), 'utf8');
  return eta.renderString(template, { ...values, flow });
}

/** A value of YAML on one line. Undefined properties are left out. */
export function flow(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, keepUndefined: false });
  visit(document, {
    Collection: (_key, node) => {
      node.flow = true;
    },
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === 'string' && scalar.value.includes('\n')) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0, singleQuote: true, doubleQuotedMinMultiLineLength: Infinity }).trimEnd();
}
