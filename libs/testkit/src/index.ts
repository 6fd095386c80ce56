export * from './eventually';
export * from './owned-process';
export * from './provider';
export * from './local-postgres';
export * from './local-nats';
export * from './containers';
export * from './scratch';
export * from './source-process';
