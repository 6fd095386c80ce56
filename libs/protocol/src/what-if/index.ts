export * from './situation';
export type { RehearsedStep } from './stage';
export { rehearse } from './rehearse';
export { answerTo, whatIf, type WhatIfAnswer, type WhatIfOutcome } from './answer';
