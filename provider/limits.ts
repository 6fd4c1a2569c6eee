/** A B2C user flow's id: 64 characters at most, with the prefix of every user flow. */
export const FLOW_ID = /^B2C_1_[A-Za-z0-9_-]{1,58}$/;

/** Microsoft Graph, 'servicePrincipal: addTokenSigningCertificate': endDateTime. */
export const CERTIFICATE_YEARS = 3;
