import { status } from '@grpc/grpc-js';
import { packageSchema } from '../../../provider/rpc/service';
import { isProperties, type Properties } from '../../../provider/values';
import { type Declaration, declarationsOf } from '../../../scripts/reference/entragraph-declarations';
import { entragraphSchema, entragraphSchemaText } from '../../../scripts/reference/entragraph-schema';
import { readFileSync } from 'node:fs';
import { version } from '../../../package.json';

const declarations = declarationsOf('constructs/graph');
const schema = entragraphSchema(declarations);

function at(...keys: readonly string[]): Properties {
  return keys.reduce<Properties>((inner, key) => {
    const value = inner[key];
    if (!isProperties(value)) throw new Error(`no ${key} in ${Object.keys(inner).join(', ')}`);
    return value;
  }, schema);
}

test('the plug-in answers what is declared, by the version of the package', () => {
  expect(readFileSync('provider/declared.json', 'utf8')).toBe(entragraphSchemaText(declarations));
  const answer = JSON.parse(packageSchema(1)) as Properties;
  expect(answer).toMatchObject({
    name: 'entragraph',
    version,
    pluginDownloadURL: 'github://api.github.com/entra-aws-identity/entra-aws-identity',
    ...schema,
  });
  expect(packageSchema(0)).toBe(packageSchema(1));
});

test('a form of schemas that is newer is refused as not implemented', () => {
  expect(() => packageSchema(2)).toThrow('the version of the schema must be 0 or 1, got 2');
  expect(() => packageSchema(2)).toThrow(expect.objectContaining({ code: status.UNIMPLEMENTED }) as Error);
});

test('a resource has what its declaration says, and what the provider knows of it', () => {
  const job = at('resources', 'entragraph:index:SynchronizationState');
  expect(job['requiredInputs']).toEqual(['servicePrincipalId', 'jobId']);
  expect(job['required']).toEqual(['servicePrincipalId', 'jobId', 'running', 'validate', 'status']);
  expect(job['inputProperties']).toMatchObject({
    jobId: { type: 'string', replaceOnChanges: true },
    running: { type: 'boolean', description: 'True if the job runs on its schedule. Default: true.' },
    credentials: { type: 'array', items: { $ref: '#/types/entragraph:index:Credential' }, secret: true },
  });
});

test('types have their whole numbers and choices', () => {
  expect(at('types', 'entragraph:index:AttributeMapping', 'properties', 'matchingPriority')['type']).toBe('integer');
  expect(at('types', 'entragraph:index:MultifactorState')['enum']).toEqual([
    { value: 'off' },
    { value: 'on' },
    { value: 'conditional' },
  ]);
});

test('secrets of the sign-in are secret', () => {
  const keys = Object.entries(at('config', 'variables')).filter(([, value]) => isProperties(value) && value['secret']);
  expect(keys.map(([key]) => key)).toEqual([
    'clientSecret',
    'clientCertificatePassword',
    'oidcToken',
    'oidcRequestToken',
  ]);
});

/** The declarations with a change of the arguments of one. */
function changed(
  name: string,
  change: (args: NonNullable<Declaration['args']>) => Declaration['args'],
): readonly Declaration[] {
  return declarations.map((one) => (one.name === name && one.args ? { ...one, args: change(one.args) } : one));
}

test.each<[string, readonly Declaration[], string]>([
  [
    'a key that the provider does not take',
    changed('getUserFlow', (args) => ({ ...args, members: args.members.map((one) => ({ ...one, name: 'flowId' })) })),
    'getUserFlow: constructs/graph declares flowId, and the provider takes "userFlowId"',
  ],
  [
    'another type',
    changed('getUserFlow', (args) => ({ ...args, members: args.members.map((one) => ({ ...one, type: 'number' })) })),
    'getUserFlow.userFlowId: constructs/graph declares number, and the provider takes "string"',
  ],
  [
    'an argument as optional that the provider needs',
    changed('getUserFlow', (args) => ({ ...args, members: args.members.map((one) => ({ ...one, isOptional: true })) })),
    'getUserFlow, required: constructs/graph declares , and the provider takes "userFlowId"',
  ],
  [
    'other choices',
    declarations.map((one) => ({
      ...one,
      choices: one.choices.map((choice) =>
        choice.name === 'MultifactorState' ? { ...choice, type: "'off' | 'on'" } : choice,
      ),
    })),
    'declares off, on, and the provider takes',
  ],
  [
    'less than the provider has',
    declarations.filter(({ name }) => name !== 'UserFlow'),
    'constructs/graph must declare what the provider has: UserFlow',
  ],
])('whoever declares %s gets no schema', (_, wrong, message) => {
  expect(() => entragraphSchema(wrong)).toThrow(message);
});
