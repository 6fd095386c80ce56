export { instanceManagerConfig, type InstanceManagerConfig } from './instance-manager.config';
export { startInstanceManager } from './instance-manager.application';
