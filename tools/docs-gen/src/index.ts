export * from './generated-files';
export * from './compatibility';
export * from './snapshot';
