import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import packageJson from '../../package.json';
import { shellLine } from '../../deployment/command';
import { renderPlan } from '../../deployment/render-steps';
import type { Step } from '../../deployment/step';
import { deploymentSteps } from '../../deployment/steps';
import { ESTATE_FILE } from '../../model/estate-folder';
import { EstateFile } from '../../model/estate-schema';
import { hostedSandboxFiles, planFiles } from '../support/sandbox';
import { sandboxSteps } from './sandbox-clouds';

function stepsOf(edit: (estate: EstateFile) => void, yes = false): readonly Step[] {
  const files = hostedSandboxFiles();
  const estate = EstateFile.parse(parse(files[ESTATE_FILE] ?? ''));
  edit(estate);
  return deploymentSteps(planFiles({ ...files, [ESTATE_FILE]: JSON.stringify(estate) }), { yes });
}

const idsOf = (steps: readonly Step[]): readonly string[] => steps.map(({ id }) => id);

const without =
  (...sections: readonly (keyof EstateFile)[]) =>
  (estate: EstateFile): void => {
    for (const section of sections) Reflect.deleteProperty(estate, section);
  };

test('docs/deployment-steps.md is what --dry-run prints', () => {
  expect(readFileSync('docs/deployment-steps.md', 'utf8')).toContain(
    `\`\`\`\n${renderPlan(stepsOf(() => undefined))}\`\`\`\n`,
  );
});

test('every step comes after those that it needs', () => {
  const ids = idsOf(sandboxSteps());
  for (const { id, needs } of sandboxSteps()) {
    for (const need of needs)
      expect([need, ids.indexOf(need) >= 0 && ids.indexOf(need) < ids.indexOf(id)]).toEqual([need, true]);
  }
});

test('every npm command is a script of package.json', () => {
  const text = renderPlan(sandboxSteps());
  const scripts = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => script);
  expect([...new Set(scripts)].toSorted()).toEqual(['handoff', 'preview', 'snapshot']);
  expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
});

test.each([
  [
    'customers and their hosting',
    without('workforce', 'access', 'azure', 'pipeline'),
    ['pulumi-stacks', 'customers', 'hosting-bootstrap', 'hosting-data', 'handoff', 'hosting', 'redirect-uris'],
  ],
  [
    'access alone',
    without('workforce', 'customers', 'azure', 'hosting', 'pipeline'),
    ['snapshot', 'review', 'access-bootstrap', 'access'],
  ],
  [
    'customers alone',
    without('workforce', 'access', 'hosting', 'pipeline'),
    ['directory', 'azure', 'azure-customers', 'pulumi-stacks', 'customers'],
  ],
])('an estate with %s has their steps alone', (_what, edit, expected) => {
  expect(idsOf(stepsOf(edit))).toEqual(expected);
});

test('provisioning that the estate does not have yet is a step of a person', () => {
  const steps = stepsOf(({ workforce }) => {
    delete workforce?.awsApplication?.scim;
  });
  expect(steps.find(({ id }) => id === 'identity-source')?.verification).toEqual({
    state: 'pending',
    why: 'the estate has no workforce.awsApplication.scim',
  });
});

test('an application that the estate does not have yet is one too', () => {
  const steps = stepsOf(({ workforce }) => {
    delete workforce?.awsApplication;
  });
  expect(steps.find(({ id }) => id === 'identity-center')?.verification).toMatchObject({ state: 'pending' });
  expect(idsOf(steps)).not.toContain('scim');
});

test('--yes lets the engines go on without asking', () => {
  const lines = stepsOf(() => undefined, true).flatMap(({ action }) =>
    action.kind === 'commands' ? action.commands.map(shellLine) : [],
  );
  expect(lines).toContain('pulumi up --yes --stack sandbox-customers');
  expect(lines).toContain('npx cdk deploy -c estate=sandbox --require-approval never --exclusively sandbox-hosting');
});
