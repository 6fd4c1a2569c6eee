import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { AssetManifestArtifact, CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { z } from 'zod';
import { Code, print, lowerFirst, type Printable, template, upperFirst, VariableNames } from './print';

type Json = string | number | boolean | null | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/** What the generator knows of a template; CDK writes no other parts. */
const Template = z.looseObject({
  Description: z.string().exactOptional(),
  Parameters: z.record(z.string(), z.record(z.string(), z.custom<Json>())).default({}),
  Resources: z.record(
    z.string(),
    z.strictObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.custom<Json>()).default({}),
      DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
      Metadata: z.record(z.string(), z.custom<Json>()).exactOptional(),
      DeletionPolicy: z.string().exactOptional(),
      UpdateReplacePolicy: z.string().exactOptional(),
    }),
  ),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({
        Value: z.custom<Json>(),
        Description: z.string().exactOptional(),
        Export: z.strictObject({ Name: z.custom<Json>() }).exactOptional(),
      }),
    )
    .default({}),
});
type Template = z.output<typeof Template>;
type Resource = Template['Resources'][string];

/** A file of the program that is written, and a folder that it copies. */
export interface EjectedApp {
  /** Texts by their paths in the folder of the app. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders and files of the assembly, by their paths in the folder of the app. */
  readonly copies: Readonly<Record<string, string>>;
}

/** A CDK app of L1 constructs that synthesises to the templates of an assembly. @param directory of the assembly */
export function ejectApp(directory: string): EjectedApp {
  const assembly = new CloudAssembly(directory);
  const stacks = assembly.artifacts.filter((one) => CloudFormationStackArtifact.isCloudFormationStackArtifact(one));
  const assets = assetsOf(assembly);
  const files = stacks.map((stack) => [`${stack.stackName}.ts`, new StackWriter(stack, assets).text()] as const);
  return {
    files: { 'app.ts': appText(stacks), ...Object.fromEntries(files) },
    copies: Object.fromEntries(assets.map(({ path, hash }) => [`assets/${hash}`, join(directory, path)])),
  };
}

/** A function or file that a deployment publishes, without templates. */
interface Asset {
  readonly stack: string;
  readonly hash: string;
  readonly path: string;
  readonly packaging: string;
}

function assetsOf({ artifacts }: CloudAssembly): readonly Asset[] {
  return artifacts
    .filter((one) => AssetManifestArtifact.isAssetManifestArtifact(one))
    .flatMap(({ id, contents }) =>
      Object.entries(contents.files ?? {}).flatMap(([hash, { source }]) => {
        const { path, packaging = 'file' } = source;
        if (path === undefined || path.endsWith('.template.json')) return [];
        return [{ stack: id.replace(/\.assets$/, ''), hash, path, packaging }];
      }),
    );
}

function classOf(name: string): string {
  return upperFirst(new VariableNames().of(name));
}

function appText(stacks: readonly CloudFormationStackArtifact[]): string {
  const variables = new VariableNames();
  const names = new Map(stacks.map(({ stackName }) => [stackName, variables.of(stackName)]));
  const imports = stacks.map(({ stackName }) => `import { ${classOf(stackName)} } from './${stackName}';\n`);
  const made = stacks.map(
    ({ stackName }) => `const ${String(names.get(stackName))} = new ${classOf(stackName)}(app);\n`,
  );
  const ordered = stacks.flatMap(({ stackName, dependencies }) =>
    dependencies
      .filter((one) => CloudFormationStackArtifact.isCloudFormationStackArtifact(one))
      .map((one) => `${String(names.get(stackName))}.addStackDependency(${String(names.get(one.stackName))});\n`),
  );
  return [
    "import { App } from 'aws-cdk-lib';\n",
    ...imports,
    '\nconst app = new App({ analyticsReporting: false });\n',
    ...made,
    ...ordered,
  ].join('');
}

/** Writes the file of a stack, with its nested ones. */
class StackWriter {
  /** Classes of nested stacks, in their order. */
  private readonly nested: string[] = [];

