import { getAuthenticationEventsFlowOutput } from '../../../../constructs/graph/external-id';
import {
  getSynchronizationJobOutput,
  getSynchronizationTemplateOutput,
} from '../../../../constructs/graph/aws-application';
import { getUserFlowOutput } from '../../../../constructs/graph/customers';
import { runProgram } from '../../../support/pulumi-mocks';

test('each function asks the provider by its token, with what it was given', async () => {
  const run = await runProgram(
    () => ({
      flow: getUserFlowOutput({ userFlowId: 'B2C_1_a' }).userFlowType,
      events: getAuthenticationEventsFlowOutput({ displayName: 'Sign up' }).flowId,
      job: getSynchronizationJobOutput({ servicePrincipalId: 'sp' }).jobId,
      template: getSynchronizationTemplateOutput({ servicePrincipalId: 'sp', factoryTag: 'aws' }).templateId,
    }),
    {
      call: {
        'entragraph:index:getUserFlow': () => ({ userFlowType: 'signIn' }),
        'entragraph:index:getAuthenticationEventsFlow': () => ({ flowId: 'f1' }),
        'entragraph:index:getSynchronizationJob': () => ({ jobId: 'job-1' }),
        'entragraph:index:getSynchronizationTemplate': () => ({ templateId: 'aWSSingleSignon' }),
      },
    },
  );
  expect(run.outputs).toEqual({ flow: 'signIn', events: 'f1', job: 'job-1', template: 'aWSSingleSignon' });
  expect(run.calls).toEqual(
    expect.arrayContaining([
      { token: 'entragraph:index:getUserFlow', inputs: { userFlowId: 'B2C_1_a' } },
      { token: 'entragraph:index:getAuthenticationEventsFlow', inputs: { displayName: 'Sign up' } },
      { token: 'entragraph:index:getSynchronizationJob', inputs: { servicePrincipalId: 'sp' } },
      { token: 'entragraph:index:getSynchronizationTemplate', inputs: { servicePrincipalId: 'sp', factoryTag: 'aws' } },
    ]),
  );
});
