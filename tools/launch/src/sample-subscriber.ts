import { subjects } from '@tandem/contracts';

/** A whole subscriber in ten lines; docs/SUBSCRIBING.md shows the same. Pure. */
export function sampleSubscriber({ url, credentialsFile }: { url: string; credentialsFile: string }): string[] {
  return [
    `import { readFileSync } from 'node:fs';`,
    `import { connect } from 'nats';`,
    `const login = JSON.parse(readFileSync('${credentialsFile}', 'utf8'));`,
    `const nc = await connect({ servers: '${url}', ...login, maxReconnectAttempts: -1 });`,
    `let last = 0;`,
    `for await (const message of nc.subscribe('${subjects.allEvents}')) {`,
    `  const event = message.json(); // CloudEvents 1.0`,
    `  if (Number(event.position) <= last) continue; // delivered twice`,
    `  last = Number(event.position);`,
    `  console.log(event.position, event.time, event.type, event.subject, JSON.stringify(event.data)); }`,
  ];
}
