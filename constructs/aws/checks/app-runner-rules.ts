/** A rule of the `AppRunnerChecks` pack. */
export interface AppRunnerRule {
  /** Part of the rule's id after `AppRunner-`, in reports and acknowledgements. */
  readonly id: string;
  /** The fault that the rule reports, in one sentence. */
  readonly info: string;
  /** Reason why it matters, and the way out. */
  readonly explanation: string;
}

/** The rules of `AppRunnerChecks`, by what they look for. Ids are stable; a retired id is never used again. */
export const APP_RUNNER_RULES = {
  tags: {
    id: 'AR1',
    info: 'The service has tags.',
    explanation:
      'Tags of a service can be given at creation only: each change replaces it, and its address. Tag other resources, or the account.',
  },
  name: {
    id: 'AR2',
    info: 'The service has no name of its own.',
    explanation:
      'A replacement of a service without a name goes unnoticed and changes its address. With a name it fails, since the name is taken.',
  },
  secretVariable: {
    id: 'AR3',
    info: 'A variable whose name speaks of a secret has its value in the template.',
    explanation:
      'Whoever reads the template or the console reads the value. Use RuntimeEnvironmentSecrets with an ARN.',
  },
  instanceRole: {
    id: 'AR4',
    info: 'The service has no instance role.',
    explanation: 'Without one the application can read neither its secrets nor its table.',
  },
  healthCheck: {
    id: 'AR5',
    info: 'The health check opens a TCP connection only.',
    explanation: 'A process that accepts connections and answers nothing counts as healthy. Check a path over HTTP.',
  },
  observability: {
    id: 'AR6',
    info: 'The service sends no traces.',
    explanation:
      'Without traces it is unknown where a slow request spends its time. Give it an observability configuration.',
  },
  autoDeployment: {
    id: 'AR7',
    info: 'The service deploys every image that is pushed.',
    explanation:
      'What runs would no longer be what was reviewed. Deploy images by their digest or hash with the stack.',
  },
  scaling: {
    id: 'AR8',
    info: 'The service scales by the default configuration of the account.',
    explanation:
      'It grows to 25 instances, and anybody who changes the default changes this service. Give it a configuration.',
  },
  firewall: {
    id: 'AR9',
    info: 'The service is public and has no web ACL.',
    explanation: 'Nothing limits requests or refuses known attacks. Associate a web ACL, or make the service private.',
  },
} as const satisfies Readonly<Record<string, AppRunnerRule>>;
