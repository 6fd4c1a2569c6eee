import { delimiter } from 'node:path';
import { missingTools } from './path-tool';
import { findTool } from './built-tools';
import { describeWithTool } from './tools';

/** The secret with which the tests sign in; it must never show up anywhere. */
export const SECRET = 'the-client-secret-of-the-tests';

/** Tests that are given the folder of the CLI. */
type Suite = (cli: string) => void;

/** A suite on the real engine. */
export function describeEngine(title: string, suite: Suite): void {
  const found = findTool('pulumi');
  const missing = 'skipped' in found ? found.skipped : undefined;
  describeWithTool({ tool: 'pulumi', title, missing }, () => {
    if ('folder' in found) suite(found.folder);
  });
}

/** A suite on the real engine with azuread's own plug-in. Without it azuread's part runs under mocks alone. */
export function describeWithAzuread(title: string, suite: Suite): void {
  const reason = missingTools(['pulumi-resource-azuread']);
  if (reason === undefined) {
    describeEngine(title, suite);
    return;
  }
  const missing = `${reason}; azuread's part runs under mocks alone, in test/unit/stacks and test/unit/constructs/entra`;
  describeWithTool({ tool: 'azuread', title, missing }, () => undefined);
}

/** The same for a suite that runs the project itself, whose program the engine starts by its host for Node. */
export function describeProject(title: string, suite: Suite): void {
  describeImports(title, ({ cli, host }) => {
    beforeAll(() => {
      process.env['PATH'] = `${host}${delimiter}${process.env['PATH'] ?? ''}`;
    });
    suite(cli);
  });
}

/** The same for a suite that imports, for which the CLI asks for its host for Node, of whatever version. */
export function describeImports(
  title: string,
  suite: (folders: { readonly cli: string; readonly host: string }) => void,
): void {
  const found = findTool('pulumi-language-nodejs');
  if ('skipped' in found)
    describeWithTool({ tool: 'pulumi-language-nodejs', title, missing: found.skipped }, () => undefined);
  else
    describeWithAzuread(title, (cli) => {
      suite({ cli, host: found.folder });
    });
}
