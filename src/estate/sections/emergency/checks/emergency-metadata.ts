import type { Emergency } from '../emergency';
import { METADATA_CHARACTERS } from '../limits';
import type { FileText } from '../../../source/estate-folder';
import type { Issue } from '../../../source/finding';
import { isInside } from '../../access/policy-files';
import { parseSamlMetadata } from '../../../source/saml-metadata';
import { error, warning } from '../../shared/issue';

interface MetadataContext {
  readonly metadata: FileText;
  readonly tenantId: string | undefined;
}

/** The SAML metadata that IAM trusts: that it is there, and of whom it is. */
export function checkEmergencyMetadata(emergency: Emergency, context: MetadataContext): readonly Issue[] {
  const { metadata, tenantId } = context;
  if (!isInside(emergency.metadataFile)) {
    return [wrong(emergency, "leaves the estate's folder", 'a path relative to the folder and inside it')];
  }
  switch (metadata.kind) {
    case 'missing':
      return [pending(emergency)];
    case 'refused':
      return [wrong(emergency, metadata.problem, metadata.allowed)];
    case 'text':
      return checkText(emergency, metadata.text, tenantId);
  }
}

function wrong({ at, metadataFile }: Emergency, problem: string, allowed: string): Issue {
  return error('emergency-metadata', [...at, 'metadataFile'], { value: metadataFile, problem, allowed });
}

function checkText(emergency: Emergency, text: string, tenantId: string | undefined): readonly Issue[] {
  const parsed = parseSamlMetadata(text);
  if (parsed === undefined || parsed.thumbprints.length === 0) {
    const problem = 'is not SAML metadata of an identity provider with a signing certificate';
    return [wrong(emergency, problem, howToMake(emergency))];
  }
  const { min, max } = METADATA_CHARACTERS;
  const { length } = text;
  const expected = `https://sts.windows.net/${tenantId ?? ''}/`;
  const isOfTenant = emergency.application === undefined || tenantId === undefined || parsed.entityId === expected;
  return [
    ...(length < min || length > max ? [wrong(emergency, `has ${length} characters`, `${min} to ${max}`)] : []),
    ...(isOfTenant
      ? []
      : [wrong(emergency, `is the metadata of '${parsed.entityId}'`, `that of this tenant: ${expected}`)]),
  ];
}

function pending(emergency: Emergency): Issue {
  return warning('emergency-pending', [...emergency.at, 'metadataFile'], {
    value: emergency.metadataFile,
    problem: 'is not there yet: nothing of the emergency access is deployed to AWS',
    allowed: howToMake(emergency),
  });
}

function howToMake({ application }: Emergency): string {
  return application === undefined
    ? 'the metadata that your identity provider offers for AWS'
    : 'run the workforce program, then save what its output emergencyMetadataUrl leads to';
}
