export * from './ids';
export * from './topology-record';
export * from './define-event';
export * from './events';
export * from './agent-messages';
export * from './control-messages';
export * from './subjects';
export * from './problems';
