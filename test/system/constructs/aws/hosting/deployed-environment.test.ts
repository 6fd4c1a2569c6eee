import { readConfiguration as readApiConfiguration } from '../../../../../apps/api/configuration';
import { readConfiguration as readWebConfiguration } from '../../../../../apps/web/configuration';
import { handoffOf } from '../../../../../src/handoff/handoff';
import { expressMode, hostingTemplates, inExternalTenant, production } from '../../../../support/hosting';
import { externalOutputsOf, outputsOf } from '../../../../support/handoff/outputs';
import { deployedEnvironment } from './deployed-environment';

const { ids, clientSecret } = handoffOf(outputsOf());

const KINDS = [
  ['App Runner', hostingTemplates()],
  ['App Runner in production, with a private API', hostingTemplates(production)],
  ['ECS Express Mode', hostingTemplates(expressMode)],
] as const;

/** Addresses as texts: `toMatchObject` takes any two URLs for equal. */
const plain = (read: unknown): unknown => JSON.parse(JSON.stringify(read));

test.each(KINDS)('on %s the web starts with what its template and the handoff give it', (_kind, templates) => {
  expect(plain(readWebConfiguration(deployedEnvironment(templates, 'web')))).toMatchObject({
    ok: true,
    configuration: {
      HOST: '0.0.0.0',
      PORT: 5000,
      BASE_URL: 'https://claims.example.com/',
      WEB_CLIENT_ID: ids.webClientId,
      WEB_CLIENT_SECRET: clientSecret,
      SIGN_IN_METADATA_URL: ids.signInMetadataUrl,
      STEP_UP_METADATA_URL: ids.stepUpMetadataUrl,
      PROFILE_EDIT_METADATA_URL: ids.profileEditMetadataUrl,
      PASSWORD_RESET_METADATA_URL: ids.passwordResetMetadataUrl,
      API_READ_SCOPE: ids.readScope,
      API_WRITE_SCOPE: ids.writeScope,
      AWS_REGION: 'eu-west-1',
      TRUST_PROXY: 1,
    },
  });
});

test.each(KINDS)('on %s the API starts with what its template and the handoff give it', (_kind, templates) => {
  expect(plain(readApiConfiguration(deployedEnvironment(templates, 'api')))).toMatchObject({
    ok: true,
    configuration: {
      HOST: '0.0.0.0',
      PORT: 5001,
      TENANT_ID: ids.tenantId,
      API_CLIENT_ID: ids.apiClientId,
      WEB_CLIENT_ID: ids.webClientId,
      SIGN_IN_METADATA_URL: ids.signInMetadataUrl,
      STEP_UP_METADATA_URL: ids.stepUpMetadataUrl,
      SIGN_IN_FLOW: ids.signInFlow,
      STEP_UP_FLOW: ids.stepUpFlow,
    },
  });
});

test('a web that has no address yet starts too', () => {
  const templates = hostingTemplates((hosting) => {
    delete hosting.url;
  });
  expect(readWebConfiguration(deployedEnvironment(templates, 'web')).ok).toBe(true);
});

test('with External ID both start with one metadata URL and the application of the second factor', () => {
  const templates = hostingTemplates(inExternalTenant);
  const handoff = handoffOf(externalOutputsOf());
  const { signInMetadataUrl, stepUpApiClientId, ...others } = handoff.ids;
  const api = deployedEnvironment(templates, 'api', handoff);
  const web = deployedEnvironment(templates, 'web', handoff);
  expect(plain([readApiConfiguration(api), readWebConfiguration(web)])).toMatchObject([
    {
      ok: true,
      configuration: {
        DIRECTORY_TYPE: 'external-id',
        TENANT_ID: others.tenantId,
        API_CLIENT_ID: others.apiClientId,
        STEP_UP_API_CLIENT_ID: stepUpApiClientId,
        SIGN_IN_METADATA_URL: signInMetadataUrl,
      },
    },
    {
      ok: true,
      configuration: {
        DIRECTORY_TYPE: 'external-id',
        WEB_CLIENT_ID: others.webClientId,
        SIGN_IN_METADATA_URL: signInMetadataUrl,
        API_WRITE_SCOPE: others.writeScope,
      },
    },
  ]);
  const ofB2c = ['STEP_UP_METADATA_URL', 'SIGN_IN_FLOW', 'STEP_UP_FLOW', 'PASSWORD_RESET_METADATA_URL'];
  expect(Object.keys({ ...api, ...web }).filter((name) => ofB2c.includes(name))).toEqual([]);
});
