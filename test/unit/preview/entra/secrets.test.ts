import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { memoryFolder } from '../../../support/large-estate';
import { addPrograms, gatherFacts } from '../../../../src/preview/gather-facts';
import { renderHtml } from '../../../../src/preview/render-html';
import { renderJson, renderMarkdown, renderTerminal } from '../../../../src/preview/render';
import { buildReport } from '../../../../src/preview/report';
import type { Program } from '../../../../stacks/entra/program';
import { runProgram } from '../../../../src/preview/engine/run-program';
import { sandboxFiles } from '../../../support/sandbox';
import { BASE_COMMIT, NO_TEMPLATES } from '../../../support/preview/reports';
import { DAY } from '../../../support/preview/entra-reports';

/** A program with a secret in every kind of place: alone, in a list, in an object, in a text, in an output. */
const programWith =
  (secret: string): Program =>
  () => {
    const hidden = pulumi.secret(secret);
    const application = new azuread.Application('app', {
      displayName: 'Portal',
      description: hidden,
      tags: [hidden],
      notes: pulumi.interpolate`see ${hidden}`,
      web: { homepageUrl: hidden, redirectUris: ['https://portal.example.com/', hidden] },
      requiredResourceAccesses: hidden.apply((value) => [{ resourceAppId: value, resourceAccesses: [] }]),
    });
    const credentials = [{ key: 'SecretToken', value: hidden }];
    new azuread.SynchronizationSecret('token', { servicePrincipalId: application.id, credentials });
    return { hidden };
  };

test('a secret is in no format, neither of the head nor of the base, and a change of it shows as none', async () => {
  const folder = memoryFolder('sandbox', sandboxFiles());
  const facts = gatherFacts(folder, {
    synthesize: () => NO_TEMPLATES,
    writesPlacement: true,
    base: { folder, revision: 'main', commit: BASE_COMMIT },
  });
  const secrets = ['planted-for-head', 'planted-for-base'];
  let runs = 0;
  const report = buildReport(
    await addPrograms(facts, async ({ estate }) => {
      const program = programWith(secrets[runs++] ?? '');
      const run = await runProgram({ name: 'workforce', program }, estate, { now: DAY });
      return { day: '2026-11-25', programs: [run] };
    }),
  );
  const formats = [
    renderJson(report),
    renderHtml(report),
    renderMarkdown(report),
    renderTerminal(report, { colour: true, files: [] }),
  ];
  expect(runs).toBe(2);
  expect(renderJson(report)).toContain('[secret]');
  expect(formats.filter((text) => text.includes('planted'))).toEqual([]);
  expect(report.changes?.entra?.resources).toEqual([]);
});
