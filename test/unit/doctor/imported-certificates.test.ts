import { examineEstate } from '../../../src/doctor/examination';
import { known } from '../../../src/clouds/reading';
import { OrganizationFile } from '../../../src/estate/source/organization';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { changed } from '../../support/entra-estate';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { healthyFacts } from './healthy-facts';

const AT = { members: [[0, 1]], disabled: [], isReversed: false, leavers: 0, hoursSinceCycle: 1, isUpperCase: false };

interface Setting {
  readonly day: string;
  /** @default the estate has no record */
  readonly importedAtAws?: string;
  /** Day on which the successor was made at Entra ID. */
  readonly made?: string;
  readonly imports?: readonly string[];
}

/** Outcomes of the check with a successor that may sign from 1 September 2026 on. */
function outcomes({ day, importedAtAws, made = '2026-08-01', imports = [] }: Setting): readonly string[] {
  const files = sandboxFiles({ tokenExpires: '2027-05-01' });
  const record = importedAtAws === undefined ? '' : `, importedAtAws: { day: ${importedAtAws}, by: Ada Lovelace }`;
  const next = `expires: 2028-12-31\n        - { name: next, activeFrom: 2026-09-01, expires: 2029-07-31${record} }`;
  const plan = planFiles({ ...files, [ESTATE_FILE]: changed(files[ESTATE_FILE] ?? '', 'expires: 2028-12-31', next) });
  const now = new Date(`${day}T12:00:00Z`);
  const organization = OrganizationFile.parse(JSON.parse(files[ORGANIZATION_FILE] ?? ''));
  const { access, workforce } = healthyFacts(plan, organization, { ...AT, now });
  if (access === undefined || workforce?.application.state !== 'known') throw new Error('no facts');
  const { value: application } = workforce.application;
  if (application === undefined) throw new Error('no application');
  const certificates = application.certificates.map((one) =>
    one.displayName === 'CN=next' ? { ...one, startDateTime: `${made}T10:00:00Z` } : one,
  );
  const facts = {
    access: { ...access, certificateImports: known(imports.map((at) => new Date(at))) },
    workforce: { ...workforce, application: known({ ...application, certificates }) },
  };
  const [check] = examineEstate({ plan, facts, now }, ['console-certificates']).checks;
  return check?.observations.map(({ outcome }) => outcome) ?? [];
}

test.each<[string, Setting, string]>([
  ['a record is missing, with months to go', { day: '2026-08-01' }, 'ok'],
  ['a record is missing, with weeks to go', { day: '2026-08-02' }, 'warning'],
  ['a record is missing on the day', { day: '2026-09-01' }, 'failure'],
  [
    'it was imported after it was made',
    { day: '2026-08-20', importedAtAws: '2026-08-10', imports: ['2026-08-10T09:00:00Z'] },
    'ok',
  ],
  ['nobody imported anything, whatever the estate says', { day: '2026-08-20', importedAtAws: '2026-08-10' }, 'failure'],
  [
    'the import was of a certificate that was replaced on the same day',
    { day: '2026-08-20', importedAtAws: '2026-08-01', imports: ['2026-08-01T09:00:00Z'] },
    'failure',
  ],
  [
    'the import was of a certificate that was replaced days later',
    { day: '2026-08-20', importedAtAws: '2026-07-10', imports: ['2026-07-10T09:00:00Z'] },
    'failure',
  ],
  [
    'the import is older than what CloudTrail remembers',
    { day: '2026-08-20', importedAtAws: '2026-05-01', made: '2026-04-01' },
    'ok',
  ],
])('before a certificate signs, the doctor looks whether AWS has it: %s', (_, setting, outcome) => {
  expect(outcomes(setting)).toEqual([outcome]);
});