  constructor(
    private readonly artifact: CloudFormationStackArtifact,
    private readonly assets: readonly Asset[],
  ) {}

  text(): string {
    const { artifact } = this;
    const { stackName, environment, tags, terminationProtection } = artifact;
    const raw = artifact.template as JsonObject;
    const parsed = Template.parse(raw);
    const props = {
      env: { account: environment.account, region: environment.region },
      description: parsed.Description,
      terminationProtection,
      ...(Object.keys(tags).length > 0 && { tags }),
    };
    const body = [
      `super(scope, ${print(stackName)}, ${print(props, '    ')});`,
      ...this.assets.filter(({ stack }) => stack === stackName).map(assetStatement),
      ...this.statements(artifact.templateFullPath, raw),
    ];
    const own = classText(`export class ${classOf(stackName)} extends cdk.Stack`, 'scope: cdk.App', body);
    const imports = own.includes('join(') ? "import { join } from 'node:path';\n" : '';
    return [`${imports}import * as cdk from 'aws-cdk-lib';\n`, ...this.nested, own].join('\n');
  }

  /** Statements that declare what a template has, in its order. */
  private statements(file: string, raw: JsonObject): readonly string[] {
    const parsed = Template.parse(raw);
    const writer = new TemplateWriter(file, parsed);
    const parameters = Object.entries(parsed.Parameters).filter(([id]) => id !== 'BootstrapVersion');
    const resources = Object.entries(parsed.Resources).flatMap(([id, resource]) =>
      resource.Type === 'AWS::CloudFormation::Stack'
        ? this.nestedStack(writer, id, resource)
        : writer.declaration(id, resource),
    );
    const declared = parameters.map(([id, given]) => {
      const props = Object.fromEntries(
        Object.entries(given).map(([key, value]) => [lowerFirst(key), writer.code(value)]),
      );
      return `new cdk.CfnParameter(this, ${print(id)}, ${print(props, '    ')});`;
    });
    // The name of a nested template is a hash of its text, in which the parts have an order.
    const [first] = Object.keys(raw).filter((key) => key === 'Parameters' || key === 'Resources');
    return [
      ...(first === 'Parameters' ? [declared, resources] : [resources, declared]).flat(),
      ...Object.entries(parsed.Outputs).map(([id, output]) => writer.output(id, output)),
      ...Object.entries(parsed.Resources).flatMap(([id, resource]) => writer.dependencies(id, resource)),
    ];
  }

  private nestedStack(writer: TemplateWriter, id: string, resource: Resource): readonly string[] {
    const path = resource.Metadata?.['aws:asset:path'];
    if (typeof path !== 'string') throw new Error(`the nested stack ${id} names no template`);
    const file = join(this.artifact.assembly.directory, path);
    const raw = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
    const name = classOf(id.replace(/NestedStack.*$/, ''));
    const props = print({ description: Template.parse(raw).Description, parameters: new Code('parameters') }, '    ');
    this.nested.push(
      classText(`class ${name} extends cdk.NestedStack`, 'scope: cdk.Stack, parameters: Record<string, string>', [
        `super(scope, ${print(name)}, ${props});`,
        // By it the stack names its template, which `cdk diff` reads.
        `this.node.setContext('aws:cdk:enable-asset-metadata', true);`,
        ...this.statements(file, raw),
      ]),
    );
    const variable = writer.declare(id);
    const parameters = print(writer.code(resource.Properties['Parameters'] ?? {}), '    ');
    return [
      `const ${variable} = new ${name}(this, ${parameters}).nestedStackResource as cdk.CfnResource;`,
      `${variable}.overrideLogicalId(${print(id)});`,
      ...writer.options(variable, resource),
    ];
  }
}

