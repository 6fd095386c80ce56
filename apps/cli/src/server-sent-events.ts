/** One message of an event stream; `id` is what to send as Last-Event-ID after a break. */
export interface ServerSentEvent {
  readonly id: string | null;
  readonly data: string;
}

/** Parses text/event-stream as it arrives; comments (heart beats) are passed over. */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event) yield event;
    }
  }
}

function parseBlock(block: string): ServerSentEvent | null {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  const values = (name: string): string[] => fields.flatMap((field) => (field?.[1] === name ? [field[2]] : []));
  const data = values('data');
  return data.length > 0 ? { id: values('id').at(-1) ?? null, data: data.join('\n') } : null;
}
