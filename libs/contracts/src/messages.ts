import { z } from 'zod';
import { agentRequests, noticedEvents, noticeOf } from './agent-messages';
import { cloudEvent, cloudEventType, dataSchema, eventSource } from './cloud-event';
import { controlRequests, drillRequest, drillVerbs, hostFact, hostSession } from './control-messages';
import type { EventDefinition } from './define-event';
import { defineMessage, MessageDefinition } from './define-message';
import type { RequestDefinition } from './define-request';
import { sample } from './sample';
import { buckets, subjects } from './subjects';
import { topologyRecord } from './topology-record';

/** An event as the relay publishes it, on its subject in the stream TANDEM_EVENTS: a CloudEvent. */
export const eventMessage = ({ type, schemaVersion, data }: EventDefinition): z.ZodType =>
  z.intersection(
    cloudEvent,
    z.object({
      type: z.literal(cloudEventType(type)),
      dataschema: z.literal(dataSchema(type, schemaVersion)),
      data,
    }),
  );

const streamIds: Readonly<Record<string, string>> = {
  allocation: 'instances',
  operation: sample.operationId,
  access: 'tok-4k2m9x7q',
  alert: 'TANDEM_NOTICES',
};

export const eventMessageExample = ({ type, schemaVersion, category, example }: EventDefinition): object => ({
  specversion: '1.0',
  id: sample.record.id,
  source: eventSource,
  type: cloudEventType(type),
  subject: `${category}:${streamIds[category] ?? sample.instanceId}`,
  time: sample.at,
  datacontenttype: 'application/json',
  dataschema: dataSchema(type, schemaVersion),
  data: example,
  position: '4711',
  streamversion: 7,
  actor: 'agent:host-a1',
});

/** A request with its place: who answers it, and on which subject. */
export interface PlacedRequest extends RequestDefinition {
  readonly service: string;
  readonly verb: string;
  readonly subject: string;
}

const placed = (
  service: string,
  requests: Readonly<Record<string, RequestDefinition>>,
  subject: (verb: string) => string,
): PlacedRequest[] =>
  Object.entries(requests).map(([verb, request]) => ({ service, verb, subject: subject(verb), ...request }));

export const allRequests: readonly PlacedRequest[] = [
  ...Object.entries(controlRequests).flatMap(([service, requests]) =>
    placed(service, requests, (verb) => subjects.service(service, verb)),
  ),
  ...placed('agent', agentRequests, (verb) => subjects.agent('{hostId}', verb)),
  ...placed('drill', Object.fromEntries(drillVerbs.map((verb) => [verb, drillRequest])), subjects.drill),
];

const session = {
  hostId: 'host-a1',
  zone: 'zone-a',
  roles: ['database' as const],
  address: '127.0.1.1',
  bootId: '8c1f1d5e-52b0-4a52-9a5e-0d4d3b1a7f11',
  agentPid: 7,
  beat: 1200,
};

/** Everything that travels unasked and is no event. */
export const allMessages: readonly MessageDefinition[] = [
  defineMessage({
    kind: 'record',
    name: 'TopologyRecord',
    schemaVersion: 1,
    subject: subjects.topology('{instanceId}'),
    summary: 'Who is the primary of an instance, and who holds every acknowledged commit; changed by compare-and-set.',
    data: topologyRecord,
    example: sample.record,
  }),
  defineMessage({
    kind: 'observation',
    name: 'HostSession',
    schemaVersion: 1,
    subject: `$KV.${buckets.sessions}.{hostId}`,
    summary: 'A host lives: renewed by its agent every 250 ms.',
    data: hostSession,
    example: session,
  }),
  defineMessage({
    kind: 'observation',
    name: 'HostFact',
    schemaVersion: 1,
    subject: subjects.hostFact('{hostId}'),
    summary: 'Whether a host is silent, as the health-monitor sees it.',
    data: hostFact,
    example: {
      hostId: 'host-a1',
      silent: 'no',
      silentMs: 40,
      session,
      observer: 'health-monitor-1',
      expiresInMs: 1_000,
    },
  }),
  ...noticedEvents.map((event) => {
    const { type, schemaVersion, summary, example } = event;
    return defineMessage({
      kind: 'notice',
      name: type,
      schemaVersion,
      subject: subjects.notice('{hostId}', type),
      summary,
      data: noticeOf<string, z.ZodType>(event),
      example: { type, id: sample.record.id, data: example },
    });
  }),
];
