import { testScenarios } from '../support/runners/scenarios';
import { DEPLOYMENTS } from './deployments';
import { PULL_REQUESTS } from './pull-requests';

testScenarios({
  title: 'a repository at GitHub',
  forge: 'github',
  scenarios: [...PULL_REQUESTS, ...DEPLOYMENTS],
});
