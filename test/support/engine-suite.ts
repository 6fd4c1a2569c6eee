import { missingTools, type PathTool } from './path-tool';
import { findNodeHost, findPulumi } from './pulumi-cli';
import { describeWithTool } from './tools';

/** The secret with which the tests sign in; it must never show up anywhere. */
export const SECRET = 'the-client-secret-of-the-tests';

/** Tests that are given the folder of the CLI. */
type Suite = (cli: string) => void;

/** A suite on the real engine. */
export function describeEngine(title: string, suite: Suite): void {
  const found = findPulumi();
  const missing = 'skipped' in found ? found.skipped : undefined;
  describeWithTool({ tool: 'pulumi', title, missing }, () => {
    if ('folder' in found) suite(found.folder);
  });
}

/** A suite on the real engine with azuread's own plug-in. Without it azuread's part runs under mocks alone. */
export function describeWithAzuread(title: string, suite: Suite): void {
  describeWith(['pulumi-resource-azuread'], title, suite);
}

/** The same for a suite that runs the project itself, whose program the engine starts by its host for Node. */
export function describeProject(title: string, suite: Suite): void {
  describeWith(['pulumi-resource-azuread', 'pulumi-language-nodejs'], title, suite);
}

/** The same for a suite that imports, for which the CLI asks for its host for Node, of whatever version. */
export function describeImports(
  title: string,
  suite: (folders: { readonly cli: string; readonly host: string }) => void,
): void {
  const found = findNodeHost();
  if ('skipped' in found) describeWithTool({ tool: 'pulumi', title, missing: found.skipped }, () => undefined);
  else
    describeWithAzuread(title, (cli) => {
      suite({ cli, host: found.folder });
    });
}

function describeWith(tools: readonly PathTool[], title: string, suite: Suite): void {
  const reason = missingTools(tools);
  if (reason === undefined) {
    describeEngine(title, suite);
    return;
  }
  const missing = `${reason}; azuread's part runs under mocks alone, in test/unit/stacks and test/unit/constructs/entra`;
  const hasAzuread = missingTools(['pulumi-resource-azuread']) === undefined;
  describeWithTool({ tool: hasAzuread ? 'pulumi-language-nodejs' : 'azuread', title, missing }, () => undefined);
}
