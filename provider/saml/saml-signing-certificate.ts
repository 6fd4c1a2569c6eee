import { createOnce, readAgreed, readOrGone } from '../graph/steps';
import { keepOnFault, type Context, type Created, type Known, type Live, type ResourceType } from '../resource';
import type { Properties } from '../values';
import {
  certificatesOf,
  findSigner,
  getSigner,
  inOneOrder,
  servicePrincipalPath,
  withoutCertificate,
  type Certificate,
  type Signer,
} from './credentials';
import { certificateRules, endAsDeclared, SamlSigningCertificateInputs, SIGNS_UNKNOWN, withDefaults } from './inputs';

/** Signing certificates of SAML applications: https://learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate */
export const samlSigningCertificate: ResourceType<SamlSigningCertificateInputs> = {
  schema: SamlSigningCertificateInputs,
  // A signed certificate can't be changed. One that signs is not replaced either: the rules refuse it.
  replaceOn: ['servicePrincipalId', 'displayName', 'endDateTime'],
  withDefaults,
  rules: certificateRules,
  asDeclared: (read, declared) => ({
    ...read,
    endDateTime: endAsDeclared(read['endDateTime'], declared['endDateTime']),
  }),
  create,
  read,
  update,
  delete: remove,
};

/** Id of a certificate: `<service principal>/<thumbprint>`. */
function idOf(servicePrincipalId: string, thumbprint: string): string {
  return `${servicePrincipalId}/${thumbprint}`;
}

function partsOf(id: string): { readonly servicePrincipalId: string; readonly thumbprint: string } {
  const [servicePrincipalId, thumbprint, ...more] = id.split('/');
  if (!servicePrincipalId || !thumbprint || more.length > 0) {
    throw new Error(
      `the id of a signing certificate must be <object id of the service principal>/<thumbprint>, got '${id}'`,
    );
  }
  return { servicePrincipalId, thumbprint: thumbprint.toUpperCase() };
}

function create(inputs: SamlSigningCertificateInputs, context: Context): Promise<Created> {
  const { servicePrincipalId, active } = inputs;
  return context.locks.run(servicePrincipalId, async () => {
    if (active) await refuseBesideSigner(inputs, context);
    const certificate = await adoptOrAdd(inputs, context);
    const id = idOf(servicePrincipalId, certificate.thumbprint);
    const kept = { id, outputs: outputsOf(certificate, false) };
    if (active) await keepOnFault(kept, () => activate(context, servicePrincipalId, certificate.thumbprint));
    return { id, outputs: outputsOf(certificate, active) };
  });
}

/** @throws Error if another certificate signs that has not ended: whoever trusts that one does not have the new one */
async function refuseBesideSigner(inputs: SamlSigningCertificateInputs, context: Context): Promise<void> {
  const signer = await getSigner(context, inputs.servicePrincipalId);
  const active = certificatesOf(signer).find(({ thumbprint }) => thumbprint === signer.activeThumbprint);
  if (active === undefined || new Date(active.endDateTime) <= new Date() || isSame(active, inputs)) return;
  throw new Error(
    `'${inputs.displayName}' would sign at once in place of '${active.displayName}' (${active.thumbprint}), and ${SIGNS_UNKNOWN}`,
  );
}

/** Name and end tell a service principal's certificates apart. */
function isSame(one: Certificate, { displayName, endDateTime }: SamlSigningCertificateInputs): boolean {
  return one.displayName === displayName && one.endDateTime === endDateTime;
}

/** A certificate that has name and end already is what an earlier attempt left. */
async function adoptOrAdd(inputs: SamlSigningCertificateInputs, context: Context): Promise<Certificate> {
  const { servicePrincipalId, displayName, endDateTime } = inputs;
  const find = async (): Promise<Certificate | undefined> => {
    const all = certificatesOf(await getSigner(context, servicePrincipalId));
    return all.find((one) => isSame(one, inputs));
  };
  // An attempt that was killed seconds ago may have made it on a replica that lags; a second one would be offered to sign.
  const existing = await readOrGone(context, find);
  if (existing !== undefined) {
    context.warn(`the signing certificate '${displayName}' until ${endDateTime} exists already and is taken over`);
    return existing;
  }
  const path = `${servicePrincipalPath(servicePrincipalId)}/addTokenSigningCertificate`;
  const body = { displayName, endDateTime };
  await createOnce(context, {
    post: () => context.graph.send({ method: 'POST', path, body, once: true, missing: 'lags' }),
    find: async () => ((await find()) === undefined ? undefined : {}),
  });
  // The answer holds the private key's password: nothing of it is used.
  return context.waiter.until(`signing certificate '${displayName}' of ${servicePrincipalId}`, find);
}

/** Makes this the certificate that signs, and waits until it reads so. */
async function activate(context: Context, servicePrincipalId: string, thumbprint: string): Promise<void> {
  await context.waiter.until(`activation of the signing certificate ${thumbprint}`, async () => {
    if ((await getSigner(context, servicePrincipalId)).activeThumbprint === thumbprint) return true;
    const path = servicePrincipalPath(servicePrincipalId);
    const body = { preferredTokenSigningKeyThumbprint: thumbprint };
    await context.graph.send({ method: 'PATCH', path, body, missing: 'lags' });
    return undefined;
  });
}

