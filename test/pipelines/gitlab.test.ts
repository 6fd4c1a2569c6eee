import { testScenarios } from '../support/runners/scenarios';
import { DEPLOYMENTS } from './deployments';
import { PULL_REQUESTS } from './pull-requests';

testScenarios({
  title: 'a repository at GitLab',
  forge: 'gitlab',
  scenarios: [...PULL_REQUESTS, ...DEPLOYMENTS],
});
