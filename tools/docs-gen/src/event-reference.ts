import {
  allEvents,
  allMessages,
  allRequests,
  EventDefinition,
  eventView,
  PlacedRequest,
  refusalRegistry,
  streams,
} from '@tandem/contracts';
import { json, link, Page, table } from './markdown';

/** docs/generated/events.md: every event, and everything else that travels over NATS. */
export function eventReference(): string {
  const page = new Page();
  page.add(
    '# Events and messages',
    'Made by `npm run generate` from libs/contracts; the same as an AsyncAPI 3.0 document: [asyncapi.json](asyncapi.json). Readers must bear fields, words and event types that are new.',
    '## Events',
    `A fact, never refused. Each stands in the event log and, in the same order, in the JetStream stream \`${streams.events}\`, as`,
    page.fields(eventView),
    table(['event', 'subject', ''], allEvents.map(eventRow)),
  );
  for (const event of allEvents) addEvent(page, event);
  page.add(
    '## Messages',
    'Inside Tandem: observations expire, notices wait until they are events, records are the truth.',
  );
  for (const { kind, name, subject, summary, data, example } of allMessages)
    page.add(`### ${name} (${kind})`, `On \`${subject}\`. ${summary}`, page.fields(data), json(example));
  page.add(
    '## Requests',
    'Inside Tandem: a command may be refused, a query changes nothing. The answer is `{"ok":true,"result":...}` or `{"ok":false,"rejection":{"code","detail","params"}}`; no answer in time means that the outcome is unknown.',
    table(
      ['refusal', ''],
      Object.entries(refusalRegistry).map(([code, what]) => [`\`${code}\``, what]),
    ),
    'The other codes are those of the [problems of the API](api.md#problems).',
  );
  for (const request of allRequests) addRequest(page, request);
  return page.text();
}

const eventRow = ({ type, subject, summary }: EventDefinition): string[] => [link(type), `\`${subject}\``, summary];

function addEvent(page: Page, { type, schemaVersion, summary, data, example }: EventDefinition): void {
  page.add(`### ${type}`, `Version ${schemaVersion}. ${summary}`, page.fields(data), json(example));
}

function addRequest(
  page: Page,
  { service, verb, subject, kind, summary, request, reply, refusals, example }: PlacedRequest,
): void {
  page.add(`### ${service}/${verb} (${kind})`, `On \`${subject}\`. ${summary}`, page.fields(request), json(example));
  page.add('Result:', page.fields(reply));
  if (refusals.length > 0) page.add(`Refusals: ${refusals.map((code) => `\`${code}\``).join(', ')}.`);
}
