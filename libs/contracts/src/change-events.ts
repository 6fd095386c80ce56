import { z } from 'zod';
import { defineEvent } from './define-event';
import { instanceId, instanceName } from './ids';
import { sample } from './sample';

const operationId = z.string();
const ids = { instanceId: sample.instanceId, operationId: sample.operationId };
const problem = z.object({ code: z.string(), detail: z.string() });

/** Words of the user's own about an instance; what they mean is the user's affair. */
export const instanceTags = z
  .record(
    z.string().regex(/^[a-z][a-z0-9._/-]{0,62}$/, {
      message: 'a tag is named by 1-63 lower-case letters, digits, dots, slashes, hyphens and underscores',
    }),
    // PostgreSQL's jsonb takes neither a zero character nor half of a surrogate pair.
    z
      .string()
      .max(255)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'has no control characters' }),
  )
  .refine((tags) => Object.keys(tags).length <= 50, { message: 'at most 50 tags' });
export type InstanceTags = z.infer<typeof instanceTags>;

export const InstanceAllocationRenamed = defineEvent({
  type: 'InstanceAllocationRenamed',
  schemaVersion: 1,
  category: 'allocation',
  summary: 'An instance has another name; the old one is free.',
  data: z.object({ instanceId, name: instanceName }),
  example: { instanceId: sample.instanceId, name: 'sales' },
});
export const InstanceRenamed = defineEvent({
  type: 'InstanceRenamed',
  schemaVersion: 1,
  category: 'instance',
  summary: 'The instance has another name; its id, nodes and connection strings stay.',
  data: z.object({ instanceId, operationId, from: instanceName, to: instanceName }),
  example: { ...ids, from: 'orders', to: 'sales' },
});
export const InstanceTagged = defineEvent({
  type: 'InstanceTagged',
  schemaVersion: 1,
  category: 'instance',
  summary: 'The tags of the instance were replaced by these.',
  data: z.object({ instanceId, operationId, tags: instanceTags }),
  example: { ...ids, tags: { team: 'shop' } },
});
export const DeletionProtectionTurnedOn = defineEvent({
  type: 'DeletionProtectionTurnedOn',
  schemaVersion: 1,
  category: 'instance',
  summary: 'The instance cannot be deleted until the protection is turned off.',
  data: z.object({ instanceId, operationId }),
  example: ids,
});
export const DeletionProtectionTurnedOff = defineEvent({
  type: 'DeletionProtectionTurnedOff',
  schemaVersion: 1,
  category: 'instance',
  summary: 'The instance may be deleted again.',
  data: z.object({ instanceId, operationId }),
  example: ids,
});
export const InstanceCreationGivenUp = defineEvent({
  type: 'InstanceCreationGivenUp',
  schemaVersion: 1,
  category: 'instance',
  summary: 'The creation is taken back; from here on nothing but its removal goes on.',
  data: z.object({ instanceId, operationId, problem }),
  example: { ...ids, problem: { code: 'unavailable', detail: 'Not created within 120 s.' } },
});

/** A step is done when the next one starts, or when its operation ends. */
export const OperationStepStarted = defineEvent({
  type: 'OperationStepStarted',
  schemaVersion: 1,
  category: 'operation',
  summary: 'An operation has come to this step; recorded before anything of the step is done.',
  data: z.object({ operationId, instanceId, step: z.string() }),
  example: { ...ids, step: 'open the primary' },
});
export const InstanceChangeCompleted = defineEvent({
  type: 'InstanceChangeCompleted',
  schemaVersion: 1,
  category: 'operation',
  summary: 'The settings of an instance are as a user asked; what was different before is told by events of its own.',
  data: z.object({ operationId, instanceId, settings: z.array(z.string()) }),
  example: { ...ids, settings: ['tags'] },
});

/** Somebody must look: a fault of ours, or of whoever wrote the message. */
export const MessageSetAside = defineEvent({
  type: 'MessageSetAside',
  schemaVersion: 1,
  category: 'alert',
  summary: 'A message that no retry helps was taken out of its stream and kept with the dead letters.',
  data: z.object({
    stream: z.string(),
    seq: z.number().int(),
    subject: z.string(),
    consumer: z.string(),
    code: z.string(),
    reason: z.string(),
  }),
  example: {
    stream: 'TANDEM_NOTICES',
    seq: 7,
    subject: 'notices.host-a1.NodeRejoined',
    consumer: 'notice-log',
    code: 'notice-invalid',
    reason: 'not a notice',
  },
});

export const changeEvents = [
  InstanceAllocationRenamed,
  InstanceRenamed,
  InstanceTagged,
  DeletionProtectionTurnedOn,
  DeletionProtectionTurnedOff,
  InstanceCreationGivenUp,
  OperationStepStarted,
  InstanceChangeCompleted,
  MessageSetAside,
];
