/** One SourceBuffer with its queue: one thing at a time, small ones joined. */

type Work = { bytes: Uint8Array<ArrayBuffer> } | { type: string } | { remove: [number, number] };

/** Appends are joined up to this. */
const JOIN_BYTES = 1 << 20;
/** More than this waiting means that the browser has stopped taking: the buffer is made anew. */
const QUEUE_MAX_BYTES = 24 << 20;
/** When the browser says that it is full, what is further back than this goes. */
const KEEP_BEHIND_S = 5;

export interface TrackBufferEvents {
  appended(): void;
  /** It takes nothing any more. */
  broken(reason: string): void;
}

export class TrackBuffer {
  #buffer: SourceBuffer;
  #events: TrackBufferEvents;
  #position: () => number;
  #queue: Work[] = [];
  #queuedBytes = 0;
  #full = false;
  #ended = false;

  constructor(buffer: SourceBuffer, position: () => number, events: TrackBufferEvents) {
    this.#buffer = buffer;
    this.#position = position;
    this.#events = events;
    buffer.addEventListener('updateend', this.#updated);
    buffer.addEventListener('error', this.#failed);
  }

  end(): void {
    this.#ended = true;
    this.#queue = [];
    this.#buffer.removeEventListener('updateend', this.#updated);
    this.#buffer.removeEventListener('error', this.#failed);
  }

  append(bytes: Uint8Array<ArrayBuffer>): void {
    this.#queuedBytes += bytes.byteLength;
    if (this.#queuedBytes > QUEUE_MAX_BYTES) return this.#break('queue full');
    this.#queue.push({ bytes });
    this.#pump();
  }

  retype(type: string): void {
    this.#queue.push({ type });
    this.#pump();
  }

  /** Drops what is before. */
  trim(before: number): void {
    const { buffered } = this.#buffer;
    if (buffered.length === 0 || buffered.start(0) >= before) return;
    this.#queue.push({ remove: [0, before] });
    this.#pump();
  }

  #updated = () => {
    this.#pump();
    this.#events.appended();
  };

  #failed = () => this.#break('append refused');

  #break(reason: string): void {
    if (this.#ended) return;
    this.end();
    this.#events.broken(reason);
  }

  #pump(): void {
    if (this.#ended || this.#buffer.updating) return;
    const work = this.#queue.shift();
    if (work === undefined) return;
    try {
      if ('bytes' in work) this.#append(this.#join(work.bytes));
      else if ('type' in work) {
        this.#buffer.changeType(work.type);
        this.#pump();
      } else this.#buffer.remove(...work.remove);
    } catch (error) {
      this.#break(String(error));
    }
  }

  #append(bytes: Uint8Array<ArrayBuffer>): void {
    try {
      this.#buffer.appendBuffer(bytes);
      this.#queuedBytes -= bytes.byteLength;
      this.#full = false;
    } catch (error) {
      const full = error instanceof DOMException && error.name === 'QuotaExceededError';
      const before = this.#position() - KEEP_BEHIND_S;
      if (!full || this.#full || before <= 0) throw error;
      // Once: room is made, and the same is tried again.
      this.#full = true;
      this.#queue.unshift({ bytes });
      this.#buffer.remove(0, before);
    }
  }

  #join(first: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const parts = [first];
    let size = first.byteLength;
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || !('bytes' in next) || size + next.bytes.byteLength > JOIN_BYTES) break;
      parts.push(next.bytes);
      size += next.bytes.byteLength;
      this.#queue.shift();
    }
    if (parts.length === 1) return first;
    const joined = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.byteLength;
    }
    return joined;
  }
}
