import { baseOf, G, N, nodes } from './layout';

const words = ['open', 'promoting', 'handed-over', 'switching-over'];
const data = ['no data', 'damaged', 'primary', 'standby'];
const bits = (mask: number): string => [...Array(8).keys()].filter((i) => mask & (1 << i)).join(',');

function showNode(s: Uint8Array, n: number): string {
  const b = baseOf(n);
  const flags = Object.entries({
    'HOST DOWN': !s[b + N.host],
    'agent down': !s[b + N.agent],
    gate: s[b + N.gate],
    names: s[b + N.names],
    confirmed: s[b + N.confirmed],
    doubt: s[b + N.doubt],
    unfresh: !s[b + N.fresh],
    cut: s[b + N.cut],
    follows: s[b + N.follows],
    consented: s[b + N.consent],
    inconsistent: s[b + N.rewinding],
  })
    .filter(([, on]) => on)
    .map(([word]) => word);
  const view = `e${s[b + N.epoch]}/${'AB'[s[b + N.primary]]}/s${s[b + N.synced]}/${words[s[b + N.state]]}/lag${2 - s[b + N.lag]}`;
  const store = `cas=${s[b + N.cas]}@${s[b + N.casAt]} late=${s[b + N.late]} evidence=${s[b + N.evidence]}`;
  return `${'AB'[n]}[${data[s[b + N.data]]} ${s[b + N.up] ? 'up' : 'down'} ${flags.join(' ')} log={${bits(s[b + N.log])}} visible={${bits(s[b + N.visible])}} view=${view} ${store}]`;
}

/** One state as text, for a trace's end. */
export function show(s: Uint8Array): string {
  const record = `record{e${s[G.epoch]} ${'AB'[s[G.primary]]} synced=${s[G.synced]} ${words[s[G.state]]} incarnations=${s[G.incarnationA]}${s[G.incarnationB]}}`;
  const world = `attached=${s[G.attached]} acked={${bits(s[G.acked])}} seen={${bits(s[G.seen])}} calm=${s[G.calm]}`;
  return [`${record} ${world}`, ...nodes.map((n) => showNode(s, n))].join('\n      ');
}
