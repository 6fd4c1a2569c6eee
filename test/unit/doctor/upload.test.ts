import { known } from '../../../src/clouds/reading';
import { examineEstate } from '../../../src/doctor/examination';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { OrganizationFile } from '../../../src/estate/source/organization';
import { changed } from '../../support/entra-estate';
import { planFiles, sandboxFiles, UPLOADED, withRecords } from '../../support/sandbox';
import { healthyFacts } from './healthy-facts';

const AT = { members: [[0, 1]], disabled: [], isReversed: false, leavers: 0, hoursSinceCycle: 1, isUpperCase: false };
const NOW = new Date('2026-10-01T12:00:00Z');
const OTHER = 'B'.repeat(40);

/** Outcome where this certificate signs, of the successor of what was uploaded or of the same name. */
function outcomes({ importedAtAws, made, thumbprint }: Readonly<Record<string, string>>): readonly string[] {
  const files = sandboxFiles({ tokenExpires: '2027-05-01' });
  const next =
    importedAtAws === undefined
      ? ''
      : `\n        - { name: next, activeFrom: 2026-09-01, expires: 2029-07-31, importedAtAws: { day: ${importedAtAws}, by: Bo } }`;
  const estate = changed(files[ESTATE_FILE] ?? '', 'expires: 2028-12-31', `expires: 2028-12-31${next}`);
  const plan = planFiles(withRecords({ ...files, [ESTATE_FILE]: estate }));
  const organization = OrganizationFile.parse(JSON.parse(files[ORGANIZATION_FILE] ?? ''));
  const { workforce } = healthyFacts(plan, organization, { ...AT, now: NOW });
  const application = workforce?.application.state === 'known' ? workforce.application.value : undefined;
  if (workforce === undefined || application === undefined) throw new Error('no facts');
  const certificates = application.certificates.map((one) =>
    one.thumbprint === application.activeThumbprint
      ? { ...one, thumbprint: thumbprint ?? UPLOADED, startDateTime: `${made ?? '2026-01-01'}T10:00:00Z` }
      : one,
  );
  const signs = { ...application, certificates, activeThumbprint: thumbprint ?? UPLOADED };
  const facts = { workforce: { ...workforce, application: known(signs) } };
  const [check] = examineEstate({ plan, facts, now: NOW }, ['saml-upload']).checks;
  return check?.observations.map(({ outcome }) => outcome) ?? [];
}

test.each([
  ['what was uploaded signs', {}, 'ok'],
  ['Entra ID has another certificate of the same name since', { thumbprint: OTHER, made: '2026-06-01' }, 'failure'],
  [
    'a successor signs that somebody imported',
    { thumbprint: OTHER, made: '2026-08-01', importedAtAws: '2026-08-10' },
    'ok',
  ],
  [
    'a successor signs that was made again after its import',
    { thumbprint: OTHER, made: '2026-08-20', importedAtAws: '2026-08-10' },
    'failure',
  ],
])('AWS has the certificate that signs: %s', (_, setting, outcome) => {
  expect(outcomes(setting)).toEqual([outcome]);
});

test('without a record the step is open, which another check tells', () => {
  const plan = planFiles(sandboxFiles());
  const { checks } = examineEstate({ plan, facts: {}, now: NOW }, ['console-steps']);
  expect(checks.map(({ outcome }) => outcome)).toEqual(['warning']);
});
