export { issueCertificate } from './certificates';
export type { CertificateRequest } from './certificates';
export { launch } from './main';
export { hosts, services } from './services';
export { launchCommand } from './launch-command';
export { pathsOf, portsOf } from './layout';
export { readSettings } from './settings';
export type { OsUser, Settings } from './settings';
export { stop } from './stop';
