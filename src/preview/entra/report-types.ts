import type { PulumiKind } from '../../estate/plan/stacks/stacks';
import type { Action, ActionCounts } from '../blocks/actions';

/** Directories and the resource group of Azure that the estate names. */
export interface ReportClouds {
  readonly workforce?: ReportDirectory;
  readonly customers?: ReportDirectory;
  readonly azure?: { readonly resourceGroup: string; readonly location: string };
}

export interface ReportDirectory {
  readonly product: 'Entra ID' | 'Azure AD B2C' | 'Entra External ID';
  /** First label of the initial domain, where the estate has it. */
  readonly name?: string;
}

/** Differences from the base in the programs. */
export interface EntraChanges {
  /** Reason why nothing could be compared. */
  readonly notCompared?: string;
  readonly counts: ActionCounts;
  /** Stacks that the base deploys and head does not: nothing deletes them. In sentences. */
  readonly abandoned: readonly string[];
  /** The dangerous ones first. */
  readonly resources: readonly ResourceChange[];
}

export interface ResourceChange {
  readonly action: Action;
  readonly program: PulumiKind;
  readonly what: string;
  readonly label: string;
  readonly key: string;
  /** Inputs that differ; of a created or deleted resource, none. */
  readonly inputs: readonly InputChange[];
  /** Consequences that must not be overlooked, in sentences. */
  readonly dangers: readonly string[];
  /** Other facts to know of it, in sentences. */
  readonly notes: readonly string[];
}

export interface InputChange {
  /** `displayName`, `web.redirectUris`. */
  readonly name: string;
  /** Absent where the base has no such input. Of lists on both sides, here and in `after`, only the items that differ. */
  readonly before?: string;
  readonly after?: string;
  /** True if the provider can't change it in place. */
  readonly forcesReplacement: boolean;
}
