import type { EmergencyMembers } from '../../estate/sections/emergency/emergency';
import type { ReportPlace, Risk } from '../report-place';

/** The way to AWS that does without IAM Identity Center. */
export interface EmergencyReport {
  readonly place: ReportPlace;
  /** `pending`: nothing is deployed to AWS until the metadata of the identity provider is there. */
  readonly state: 'deployable' | 'pending';
  /** The account that people sign in to. */
  readonly account: ReportEmergencyAccount;
  readonly who: EmergencyWho;
  /** Sign-in addresses of AWS, the preferred one first. */
  readonly signInUrls: readonly string[];
  readonly sessionMinutes: number;
  /** Sorted by name. */
  readonly roles: readonly ReportEmergencyRole[];
  readonly emails: readonly string[];
  /** Regions in which uses are listened for, sorted. */
  readonly alarmRegions: readonly string[];
}

export interface ReportEmergencyAccount {
  readonly id: string;
  readonly name: string;
  readonly isManagement: boolean;
}

export type EmergencyWho =
  | {
      readonly kind: 'group';
      readonly group: string;
      readonly members: EmergencyMembers;
      readonly application: string;
      readonly secondFactor: 'asked' | 'reported' | 'elsewhere' | 'none';
    }
  /** Another identity provider than Entra ID says it. */
  | { readonly kind: 'other' };

export interface ReportEmergencyRole {
  readonly name: string;
  readonly description?: string;
  readonly place: ReportPlace;
  /** Sorted by id. */
  readonly accounts: readonly ReportEmergencyAccount[];
  /** Names or ARNs, sorted. */
  readonly policies: readonly string[];
  readonly boundary?: string;
  /** Empty where it may act in all. */
  readonly regions: readonly string[];
}

/** Change of who may do what in an emergency. */
export interface EmergencyChange {
  readonly kind: 'gained' | 'lost' | 'changed';
  readonly text: string;
  readonly risks: readonly Risk[];
}
