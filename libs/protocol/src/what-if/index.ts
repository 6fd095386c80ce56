export * from './situation';
export { rehearse } from './rehearse';
export { answerTo, whatIf } from './answer';
