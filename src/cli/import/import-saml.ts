import { join } from 'node:path';
import { z } from 'zod';
import { Session } from '../../../provider/session';
import { trustCertificateFile } from '../../../provider/trust';
import { runStackOutput } from '../../clouds/pulumi/read-made';
import { entraAws, shellLine } from '../../deploy/steps/command';
import type { EstatePlan } from '../../estate/plan/planner';
import { stackName } from '../../estate/plan/stacks/stacks';
import { ACS_URL, SAML_ISSUER } from '../../estate/sections/limits';
import { CONSOLE_STEPS } from '../../estate/sections/workforce/console-steps';
import type { SamlSettings } from '../../estate/sections/workforce/workforce';
import { parseQuietly } from '../../estate/source/json-source';
import { parseSamlMetadata, parseServiceMetadata } from '../../estate/source/saml-metadata';
import { EXIT, readGiven, UsageError, writeAtomically } from '../program/cli';

export interface SamlImport {
  readonly name: string;
  readonly estates: string;
  /** Metadata that IAM Identity Center offers for download. */
  readonly file: string;
  /** Folder for Entra's metadata. @default it is not fetched */
  readonly out: string | undefined;
  /** Undefined before there is an estate. */
  readonly plan: EstatePlan | undefined;
  readonly print: (text: string) => void;
}

/** Addresses of IAM Identity Center, by the keys of the estate. */
type Addresses = Pick<SamlSettings, 'identifier' | 'replyUrl' | 'additionalReplyUrls' | 'signOnUrl'>;

const METADATA =
  'the SAML metadata of IAM Identity Center (Settings > Identity source > Actions > Manage authentication > Download metadata file)';

/** Reads the addresses of IAM Identity Center from its metadata, and compares or proposes them. @returns the exit code */
export async function importFromSaml(request: SamlImport): Promise<number> {
  const { file, plan, out, print } = request;
  const found = addressesIn(await readGiven(file, METADATA));
  if (found === undefined) throw new UsageError(`${file} must be ${METADATA}`);
  const declared = plan?.estate.workforce?.awsApplication?.saml;
  const code = declared === undefined ? propose(found, print) : compare(found, declared, print);
  if (out !== undefined) await writeEntraMetadata(out, request);
  return code;
}

function addressesIn(text: string): Addresses | undefined {
  const { entityId = '', replyUrls = [] } = parseServiceMetadata(text) ?? {};
  const [replyUrl, ...additionalReplyUrls] = replyUrls;
  if (!SAML_ISSUER.test(entityId) || replyUrl === undefined || !replyUrls.every((url) => ACS_URL.test(url)))
    return undefined;
  const directory = entityId.slice(entityId.lastIndexOf('/') + 1);
  return { identifier: entityId, replyUrl, additionalReplyUrls, signOnUrl: `https://${directory}.awsapps.com/start` };
}

function yamlOf({ identifier, replyUrl, additionalReplyUrls, signOnUrl }: Addresses): string {
  return [
    'workforce:',
    '  awsApplication:',
    '    saml:',
    `      identifier: ${identifier}`,
    `      replyUrl: ${replyUrl}`,
    ...(additionalReplyUrls.length === 0 ? [] : ['      additionalReplyUrls:']),
    ...additionalReplyUrls.map((url) => `        - ${url}`),
    `      signOnUrl: ${signOnUrl}`,
    '',
  ].join('\n');
}

const PORTAL =
  'The metadata has no access portal URL: signOnUrl is the default one, and another if somebody chose a subdomain.';

function propose(found: Addresses, print: SamlImport['print']): number {
  print(`The estate has no workforce.awsApplication yet. Its addresses:\n\n${yamlOf(found)}\n${PORTAL}\n`);
  return EXIT.ok;
}

/** A portal of the default name tells its directory; a chosen subdomain does not. */
const DEFAULT_PORTAL = /^https:\/\/d-[0-9a-z]{10}\.awsapps\.com\//;

function compare(found: Addresses, declared: Addresses, print: SamlImport['print']): number {
  const isChosen = !DEFAULT_PORTAL.test(declared.signOnUrl);
  const faults = (['identifier', 'replyUrl', 'additionalReplyUrls', 'signOnUrl'] as const).filter((key) => {
    if (key === 'signOnUrl' && isChosen) return false;
    return [found[key]].flat().toSorted().join(' ') !== [declared[key]].flat().toSorted().join(' ');
  });
  for (const key of faults)
    print(
      `workforce.awsApplication.saml.${key} is '${String(declared[key])}', but the metadata has '${String(found[key])}'\n`,
    );
  if (faults.length === 0) print('The addresses of the estate are those of the metadata\n');
  else print(`\n${yamlOf(isChosen ? { ...found, signOnUrl: declared.signOnUrl } : found)}`);
  return faults.length === 0 ? EXIT.ok : EXIT.failed;
}

const Outputs = z.object({ federationMetadataUrl: z.url() });

/** Writes Entra's metadata as AWS takes it, and says which certificate it has. @throws Error unless it is the tenant's */
async function writeEntraMetadata(out: string, { name, estates, plan, print }: SamlImport): Promise<void> {
  const { tenantId } = plan?.estate.workforce ?? {};
  if (tenantId === undefined) throw new UsageError(`--out needs workforce.tenantId in the estate ${name}`);
  const { body, thumbprints, ends } = await fetchEntraMetadata(stackName(name, 'workforce'), tenantId);
  const file = join(out, 'entra-metadata.xml');
  await writeAtomically(file, body);
  print(`${file} written: upload it in IAM Identity Center\n`);
  for (const [index, thumbprint] of thumbprints.entries())
    print(`  certificate ${thumbprint}, ends on ${String(ends[index])}\n`);
  const done = entraAws(`steps done ${CONSOLE_STEPS.metadata}`, { estate: name, estates }, '--by NAME --metadata');
  print(`Then record it: ${shellLine({ words: [...done.words, file] })}\n`);
}

/** Fetches what the application's address serves to anybody. @throws Error unless it is metadata of the tenant with a certificate */
async function fetchEntraMetadata(stack: string, tenantId: string) {
  const { data } = Outputs.safeParse(parseQuietly(await runStackOutput(stack)));
  if (data === undefined)
    throw new Error(`the stack ${stack} has no federationMetadataUrl: deploy the workforce program first`);
  const url = data.federationMetadataUrl;
  trustCertificateFile(process.env['SSL_CERT_FILE']);
  const { status, body } = await new Session().web.send({ method: 'GET', url });
  const metadata = status === 200 ? parseSamlMetadata(body) : undefined;
  if (metadata?.entityId !== `https://sts.windows.net/${tenantId}/`)
    throw new Error(`${url} answers ${status}, and not the metadata of the tenant ${tenantId}`);
  if (metadata.thumbprints.length === 0) throw new Error(`${url} has no certificate that signs`);
  return { body, ...metadata };
}
