import { causeLines } from '../../../../src/deploy/pipeline/failure-causes';

const assignment = (id: string, account: string, reason: string) => {
  return { id, type: 'AWS::SSO::Assignment', account, reason };
};
const EXISTS = 'Resource of type AWS::SSO::Assignment already exists. (HandlerErrorCode: AlreadyExists)';

test('nothing that failed has no lines', () => {
  expect(causeLines([])).toEqual([]);
});

test('an assignment that another stack has is taken out there or imported; its account is not left out', () => {
  expect(causeLines([assignment('One', '111111111111', EXISTS)])).toEqual([
    'The last deployment was taken back, since this failed:',
    `  One (AWS::SSO::Assignment): ${EXISTS}`,
    '  to do: what exists already was made by another stack, another program or a person. Take it out there and deploy that first, or delete it by hand, and deploy again; to take it over as it is, import it (docs/importing.md)',
  ]);
});

test('beside it, an account that refuses is left out by lines of the estate', () => {
  const lines = causeLines([
    assignment('One', '111111111111', EXISTS),
    assignment('Two', '222222222222', 'the account is suspended'),
  ]);
  expect(lines.slice(-4)).toEqual([
    '    access:',
    '      excludedAccounts:',
    "        - account: '222222222222'",
    '          reason: why it is left out, and until when',
  ]);
  expect(lines.join('\n')).toContain('deploy without this account for now');
});
