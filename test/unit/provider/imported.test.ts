import { diffInputs, markImported, withoutMark } from '../../../provider/diff';
import { resourceType } from '../../../provider/resource-types';
import type { Properties } from '../../../provider/values';

/** Changes that a declaration makes to a resource that was just imported. */
function changesOf(
  token: string,
  live: { readonly inputs: Properties; readonly beside?: Properties },
  declared: Properties,
) {
  const type = resourceType(token);
  const state = markImported(type, { ...live, outputs: {} });
  return [...diffInputs(type, state, type.withDefaults(declared)).changes.keys()];
}

const JOB = { servicePrincipalId: 'sp', jobId: 'job' };

describe('an import is compared in the words of the declaration', () => {
  const mappings = [
    {
      rule: 'USER',
      objectName: 'User',
      targetAttribute: 'externalId',
      sourceAttribute: 'objectId',
      matchingPriority: 1,
    },
    { rule: 'USER', objectName: 'User', targetAttribute: 'active', expression: 'Switch([IsSoftDeleted], , "False")' },
  ];
  const live = { inputs: { ...JOB, attributeMappings: [] }, beside: { mappings } };
  const edits = (...attributeMappings: readonly Properties[]) =>
    changesOf('SynchronizationSchema', live, { ...JOB, attributeMappings });

  test('mappings that are declared and there make no difference, whatever else they say', () => {
    expect(edits({ targetAttribute: 'externalId', sourceAttribute: 'objectId' })).toEqual([]);
    expect(edits({ targetAttribute: 'active', expression: 'Switch([IsSoftDeleted],,"False")' })).toEqual([]);
    expect(edits({ targetAttribute: 'title', remove: true })).toEqual([]);
  });

  test('mappings that are otherwise, or not there, do', () => {
    expect(edits({ targetAttribute: 'externalId', sourceAttribute: 'mailNickname' })).toEqual([
      'attributeMappings[0].sourceAttribute',
    ]);
    expect(edits({ targetAttribute: 'title', sourceAttribute: 'jobTitle' })).toEqual(['attributeMappings[0]']);
    expect(edits({ targetAttribute: 'externalId', remove: true })).toEqual(['attributeMappings[0]']);
  });

  const flow = { userFlowId: 'B2C_1_in', userFlowType: 'signIn', userFlowTypeVersion: 3 };

  test('settings that Graph has no property for are as declared, and all others are compared', () => {
    const claims = { claims: ['emails'], multifactor: { state: 'on' } };
    expect(changesOf('UserFlow', { inputs: flow }, { ...flow, ...claims })).toEqual([]);
    expect(changesOf('UserFlow', { inputs: flow }, { ...flow, userFlowType: 'signUp' })).toEqual(['userFlowType']);
  });

  const certificate = {
    servicePrincipalId: 'sp',
    displayName: 'CN=x',
    endDateTime: '2028-11-20T14:33:12Z',
    active: true,
  };

  test.each([
    ['2028-11-20T00:00:00Z', []],
    ['2028-11-21T00:00:00Z', ['endDateTime']],
    ['2028-11-20T14:00:00Z', ['endDateTime']],
  ])('a certificate that ends in the course of a day, declared until %s', (endDateTime, expected) => {
    expect(changesOf('SamlSigningCertificate', { inputs: certificate }, { ...certificate, endDateTime })).toEqual(
      expected,
    );
  });

  test.each([
    ['that day', 300, []],
    ['another day', 301, ['endDateTime']],
  ])('a certificate that signs and ends in the course of a day, declared until %s', (_until, days, expected) => {
    const dayIn = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10);
    const live = { ...certificate, endDateTime: `${dayIn(300)}T14:33:12Z` };
    const declared = { ...certificate, endDateTime: `${dayIn(days)}T00:00:00Z` };
    const failures = resourceType('SamlSigningCertificate').rules?.(declared, live) ?? [];
    expect(failures.map(({ property }) => property)).toEqual(expected);
  });
});

test('once it is declared, a setting that is new is a change again', () => {
  const type = resourceType('UserFlow');
  const state = withoutMark(markImported(type, { inputs: { userFlowId: 'B2C_1_in' }, outputs: {} }));
  expect([...diffInputs(type, state, { userFlowId: 'B2C_1_in', claims: ['emails'] }).changes.keys()]).toEqual([
    'claims',
  ]);
});
