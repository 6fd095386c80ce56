import type { CommandContext } from './command-context';
import { drill } from './drill';
import { listEvents } from './events';
import { showHistory } from './history';
import { listFailovers } from './failovers';
import { listHosts } from './hosts';
import { protectInstance, renameInstance, tagInstance, unprotectInstance } from './instance-settings';
import { createInstance, deleteInstance, listInstances, showInstance } from './instances';
import { listOperations, showOperation } from './operations';
import { switchover } from './switchover';
import { whatIf } from './what-if';
import { createToken, listTokens, revokeToken, rotateToken } from './tokens';

export interface Command {
  /** The words that choose it. */
  readonly words: readonly string[];
  /** The names of the words that follow; each must be given, but for the last where it stands in brackets. */
  readonly takes: readonly string[];
  /** Options besides those that every command has; with a value or without. */
  readonly options: Readonly<Record<string, { type: 'string' | 'boolean'; says: string }>>;
  readonly says: string;
  run(context: CommandContext): Promise<void>;
}

const wait = { wait: { type: 'boolean', says: 'wait until it is done' } } as const;
const text = (says: string) => ({ type: 'string', says }) as const;
const flag = (says: string) => ({ type: 'boolean', says }) as const;

export const commands: readonly Command[] = [
  {
    words: ['instances', 'create'],
    takes: ['name'],
    options: {
      edition: text('ha (default) or basic'),
      zones: text('multi-zone (default) or single-zone'),
      account: text('application account (default app)'),
      database: text('database (default app)'),
      password: text('password of the account (default: a random one; others see the command line)'),
      ...wait,
    },
    says: 'create an instance',
    run: createInstance,
  },
  { words: ['instances', 'list'], takes: [], options: {}, says: 'all instances', run: listInstances },
  { words: ['instances', 'show'], takes: ['instance'], options: {}, says: 'one instance', run: showInstance },
  { words: ['instances', 'delete'], takes: ['instance'], options: wait, says: 'delete it', run: deleteInstance },
  { words: ['instances', 'rename'], takes: ['instance', 'name'], options: {}, says: 'rename it', run: renameInstance },
  {
    words: ['instances', 'tag'],
    takes: ['instance', 'name=value,...'],
    options: { replace: flag('remove the tags that are not named') },
    says: 'set tags; `name=` removes one',
    run: tagInstance,
  },
  {
    words: ['instances', 'protect'],
    takes: ['instance'],
    options: {},
    says: 'refuse its deletion',
    run: protectInstance,
  },
  { words: ['instances', 'unprotect'], takes: ['instance'], options: {}, says: 'allow it', run: unprotectInstance },
  {
    words: ['operations', 'list'],
    takes: [],
    options: { instance: text('only of this instance'), status: text('running, succeeded or failed') },
    says: 'operations, the newest first',
    run: listOperations,
  },
  { words: ['operations', 'show'], takes: ['operation'], options: {}, says: 'its steps', run: showOperation },
  { words: ['hosts'], takes: [], options: {}, says: 'hosts and what lies on them', run: listHosts },
  {
    words: ['events'],
    takes: [],
    options: {
      follow: flag('go on with what happens, until Ctrl-C'),
      instance: text('only this instance'),
      type: text('only these types, separated by commas'),
      stream: text('only these streams, <category>:<id>, separated by commas'),
      since: text('only from this time on, 2026-01-31T12:00:00Z'),
      until: text('only before this time'),
      last: text('how many of the newest (default 50, at most 1000)'),
      after: text('the first page after this position instead'),
      replay: flag('all of them, in order, instead of the newest'),
      from: text('where a replay begins: after this position (default 0, the beginning)'),
    },
    says: 'what happened',
    run: listEvents,
  },
  {
    words: ['history'],
    takes: ['instance'],
    options: { at: text('a time, 2026-01-31T12:00:00Z, or a position of the events (default: now)') },
    says: 'the state of an instance at any moment, by replay',
    run: showHistory,
  },
  {
    words: ['switchover'],
    takes: ['instance'],
    options: { target: text('the node that is to take over'), 'no-wait': flag('do not wait for its end') },
    says: 'planned change of the primary',
    run: switchover,
  },
  {
    words: ['failovers'],
    takes: ['instance'],
    options: {
      last: text('how many of the newest (default 100, at most 1000)'),
      csv: flag('as CSV (RFC 4180)'),
      steps: flag('each step in ms, with the row that decided it'),
    },
    says: 'every change of the primary: reason, duration, loss',
    run: listFailovers,
  },
  {
    words: ['what-if'],
    takes: ['[instance]'],
    options: { bad: flag('only what the instances would not survive') },
    says: 'if a host, zone, link or service were lost now: who takes over, in how long, with what loss, and why',
    run: whatIf,
  },
  {
    words: ['drill'],
    takes: ['action', 'host|instance'],
    options: {},
    says: 'kill-host, start-host, freeze-host, thaw-host <host>; kill-postmaster <instance>',
    run: drill,
  },
  { words: ['tokens', 'list'], takes: [], options: {}, says: 'tokens of the API (admin)', run: listTokens },
  {
    words: ['tokens', 'create'],
    takes: ['name'],
    options: {
      role: text('viewer (default), operator or admin'),
      'expires-in-days': text('does not expire without it'),
    },
    says: 'make a token; it is told once (admin)',
    run: createToken,
  },
  {
    words: ['tokens', 'rotate'],
    takes: ['token'],
    options: {
      'grace-seconds': text('how long the old secret goes on (default 60)'),
      'expires-in-days': text('from now on (default: as long again as before)'),
    },
    says: 'give it a new secret; files of this machine that hold the old one are rewritten (admin)',
    run: rotateToken,
  },
  { words: ['tokens', 'revoke'], takes: ['token'], options: {}, says: 'end it at once (admin)', run: revokeToken },
];
