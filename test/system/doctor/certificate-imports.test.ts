import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { readCertificateImports } from '../../../src/clouds/aws/gather-access';
import { FakeCloudTrail } from './cloud-trail';

let trail: FakeCloudTrail;

beforeAll(async () => {
  trail = await FakeCloudTrail.start();
});

afterAll(() => trail.stop());

test('imports of SAML certificates are read from CloudTrail, without those that AWS refused', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const cloudTrail = new CloudTrailClient({ region: 'eu-west-1', endpoint: trail.url, credentials });
  const by = 'arn:aws:sts::210000000001:assumed-role/Admin/grace';
  trail.events = [
    { name: 'ImportExternalIdPCertificate', by, at: '2026-05-30T08:00:00Z' },
    { name: 'ImportExternalIdPCertificate', by, at: '2026-05-29T08:00:00Z', record: { errorCode: 'AccessDenied' } },
    { name: 'CreateBearerToken', by, at: '2026-05-28T08:00:00Z' },
  ];
  expect(await readCertificateImports({ cloudTrail })).toEqual([new Date('2026-05-30T08:00:00Z')]);
});
