import { examineEstate } from '../../../src/doctor/examination';
import type { Owner } from '../../../src/clouds/facts/trust-facts';
import { known } from '../../../src/clouds/reading';
import { OrganizationFile } from '../../../src/estate/source/organization';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { clientId, objectId } from '../../support/ids';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { healthyFacts } from './healthy-facts';

const AT = { members: [[0, 1]], disabled: [], isReversed: false, leavers: 0, hoursSinceCycle: 1, isUpperCase: false };
const NOW = new Date('2026-06-01T12:00:00Z');
const PIPELINE = '0a1b2c3d-0000-4000-8000-000000000001';
const LAPTOP: Owner = {
  id: objectId('laptop'),
  name: 'laptop',
  clientId: clientId('laptop'),
  ownsBoth: true,
  mayDeploy: true,
};
const PERSON: Owner = {
  id: objectId('ada'),
  name: 'ada@example.com',
  clientId: undefined,
  ownsBoth: true,
  mayDeploy: false,
};

/** Outcomes of a check, where the estate names the pipeline's identity. */
function outcomes(name: string, owners: readonly Owner[], pipeline: string): readonly string[] {
  const files = sandboxFiles({ tokenExpires: '2027-05-01' });
  const plan = planFiles({ ...files, [ESTATE_FILE]: `${files[ESTATE_FILE] ?? ''}${pipeline}` });
  const organization = OrganizationFile.parse(JSON.parse(files[ORGANIZATION_FILE] ?? ''));
  const { workforce } = healthyFacts(plan, organization, { ...AT, now: NOW });
  if (workforce === undefined) throw new Error('no facts');
  const facts = { workforce: { ...workforce, trust: { ...workforce.trust, owners: known(owners) } } };
  const [check] = examineEstate({ plan, facts, now: NOW }, [name]).checks;
  return check?.observations.map(({ outcome }) => outcome) ?? [];
}

const NAMED = `
pipeline:
  identities:
    workforce: { preview: 0a1b2c3d-0000-4000-8000-000000000002, deploy: ${PIPELINE} }
`;
const OF_PIPELINE: Owner = { ...LAPTOP, id: objectId('pipeline'), clientId: clientId(PIPELINE) };

test.each<readonly [string, { readonly owners: readonly Owner[]; readonly pipeline?: string }, string]>([
  ['no one owns it', { owners: [] }, 'failure'],
  ['no one owns it, and the pipeline should', { owners: [], pipeline: NAMED }, 'failure'],
  ['somebody owns it, and no pipeline is named', { owners: [LAPTOP] }, 'ok'],
  [
    'the laptop and a person own it, and the pipeline does not',
    { owners: [LAPTOP, PERSON], pipeline: NAMED },
    'failure',
  ],
  ['the pipeline is one of its owners', { owners: [LAPTOP, OF_PIPELINE], pipeline: NAMED }, 'ok'],
  [
    'the pipeline owns one of its two objects',
    { owners: [{ ...OF_PIPELINE, ownsBoth: false }], pipeline: NAMED },
    'failure',
  ],
])('the doctor looks who owns the application: %s', (_, { owners, pipeline = '' }, outcome) => {
  expect(outcomes('saml-owners', owners, pipeline)).toEqual([outcome]);
});

const BY_ROLE = { ...LAPTOP, mayDeploy: false };
const STRANGER = { ...BY_ROLE, id: objectId('stranger'), clientId: clientId('stranger') };

test.each<readonly [string, { readonly owners: readonly Owner[]; readonly pipeline?: string }, readonly string[]]>([
  ['the laptop and the pipeline', { owners: [LAPTOP, OF_PIPELINE], pipeline: NAMED }, ['ok']],
  ['an application that deploys by a role of the directory', { owners: [BY_ROLE] }, ['ok']],
  ['two applications that no administrator lets change any', { owners: [BY_ROLE, STRANGER] }, ['failure', 'failure']],
  ['such an application beside the one that deploys', { owners: [LAPTOP, STRANGER] }, ['failure']],
  ['such an application beside the pipeline', { owners: [OF_PIPELINE, STRANGER], pipeline: NAMED }, ['failure']],
  ['a person beside the application that deploys', { owners: [LAPTOP, PERSON] }, ['failure']],
  ['a person, of one of the two objects', { owners: [LAPTOP, { ...PERSON, ownsBoth: false }] }, ['failure']],
])('an owner who does not deploy is a way in: %s', (_, { owners, pipeline = '' }, expected) => {
  expect(outcomes('saml-permissions', owners, pipeline)).toEqual(expected);
});
