import { type EstateFiles, memoryFolder } from '../../support/large-estate';
import type { EmergencyEntry } from '../../../src/estate/sections/emergency/schema';
import { gatherFacts } from '../../../src/preview/gather-facts';
import { renderHtml } from '../../../src/preview/render-html';
import { renderMarkdown, renderTerminal } from '../../../src/preview/render';
import { buildReport, type Report } from '../../../src/preview/report';
import { emergencyFiles, METADATA_FILE } from '../../support/emergency';
import { sandboxFiles } from '../../support/sandbox';
import { BASE_COMMIT, NO_TEMPLATES } from '../../support/preview/reports';

function reportOf(head: EstateFiles, base?: EstateFiles): Report {
  return buildReport(
    gatherFacts(memoryFolder('sandbox', head), {
      synthesize: () => NO_TEMPLATES,
      writesPlacement: true,
      ...(base && { base: { folder: memoryFolder('sandbox', base), revision: 'main', commit: BASE_COMMIT } }),
    }),
  );
}

/** What changes from the estate of the tests to an edited one, as `kind: text [risks]`. */
function changes(edit: (emergency: EmergencyEntry) => void): readonly string[] {
  return toldOf(reportOf(emergencyFiles(edit), emergencyFiles()));
}

const toldOf = ({ changes: all }: Report): readonly string[] =>
  (all?.emergency ?? []).map(
    ({ kind, text, risks }) => `${kind}: ${text}${risks.length === 0 ? '' : ` [${risks.join()}]`}`,
  );

const report = reportOf(emergencyFiles(), sandboxFiles());

test('a terminal says who reaches what by it, and who is told', () => {
  const text = renderTerminal(report, { colour: false, files: [] });
  const parts = text.split('\n\n');
  const first = parts.findIndex((part) => part.startsWith('Emergency access'));
  expect(parts.slice(first, first + 2).join('\n\n')).toMatchInlineSnapshot(`
    "Emergency access: Sign-in to emergency-access, for 30 minutes
      Role                 Accounts                                                Policies             Boundary                     Regions
      EmergencyOperations  insurance-management, claims-prod [management account]  AdministratorAccess  /identity/WorkforceBoundary  eu-central-1, eu-west-1
      EmergencyReadOnly    claims-prod, portal-prod                                ReadOnlyAccess       none                         all

      Who     members of 'AWS Emergency Operators' (at all times) by the application 'AWS emergency access', with a second factor
      Alarms  security@insurance.example.com, of uses in eu-central-1, us-east-1"
  `);
  expect(text).toContain(
    '  + gained EmergencyOperations in insurance-management: AdministratorAccess [management account] [administrator]',
  );
});

test('Markdown and the page say the same', () => {
  const markdown = renderMarkdown(report);
  expect(markdown).toContain('### Emergency access');
  expect(markdown).toContain(
    '- **gained** EmergencyOperations in insurance-management: AdministratorAccess **[management account]** **[administrator]**',
  );
  const page = renderHtml(report);
  expect(page).toContain('<h2 id="emergency-title">Emergency access</h2>');
  expect(page).toContain('insurance-management, claims-prod <span class="badge bad">management account</span>');
  expect(page).toContain('<h3>Changes in emergency access</h3>');
});

test('an estate without it says nothing of it', () => {
  const without = reportOf(sandboxFiles(), sandboxFiles());
  expect([without.emergency, without.changes?.emergency]).toEqual([undefined, undefined]);
  expect(renderHtml(without)).not.toContain('mergency access</h2>');
});

test('until there is metadata, it is pending', () => {
  const files = Object.fromEntries(Object.entries(emergencyFiles()).filter(([file]) => file !== METADATA_FILE));
  const pending = reportOf(files);
  expect(pending.emergency?.state).toBe('pending');
  expect(renderTerminal(pending, { colour: false, files: [] })).toContain(
    'Nothing of it is deployed to AWS: the metadata of the identity provider is not there yet.',
  );
});

test('all of it is gained where it is new, and lost where it goes', () => {
  expect(toldOf(report)).toEqual([
    'gained: EmergencyOperations in claims-prod: AdministratorAccess [administrator]',
    'gained: EmergencyOperations in insurance-management: AdministratorAccess [management-account,administrator]',
    'gained: EmergencyReadOnly in claims-prod: ReadOnlyAccess',
    'gained: EmergencyReadOnly in portal-prod: ReadOnlyAccess',
  ]);
  expect(toldOf(reportOf(sandboxFiles(), emergencyFiles()))).toHaveLength(4);
});

test('what changes is told, and the order of the file is no change', () => {
  expect(
    changes(({ roles, alarms }) => {
      roles.reverse();
      alarms.regions = ['us-east-1'];
    }),
  ).toEqual([]);
  expect(
    changes((emergency) => {
      const [reading, repairing] = emergency.roles;
      if (reading === undefined || repairing === undefined || emergency.application === undefined) return;
      reading.managedPolicies = ['IAMFullAccess'];
      reading.accounts = ['claims-prod'];
      delete repairing.permissionsBoundary;
      delete repairing.regions;
      emergency.application.members = 'onDemand';
      emergency.sessionDuration = 'PT1H';
    }),
  ).toEqual([
    'lost: EmergencyReadOnly in portal-prod: ReadOnlyAccess',
    'changed: Regions of EmergencyOperations: all (was: eu-central-1, eu-west-1)',
    'changed: boundary of EmergencyOperations: none (was: /identity/WorkforceBoundary)',
    'changed: length of a sign-in: 60 minutes (was: 30 minutes)',
    'changed: policies of EmergencyReadOnly: IAMFullAccess (was: ReadOnlyAccess) [administrator]',
    "changed: who signs in: members of 'AWS Emergency Operators' (empty until an emergency) by the application 'AWS emergency access', with a second factor (was: members of 'AWS Emergency Operators' (at all times) by the application 'AWS emergency access', with a second factor)",
  ]);
});

test('stacks that are deployed no longer stay, with what they allow', () => {
  const abandoned = ({ findings }: Report): readonly string[] =>
    findings.flatMap(({ code, problem }) => (code === 'stack-abandoned' ? [problem] : []));
  const less = reportOf(
    emergencyFiles(({ roles: [reading] }) => {
      if (reading !== undefined) reading.accounts = ['claims-prod'];
    }),
    emergencyFiles(),
  );
  expect(abandoned(less)).toEqual([
    'leaves the stack sandbox-emergency-210000000008 in account 210000000008 (us-east-1) behind. The estate no longer deploys it, but it stays in the account, with its roles and alarms: `aws cloudformation delete-stack --stack-name sandbox-emergency-210000000008 --region us-east-1` after lifting termination protection.',
  ]);
  expect(abandoned(reportOf(sandboxFiles(), emergencyFiles()))).toHaveLength(5);
  expect(abandoned(reportOf(emergencyFiles(), sandboxFiles()))).toEqual([]);
});
