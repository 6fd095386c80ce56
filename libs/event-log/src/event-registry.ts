import type { EventDefinition } from '@tandem/contracts';
import { Permanent } from '@tandem/platform';
import type { NewEvent, StoredEvent } from './stored-event';

/**
 * Checks events against their definitions before they are written, and tells old ones in the words of the newest
 * version when they are read; without definitions everything passes.
 */
export class EventRegistry {
  private readonly definitions: ReadonlyMap<string, EventDefinition> | null;

  constructor(definitions: readonly EventDefinition[] | undefined) {
    this.definitions = definitions ? new Map(definitions.map((definition) => [definition.type, definition])) : null;
    for (const { type, schemaVersion, upcasts = [] } of definitions ?? []) {
      if (upcasts.length === schemaVersion - 1) continue;
      const detail = `${type} is at version ${schemaVersion} and upcasts from ${upcasts.length} earlier versions`;
      throw new Permanent('event-definition-incomplete', detail);
    }
  }

  /** The event as it is to be stored. Throws Permanent `event-unknown` or `event-invalid`: a fault of the caller's code. */
  checked(stream: string, event: NewEvent): NewEvent {
    if (!this.definitions) return { ...event, schemaVersion: event.schemaVersion ?? 1 };
    const definition = this.definitions.get(event.type);
    if (!definition) throw new Permanent('event-unknown', `no event ${event.type} is defined`);
    if (!stream.startsWith(`${definition.category}:`)) {
      throw new Permanent(
        'event-invalid',
        `${event.type} belongs in a stream ${definition.category}:<id>, not ${stream}`,
      );
    }
    const parsed = definition.data.safeParse(event.data);
    if (parsed.success) return { ...event, data: parsed.data, schemaVersion: definition.schemaVersion };
    const fields = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new Permanent('event-invalid', `${event.type}: ${fields.join('; ')}`, { cause: parsed.error });
  }

  /** The event in its newest version; one that is newer than this code, or unknown to it, passes as it is. */
  current(event: StoredEvent): StoredEvent {
    const definition = this.definitions?.get(event.type);
    if (!definition || event.schemaVersion >= definition.schemaVersion) return event;
    const steps = (definition.upcasts ?? []).slice(event.schemaVersion - 1);
    const data = steps.reduce((old, upcast) => upcast(old), event.data as Record<string, unknown>);
    return { ...event, data, schemaVersion: definition.schemaVersion };
  }
}
