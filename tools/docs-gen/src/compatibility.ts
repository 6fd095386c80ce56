import type { Fields, MessageShape, Snapshot } from './snapshot';

export interface Break {
  readonly message: string;
  /** Undefined where the message as a whole is meant. */
  readonly field?: string;
  readonly what: 'removed' | 'retyped' | 'newly required' | 'no longer required' | 'moved' | 'of a lower version';
}

/**
 * Who relies on a part: those who send it to us (`in`), those who read what we send (`out`), or both, because the other
 * side may be one version ahead, one behind, or an event log that keeps what was written years ago.
 */
type Direction = 'in' | 'out' | 'both';

const directionOf = (part: string): Direction => {
  if (part.startsWith('reply ')) return 'out';
  return part === 'data' || part === 'answer' ? 'both' : 'in';
};

/** What breaks those who rely on the messages as they were. A message with a higher schemaVersion may differ in all. */
export function breaksBetween(before: Snapshot, after: Snapshot): Break[] {
  return Object.entries(before).flatMap(([message, old]): Break[] => {
    const now = after[message];
    if (!now) return [{ message, what: 'removed' }];
    if (now.schemaVersion < old.schemaVersion) return [{ message, what: 'of a lower version' }];
    return now.schemaVersion > old.schemaVersion ? [] : breaksOfMessage(message, old, now);
  });
}

function breaksOfMessage(message: string, old: MessageShape, now: MessageShape): Break[] {
  const moved: Break[] = now.subject === old.subject ? [] : [{ message, field: 'subject', what: 'moved' }];
  const parts = new Set([...Object.keys(old.parts), ...Object.keys(now.parts)]);
  const broken = [...parts].flatMap((part): Break[] => {
    if (!now.parts[part]) return [{ message, field: part, what: 'removed' }];
    const fields = breaksOfPart(old.parts[part] ?? {}, now.parts[part], directionOf(part));
    return fields.map(({ field, what }) => ({ message, field: `${part}: ${field}`, what }));
  });
  return [...moved, ...broken];
}

type FieldBreak = Required<Pick<Break, 'field' | 'what'>>;

function breaksOfPart(old: Fields, now: Fields, direction: Direction): FieldBreak[] {
  const known = Object.keys(old).flatMap((field): FieldBreak[] => {
    if (now[field] === undefined) return [{ field, what: 'removed' }];
    const [was, is] = [parse(old[field]), parse(now[field])];
    if (!stillFits(was.type, is.type)) return [{ field, what: 'retyped' }];
    if (direction !== 'out' && is.required && !was.required) return [{ field, what: 'newly required' }];
    if (direction !== 'in' && was.required && !is.required) return [{ field, what: 'no longer required' }];
    return [];
  });
  if (direction === 'out') return known;
  const added = Object.keys(now).filter((field) => old[field] === undefined && parse(now[field]).required);
  // A field of an object that is new itself is as optional as that object.
  const demanded = added.filter((field) => parentOf(field) === '' || old[parentOf(field)] !== undefined);
  return [...known, ...demanded.map((field) => ({ field, what: 'newly required' as const }))];
}

const parse = (text: string): { type: string; required: boolean } => ({
  type: text.replace(/^optional /, ''),
  required: !text.startsWith('optional '),
});

/** `steps[].at` -> `steps[]` -> `steps` -> nothing. */
const parentOf = (field: string): string => field.replace(/(\[\]|\.?[^.[\]]+)$/, '');

/** Words may be added to a list of words, as readers must bear unknown ones; everything else stays what it was. */
function stillFits(was: string, is: string): boolean {
  const now = new Set(is.split(' | '));
  const isWord = (alternative: string): boolean => alternative.startsWith('"');
  const before = was.split(' | ');
  const added = [...now].filter((alternative) => !before.includes(alternative));
  return (
    before.every((alternative) => now.has(alternative)) &&
    added.every((alternative) => isWord(alternative) && before.some(isWord))
  );
}