function assetStatement({ hash, packaging }: Asset): string {
  const kind = packaging === 'zip' ? 'ZIP_DIRECTORY' : 'FILE';
  const asset = {
    fileName: new Code(`join(__dirname, 'assets/${hash}')`),
    packaging: new Code(`cdk.FileAssetPackaging.${kind}`),
    sourceHash: hash,
  };
  return `this.synthesizer.addFileAsset(${print(asset, '    ')});`;
}

function classText(head: string, parameters: string, body: readonly string[]): string {
  const lines = body.map((line) => `    ${line}\n`).join('');
  return `${head} {\n  constructor(${parameters}) {\n${lines}  }\n}\n`;
}

/** Pseudo parameters, by their names in a template. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': 'ACCOUNT_ID',
  'AWS::NoValue': 'NO_VALUE',
  'AWS::Partition': 'PARTITION',
  'AWS::Region': 'REGION',
  'AWS::StackId': 'STACK_ID',
  'AWS::StackName': 'STACK_NAME',
  'AWS::URLSuffix': 'URL_SUFFIX',
};

/** Names of CloudFormation's policies, in CDK. */
const POLICIES: Readonly<Record<string, string>> = {
  Delete: 'DELETE',
  Retain: 'RETAIN',
  RetainExceptOnCreate: 'RETAIN_EXCEPT_ON_CREATE',
  Snapshot: 'SNAPSHOT',
};

/** Writes the parts of one template as code. */
class TemplateWriter {
  private readonly variables = new VariableNames();
  private readonly declared = new Map<string, string>();
  private readonly stack = new Stack(new App({ analyticsReporting: false }), 'Read');
  private readonly include: CfnInclude;
  private readonly referenced: ReadonlySet<string>;

