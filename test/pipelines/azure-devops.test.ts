import { testScenarios } from '../support/runners/scenarios';
import { DEPLOYMENTS } from './deployments';
import { PULL_REQUESTS } from './pull-requests';

testScenarios({
  title: 'a repository at Azure DevOps',
  forge: 'azure-devops',
  scenarios: [...PULL_REQUESTS, ...DEPLOYMENTS],
});
