import type { Emergency } from '../emergency';
import { METADATA_CHARACTERS } from '../emergency';
import type { FileText } from '../estate-folder';
import type { Issue } from '../finding';
import { isInside } from '../policy-files';
import { parseSamlMetadata } from '../saml-metadata';
import { error, warning } from './issue';

interface MetadataContext {
  readonly metadata: FileText;
  readonly tenantId: string | undefined;
}

/** The SAML metadata that IAM trusts: that it is there, and of whom it is. */
export function checkEmergencyMetadata(
  emergency: Emergency,
  { metadata, tenantId }: MetadataContext,
): readonly Issue[] {
  const { at, metadataFile, application } = emergency;
  const place = [...at, 'metadataFile'];
  const wrong = (problem: string, allowed: string): readonly Issue[] => [
    error('emergency-metadata', place, { value: metadataFile, problem, allowed }),
  ];
  if (!isInside(metadataFile)) {
    return wrong("leaves the estate's folder", 'a path relative to the folder and inside it');
  }
  if (metadata.kind === 'missing') return [pending(emergency)];
  if (metadata.kind === 'refused') return wrong(metadata.problem, metadata.allowed);
  const parsed = parseSamlMetadata(metadata.text);
  if (parsed === undefined || parsed.thumbprints.length === 0) {
    return wrong('is no SAML metadata of an identity provider, with a certificate that signs', HOW[kindOf(emergency)]);
  }
  const { min, max } = METADATA_CHARACTERS;
  const { length } = metadata.text;
  const expected = `https://sts.windows.net/${tenantId ?? ''}/`;
  return [
    ...(length < min || length > max ? wrong(`has ${length} characters`, `${min} to ${max}`) : []),
    ...(application !== undefined && tenantId !== undefined && parsed.entityId !== expected
      ? wrong(`is the metadata of '${parsed.entityId}'`, `that of this tenant: ${expected}`)
      : []),
  ];
}

function pending(emergency: Emergency): Issue {
  return warning('emergency-pending', [...emergency.at, 'metadataFile'], {
    value: emergency.metadataFile,
    problem: 'is not there yet: nothing of the emergency access is deployed to AWS',
    allowed: HOW[kindOf(emergency)],
  });
}

function kindOf({ application }: Emergency): keyof typeof HOW {
  return application === undefined ? 'other' : 'entra';
}

const HOW = {
  entra: 'run the workforce program, then save what its output emergencyMetadataUrl leads to',
  other: 'the metadata that your identity provider offers for AWS',
} as const;