  constructor(file: string, { Resources: resources, Outputs: outputs }: Template) {
    this.include = new CfnInclude(this.stack, 'Template', { templateFile: file });
    const all = [...Object.values(resources), ...Object.values(outputs)];
    const named = [...JSON.stringify(all).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"([^"]+)"/g)].map(([, id = '']) => id);
    this.referenced = new Set([...named, ...Object.values(resources).flatMap(({ DependsOn: ids }) => ids)]);
  }

  /** The variable of a resource from here on. */
  declare(id: string): string {
    const variable = this.variables.of(id.replace(/[0-9A-F]{8}$/, ''));
    this.declared.set(id, variable);
    return variable;
  }

  declaration(id: string, resource: Resource): readonly string[] {
    const made = this.construct(id, resource);
    if (!this.referenced.has(id) && resource.DependsOn.length === 0) {
      const options = this.options(made, resource);
      return options.length > 0 ? options : [`${made};`];
    }
    const variable = this.declare(id);
    return [`const ${variable} = ${made};`, ...this.options(variable, resource)];
  }

  private construct(id: string, { Type: type, Properties: properties }: Resource): string {
    const element = this.include.getResource(id);
    const { fqn } = (element.constructor as unknown as Readonly<Record<symbol, { readonly fqn: string }>>)[RTTI] ?? {};
    if (element.constructor === CfnResource || fqn === undefined) {
      const raw = { type, properties: this.code(properties) };
      return `new cdk.CfnResource(this, ${print(id)}, ${print(raw, '    ')})`;
    }
    const { cfnProperties } = element as unknown as { readonly cfnProperties: unknown };
    const props = this.stack.resolve(cfnProperties) as Json;
    return `new ${fqn.replace('aws-cdk-lib', 'cdk')}(this, ${print(id)}, ${print(this.code(withTags(props)), '    ')})`;
  }

  /** What a resource has besides its properties. */
  options(variable: string, resource: Resource): readonly string[] {
    const { DeletionPolicy: deletion, UpdateReplacePolicy: replacement, Metadata: metadata } = resource;
    const policy = (name: string | undefined) => name && new Code(`cdk.CfnDeletionPolicy.${String(POLICIES[name])}`);
    const options = {
      deletionPolicy: policy(deletion),
      updateReplacePolicy: policy(replacement),
      metadata: metadata && this.code(metadata),
    };
    if (Object.values(options).every((one) => one === undefined)) return [];
    return [`Object.assign(${variable}.cfnOptions, ${print(options, '    ')});`];
  }

  dependencies(id: string, { DependsOn: ids }: Resource): readonly string[] {
    if (ids.length === 0) return [];
    const variable = String(this.declared.get(id));
    const sorted = ids.toSorted((one, other) => one.localeCompare(other));
    if (sorted.join() !== ids.join()) return [`${variable}.addOverride('DependsOn', ${print(ids, '    ')});`];
    return ids.map((one) => `${variable}.addResourceDependency(${String(this.declared.get(one))});`);
  }

  output(
    id: string,
    { Value: value, Description: description, Export: exported }: Template['Outputs'][string],
  ): string {
    const exportName = exported && this.code(exported.Name);
    return `new cdk.CfnOutput(this, ${print(id)}, ${print({ value: this.code(value), description, exportName }, '    ')});`;
  }

  /** A value of a template with code in place of its functions. */
  code(value: Json): Printable {
    if (value === null || typeof value !== 'object') return value;
    if (isList(value)) return value.map((item) => this.code(item));
    const [only, ...more] = Object.entries(value);
    if (only !== undefined && more.length === 0 && /^(Ref$|Fn::)/.test(only[0])) return this.call(...only);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.code(item)]));
  }

  private call(name: string, argument: Json): Code {
    const list = isList(argument) ? argument : [argument];
    const [first, second] = list;
    if (name === 'Ref') return this.reference(text(first));
    if (name === 'Fn::GetAtt') return this.attribute(text(first), text(second));
    if (name === 'Fn::Join' && first === '' && second !== undefined && isList(second))
      return template(second.map((part) => (typeof part === 'string' ? part : asCode(this.code(part)))));
    if (!PLAIN_FUNCTIONS.has(name))
      return new Code(`cdk.Token.asString(${print({ [name]: this.code(argument) }, '    ')})`);
    const words = list.map((one) => print(this.code(one), '    '));
    return new Code(`cdk.Fn.${lowerFirst(name.slice('Fn::'.length))}(${words.join(', ')})`);
  }

  private reference(id: string): Code {
    const pseudo = PSEUDO[id];
    if (pseudo !== undefined) return new Code(`cdk.Aws.${pseudo}`);
    const variable = this.declared.get(id);
    return new Code(variable === undefined ? `cdk.Fn.ref(${print(id)})` : `${variable}.ref`);
  }

  private attribute(id: string, name: string): Code {
    const variable = this.declared.get(id);
    if (variable === undefined) return new Code(`cdk.Fn.getAtt(${print(id)}, ${print(name)}).toString()`);
    const element = this.include.getResource(id) as unknown as Readonly<Record<string, unknown>>;
    const property = `attr${name.replaceAll('.', '')}`;
    if (typeof element[property] === 'string') return new Code(`${variable}.${property}`);
    return new Code(`${variable}.getAtt(${print(name)}).toString()`);
  }
}

/** Functions that CDK has under the same name, with the same arguments. */
const PLAIN_FUNCTIONS: ReadonlySet<string> = new Set(['Fn::ImportValue', 'Fn::Select', 'Fn::Split', 'Fn::Sub']);

/** @throws Error where a function names something by anything else */
function text(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new Error(`a template must name what it refers to by a text, got ${JSON.stringify(value)}`);
}

/** Where jsii notes the name of a class. */
const RTTI = Symbol.for('jsii.rtti');

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function asCode(value: Printable): Code {
  return value instanceof Code ? value : new Code(print(value));
}

/** Tags as constructs take them: a template has the names of their keys in upper case. */
function withTags(props: Json): Json {
  if (props === null || typeof props !== 'object' || isList(props)) return props;
  const { tags, ...rest } = props;
  if (tags === undefined || tags === null || !isList(tags)) return props;
  const lower = (tags as readonly JsonObject[]).map(({ Key, key = Key, Value, value = Value }) => ({ key, value }));
  return { ...rest, tags: lower as Json };
}
