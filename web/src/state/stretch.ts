/**
 * Makes the one frame of a fragment begin earlier and last longer by so much: a picture that was
 * skipped forward, or lacks frames that its encoder left out, stands still on the next frame while
 * the sound goes on, where a hole would stop both. Pure; ISO/IEC 14496-12, 8.8.
 */

interface Box {
  type: string;
  /** Of its content. */
  at: number;
  end: number;
}

const TFHD_BASE_DATA_OFFSET = 0x1;
const TFHD_SAMPLE_DESCRIPTION = 0x2;
const TFHD_DEFAULT_DURATION = 0x8;
const TRUN_DATA_OFFSET = 0x1;
const TRUN_FIRST_FLAGS = 0x4;
const TRUN_DURATION = 0x100;

/** When the fragment's one frame is decoded and for how long it lasts, ticks; null where it is none of one frame. */
export function decodeSpan(fragment: Uint8Array<ArrayBuffer>): { at: number; duration: number } | null {
  const view = new DataView(fragment.buffer, fragment.byteOffset, fragment.byteLength);
  const moof = find(view, 0, fragment.byteLength, 'moof');
  const traf = moof && find(view, moof.at, moof.end, 'traf');
  const tfdt = traf && find(view, traf.at, traf.end, 'tfdt');
  const duration = traf && durationAt(view, traf);
  if (!tfdt || !duration || tfdt.end - tfdt.at < 8) return null;
  const long = view.getUint8(tfdt.at) !== 0;
  if (long && tfdt.end - tfdt.at < 12) return null;
  const at = long ? Number(view.getBigUint64(tfdt.at + 4)) : view.getUint32(tfdt.at + 4);
  return { at, duration: view.getUint32(duration) };
}

/** Returns a changed copy, or null where the fragment is none of one frame with a duration. */
export function stretchBack(
  fragment: Uint8Array<ArrayBuffer>,
  ticks: number,
): Uint8Array<ArrayBuffer> | null {
  const bytes = fragment.slice();
  const view = new DataView(bytes.buffer);
  const moof = find(view, 0, bytes.byteLength, 'moof');
  const traf = moof && find(view, moof.at, moof.end, 'traf');
  const tfdt = traf && find(view, traf.at, traf.end, 'tfdt');
  const duration = traf && durationAt(view, traf);
  if (!tfdt || !duration || !moveBack(view, tfdt, ticks)) return null;
  const longer = view.getUint32(duration) + ticks;
  if (longer > 0xffff_ffff) return null;
  view.setUint32(duration, longer);
  return bytes;
}

function find(view: DataView, from: number, to: number, type: string): Box | null {
  let at = from;
  while (to - at >= 8) {
    const size = view.getUint32(at);
    if (size < 8 || size > to - at) return null;
    const name = String.fromCharCode(
      view.getUint8(at + 4),
      view.getUint8(at + 5),
      view.getUint8(at + 6),
      view.getUint8(at + 7),
    );
    if (name === type) return { type, at: at + 8, end: at + size };
    at += size;
  }
  return null;
}

function moveBack(view: DataView, tfdt: Box, ticks: number): boolean {
  if (tfdt.end - tfdt.at < 8) return false;
  if (view.getUint8(tfdt.at) === 0) {
    const time = view.getUint32(tfdt.at + 4) - ticks;
    if (time < 0) return false;
    view.setUint32(tfdt.at + 4, time);
    return true;
  }
  if (tfdt.end - tfdt.at < 12) return false;
  const time = view.getBigUint64(tfdt.at + 4) - BigInt(ticks);
  if (time < 0n) return false;
  view.setBigUint64(tfdt.at + 4, time);
  return true;
}

/** Where the only sample's duration stands: in its trun, or as the default of its tfhd. */
function durationAt(view: DataView, traf: Box): number | null {
  const trun = find(view, traf.at, traf.end, 'trun');
  const tfhd = find(view, traf.at, traf.end, 'tfhd');
  if (!trun || !tfhd || trun.end - trun.at < 8 || tfhd.end - tfhd.at < 8) return null;
  if (view.getUint32(trun.at + 4) !== 1) return null;
  const flags = view.getUint32(trun.at) & 0xff_ffff;
  let at;
  if (flags & TRUN_DURATION) {
    at = trun.at + 8 + (flags & TRUN_DATA_OFFSET ? 4 : 0) + (flags & TRUN_FIRST_FLAGS ? 4 : 0);
    return trun.end - at >= 4 ? at : null;
  }
  const defaults = view.getUint32(tfhd.at) & 0xff_ffff;
  if (!(defaults & TFHD_DEFAULT_DURATION)) return null;
  at = tfhd.at + 8;
  if (defaults & TFHD_BASE_DATA_OFFSET) at += 8;
  if (defaults & TFHD_SAMPLE_DESCRIPTION) at += 4;
  return tfhd.end - at >= 4 ? at : null;
}
