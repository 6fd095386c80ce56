/** Under which id the secrets table keeps an instance's SCRAM verifier for as long as the instance lives. */
export const verifierSecret = (instanceId: string): string => `scram-verifier:${instanceId}`;