async function read(
  id: string,
  known: Known<SamlSigningCertificateInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const { servicePrincipalId, thumbprint } = partsOf(id);
  const found = await readOrGone(context, async () => {
    const signer = await findSigner(context, servicePrincipalId);
    const certificate = signer && findCertificate(signer, thumbprint);
    return signer && certificate && { signer, certificate };
  });
  if (found === undefined) return undefined;
  const { signer, certificate } = found;
  const isActive = signer.activeThumbprint === thumbprint;
  // One that need not sign may do so as long as no other is activated.
  const active = known?.inputs.active === false ? false : isActive;
  const { displayName } = certificate;
  const endDateTime = endAsDeclared(certificate.endDateTime, known?.inputs.endDateTime);
  const inputs = { servicePrincipalId, displayName, endDateTime, active };
  return { inputs, outputs: outputsOf(certificate, isActive) };
}

function findCertificate(signer: Signer, thumbprint: string): Certificate | undefined {
  return certificatesOf(signer).find((one) => one.thumbprint === thumbprint);
}

function outputsOf({ thumbprint, certificate, startDateTime }: Certificate, isActive: boolean): Properties {
  return { thumbprint, certificate, startDateTime, isActive };
}

function update(
  id: string,
  { news }: { readonly news: SamlSigningCertificateInputs },
  context: Context,
): Promise<Properties> {
  const { servicePrincipalId, thumbprint } = partsOf(id);
  return context.locks.run(servicePrincipalId, async () => {
    if (news.active) await activate(context, servicePrincipalId, thumbprint);
    const found = await readOrGone(context, async () => {
      const signer = await getSigner(context, servicePrincipalId);
      const certificate = findCertificate(signer, thumbprint);
      return certificate && outputsOf(certificate, news.active || signer.activeThumbprint === thumbprint);
    });
    if (found !== undefined) return found;
    throw new Error(`the signing certificate ${thumbprint} is gone; run \`pulumi refresh\``);
  });
}

/**
 * Removes this certificate alone. With the last one SAML can't work any more and Graph would refuse to delete the
 * application in SAML mode (DeletingSamlSpNotAllowed), so the mode goes with it; as long as the program has another one, the mode
 * stays whatever an answer shows.
 */
function remove(id: string, _: Known<Properties>, context: Context): Promise<void> {
  const { servicePrincipalId, thumbprint } = partsOf(id);
  const path = servicePrincipalPath(servicePrincipalId);
  return context.locks.run(servicePrincipalId, async () => {
    await context.waiter.until(`removal of the signing certificate ${thumbprint}`, async () => {
      const kept = keptBy(context, { servicePrincipalId, thumbprint });
      const signer = await readAgreed(context, {
        what: `the signing certificates of ${servicePrincipalId}`,
        read: () => findSigner(context, servicePrincipalId),
        lacks: (found) => (found === undefined ? [] : lackedBy(found, kept)),
        compared: (found) => found && inOneOrder(found),
      });
      if (signer === undefined) return true;
      const body = removal(signer, thumbprint);
      if (body === undefined) return true;
      warnIfNoneSigns(signer, thumbprint, context);
      await context.graph.sendIfThere({ method: 'PATCH', path, body });
      return undefined;
    });
  });
}

/** Certificates of the application that the program has beside the one that goes. */
interface Kept {
  readonly all: readonly string[];
  /** Those of them that the program lets sign: one, unless another is replaced in this very run. */
  readonly active: readonly string[];
}

function keptBy({ held }: Context, gone: ReturnType<typeof partsOf>): Kept {
  const others = held()
    .map(({ id, inputs }) => ({ ...partsOf(id), isActive: inputs['active'] === true }))
    .filter((one) => one.servicePrincipalId === gone.servicePrincipalId && one.thumbprint !== gone.thumbprint);
  const thumbprints = (some: typeof others): readonly string[] => some.map((one) => one.thumbprint);
  return { all: thumbprints(others), active: thumbprints(others.filter((one) => one.isActive)) };
}

/** Parts that an answer of a replica that lags lacks, in words. */
function lackedBy(signer: Signer, { all, active }: Kept): readonly string[] {
  const missing = all.filter((one) => findCertificate(signer, one) === undefined);
  const isActivated = active.length === 0 || active.some((one) => one === signer.activeThumbprint);
  return [
    ...missing.map((one) => `the certificate ${one}`),
    ...(isActivated ? [] : [`the activation of ${active.join(' or ')}`]),
  ];
}

/** Changes left to make at the service principal; undefined if there are none. */
function removal(signer: Signer, thumbprint: string): Properties | undefined {
  const certificate = findCertificate(signer, thumbprint);
  const isLast = certificatesOf(signer).every((one) => one.thumbprint === thumbprint);
  const leavesSaml = isLast && signer.mode === 'saml';
  const wasActive = signer.activeThumbprint === thumbprint;
  if (certificate === undefined && !leavesSaml && !wasActive) return undefined;
  return {
    ...(certificate !== undefined && withoutCertificate(signer, certificate)),
    ...(wasActive && { preferredTokenSigningKeyThumbprint: null }),
    ...(leavesSaml && { preferredSingleSignOnMode: null }),
  };
}

function warnIfNoneSigns(signer: Signer, thumbprint: string, { warn }: Context): void {
  const others = certificatesOf(signer).filter((one) => one.thumbprint !== thumbprint);
  if (signer.activeThumbprint !== thumbprint || others.length === 0) return;
  warn(
    `the signing certificate ${thumbprint} was the active one; none of the ${others.length} that remain is activated`,
  );
}
