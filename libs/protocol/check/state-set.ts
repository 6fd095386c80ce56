import { STATE_BYTES } from './layout';

const WORDS = STATE_BYTES / 4;
const CHUNK = 1 << 18;

/** All states found so far, each once, numbered in the order of their discovery, with the state they came from. */
export class StateSet {
  size = 0;
  private viewed: Uint8Array | null = null;
  private view: Uint32Array = new Uint32Array(0);
  private readonly chunks: Uint32Array[] = [];
  private hashes = new Uint32Array(1 << 16);
  private parents = new Int32Array(1 << 16);
  private table = new Int32Array(1 << 18).fill(-1);

  /** @returns the number of the state; it is new if that is the size before the call. */
  add(state: Uint8Array, parent: number): number {
    // The search hands in the same bytes each time: a new view for each would cost more than the look-up.
    if (state !== this.viewed) {
      this.viewed = state;
      this.view = new Uint32Array(state.buffer, state.byteOffset, WORDS);
    }
    const words = this.view;
    const hash = this.hashOf(words);
    const mask = this.table.length - 1;
    let slot = hash & mask;
    for (let found = this.table[slot]; found >= 0; found = this.table[slot]) {
      if (this.hashes[found] === hash && this.equals(found, words)) return found;
      slot = (slot + 1) & mask;
    }
    return this.append(words, hash, parent, slot);
  }

  stateOf(id: number): Uint8Array {
    const chunk = this.chunks[Math.floor(id / CHUNK)];
    return new Uint8Array(chunk.buffer, (id % CHUNK) * STATE_BYTES, STATE_BYTES);
  }

  parentOf(id: number): number {
    return this.parents[id];
  }

  private append(words: Uint32Array, hash: number, parent: number, slot: number): number {
    const id = this.size++;
    if (id % CHUNK === 0) this.chunks.push(new Uint32Array(CHUNK * WORDS));
    if (id >= this.hashes.length) this.growArrays();
    this.chunks[Math.floor(id / CHUNK)].set(words, (id % CHUNK) * WORDS);
    this.hashes[id] = hash;
    this.parents[id] = parent;
    this.table[slot] = id;
    if (this.size * 2 > this.table.length) this.growTable();
    return id;
  }

  private equals(id: number, words: Uint32Array): boolean {
    const chunk = this.chunks[Math.floor(id / CHUNK)];
    const start = (id % CHUNK) * WORDS;
    for (let i = 0; i < WORDS; i++) if (chunk[start + i] !== words[i]) return false;
    return true;
  }

  private hashOf(words: Uint32Array): number {
    let h = 0x9e3779b9;
    for (let i = 0; i < WORDS; i++) {
      h = Math.imul(h ^ words[i], 0x85ebca6b);
      h ^= h >>> 13;
      h = Math.imul(h, 0xc2b2ae35);
      h ^= h >>> 15;
    }
    return h >>> 0;
  }

  private growArrays(): void {
    const hashes = new Uint32Array(this.hashes.length * 2);
    const parents = new Int32Array(this.parents.length * 2);
    hashes.set(this.hashes);
    parents.set(this.parents);
    this.hashes = hashes;
    this.parents = parents;
  }

  private growTable(): void {
    const table = new Int32Array(this.table.length * 2).fill(-1);
    const mask = table.length - 1;
    for (let id = 0; id < this.size; id++) {
      let slot = this.hashes[id] & mask;
      while (table[slot] >= 0) slot = (slot + 1) & mask;
      table[slot] = id;
    }
    this.table = table;
  }
}
