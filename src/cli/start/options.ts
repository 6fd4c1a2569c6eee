import { Option } from '@commander-js/extra-typings';
import { command, estateCommand, integer, quiet } from '../program/define';

const MAX_PORT = 65_535;

const port = integer({ min: 0, max: MAX_PORT });

export const start = estateCommand('start', {
  summary: 'Run the customer application on this machine',
  description:
    'Runs web, API, database and Azure AD B2C, with no account and no container. Applications, redirect URIs, scopes and user ' +
    "flows are those that the estate's customers program registers. With --only workforce: people, groups, a cycle of " +
    'provisioning, the requests to the SCIM endpoint, and the sign-in to the access portal.',
  notes: 'LOG_LEVEL (trace, debug, info, warn, error) says how much the log has; NO_COLOR turns colours off.',
  exit: ['ended by Ctrl-C or a signal', 'could not start or a service failed'],
})
  .option(
    '--port <port>',
    'port of the web; the estate must have http://localhost:PORT among customers.webApplication.hosts (default: the first ' +
      'such port that is free); with --only any port: of the sign-in (directory) or of the page (workforce)',
    integer({ min: 1, max: MAX_PORT }),
  )
  .option(
    '--tenant',
    "directory of the stack <estate>-customers in place of the emulator, by the stack's outputs (pulumi stack output)",
    false,
  )
  .addOption(
    new Option(
      '--only <side>',
      "directory: the customers' sign-in and Graph, for an application of your own; workforce: Entra ID's provisioning and " +
        'sign-in, and IAM Identity Center, in place of the customer application',
    )
      .choices(['customers', 'directory', 'workforce'] as const)
      .default('customers' as const),
  )
  .option('--https', 'the sign-in over https, by an authority in the state folder that you trust once', false)
  .option(
    '--public-url <origin>',
    'with --only directory: origin of a proxy before the sign-in, https://signin.localhost:8443; it is in every address',
  )
  .option('--state <folder>', 'where users, sessions, policies and keys are kept', '.local')
  .option('--reset', 'delete that state first', false)
  .option('--open', 'open the browser', false)
  .addOption(quiet());

export const graph = command('graph', {
  summary: "Run an emulator of Entra's Graph on this machine",
  description:
    'For Pulumi programs and tests: no tenant, no account. Prints a line of JSON for each request. What a client needs to reach ' +
    'it, its secret included, is written to a file that only you can read.',
  exit: ['stopped by a signal', 'could not start'],
})
  .option('--data <folder>', 'keep the state in a folder (default: in memory)')
  .option(
    '--authority <folder>',
    'folder of the authority, as .local/authority of npm start (default: the data folder)',
  )
  .option('--graph-port <port>', 'Graph over plain HTTP; 0 is any that is free', port, 0)
  .option('--tls-port <port>', 'metadata, tokens and Graph over TLS; 0 is any that is free', port, 0)
  .option('--tenant <id>', "tenant id of the directory, as the stack has it (default: one of the emulator's own)")
  .option('--domain <domain>', 'initial domain of the directory (default: contosob2c.onmicrosoft.com)')
  .option('--group <name...>', 'a group that exists already, NAME or NAME=OBJECT-ID')
  .option('--user <name...>', 'a user that exists already, as NAME@DOMAIN')
  .option(
    '--lag <reads>',
    "most reads after a change that don't see it yet; each change draws its own (default: 2)",
    integer({ min: 1, max: 100 }),
  )
  .option(
    '--faults <file>',
    'requests that go wrong, as JSON: [{"kind": "throttled", "method": "POST", "path": "/v1.0/groups"}]; kinds: throttled, ' +
      'unavailable, notFound, forbidden, conflict, timeout, dropped, slow; also: skip, times, probability, retryAfter, delay',
  )
  .option(
    '--throttle <requests>',
    'requests of which one is answered 429 with Retry-After (default: 25)',
    integer({ min: 2, max: 1000 }),
  )
  .option(
    '--seed <number>',
    'decides what lags, what is throttled and what a probability hits (default: drawn, and printed)',
    integer({ min: 0, max: 999_999_999 }),
  )
  .addOption(
    new Option(
      '--forgive <behaviour...>',
      'be more generous than what Microsoft documents (npx --no entra-aws docs emulator); azuread 6.9 needs lag',
    ).choices([
      'lag',
      'throttling',
      'permissions',
      'reads',
      'properties',
      'owners',
      'secrets',
      'saml-deletion',
    ] as const),
  )
  .option(
    '--quirk <name=value...>',
    'choose where the service is known to differ: schemaDirectories=relation, userFlowPatch=200, readsUntilProvisioned=NUMBER, ' +
      'stagedDeletions=NUMBER, echoesCredentials=true',
  )
  .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
  .option('--public-host <name>', 'name under which clients reach it (default: localhost)')
  .option('--allow-remote', 'allow an address that others can reach, as inside a container', false)
  .addOption(quiet());
