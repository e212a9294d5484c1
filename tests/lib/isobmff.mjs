// A small reader of ISO base media files, written from the standard and not from our writer, so
// that one checks the other.

// Boxes of a buffer: [{ type, body }]. Throws on a size that does not fit.
export function boxes(buffer) {
  const found = [];
  for (let at = 0; at < buffer.length;) {
    if (buffer.length - at < 8) throw new Error(`${buffer.length - at} bytes are no box`);
    const size = buffer.readUInt32BE(at);
    const type = buffer.toString('latin1', at + 4, at + 8);
    if (size < 8 || at + size > buffer.length) throw new Error(`box ${type} has size ${size} of ${buffer.length - at}`);
    found.push({ type, body: buffer.subarray(at + 8, at + size) });
    at += size;
  }
  return found;
}

export function find(buffer, ...path) {
  let body = buffer;
  for (const type of path) {
    const box = boxes(body).find((b) => b.type === type);
    if (!box) throw new Error(`no box ${path.join('/')}`);
    body = box.body;
  }
  return body;
}

// What an init says: { timescale, handler, codec, width, height }.
export function readInit(buffer) {
  const types = boxes(buffer).map((b) => b.type);
  if (types[0] !== 'ftyp' || !types.includes('moov')) throw new Error(`an init of ${types}`);
  const mdhd = find(buffer, 'moov', 'trak', 'mdia', 'mdhd');
  const hdlr = find(buffer, 'moov', 'trak', 'mdia', 'hdlr');
  const stsd = find(buffer, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd');
  const entry = boxes(stsd.subarray(8))[0];
  find(buffer, 'moov', 'mvex', 'trex');
  const handler = hdlr.toString('latin1', 8, 12);
  return {
    timescale: mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12),
    handler,
    codec: entry.type,
    width: handler === 'vide' ? entry.body.readUInt16BE(24) : 0,
    height: handler === 'vide' ? entry.body.readUInt16BE(26) : 0,
  };
}

function readTfhd(body) {
  const flags = body.readUIntBE(1, 3);
  if (!(flags & 0x20000)) throw new Error('tfhd without default-base-is-moof');
  let at = 8;
  const take = (flag, size) => {
    if (!(flags & flag)) return undefined;
    at += size;
    return size === 8 ? Number(body.readBigUInt64BE(at - 8)) : body.readUInt32BE(at - size);
  };
  take(0x1, 8);
  take(0x2, 4);
  return { track: body.readUInt32BE(4), duration: take(0x8, 4), size: take(0x10, 4), flags: take(0x20, 4) };
}

function readTrun(body, defaults) {
  const version = body[0], flags = body.readUIntBE(1, 3), count = body.readUInt32BE(4);
  let at = 8, dataOffset, firstFlags;
  const word = (signed) => {
    at += 4;
    return signed ? body.readInt32BE(at - 4) : body.readUInt32BE(at - 4);
  };
  if (flags & 0x1) dataOffset = word(true);
  if (flags & 0x4) firstFlags = word();
  const samples = [];
  for (let i = 0; i < count; i++) {
    const s = { duration: defaults.duration, size: defaults.size, flags: defaults.flags, cts: 0 };
    if (flags & 0x100) s.duration = word();
    if (flags & 0x200) s.size = word();
    if (flags & 0x400) s.flags = word();
    else if (i === 0 && firstFlags !== undefined) s.flags = firstFlags;
    if (flags & 0x800) s.cts = word(version === 1);
    samples.push(s);
  }
  if (at !== body.length) throw new Error('trun has bytes too many');
  return { samples, dataOffset };
}

// The fragments (moof + mdat) of a buffer, styp and the like skipped:
// [{ sequence, track, dts, duration, samples: [{ duration, size, flags, cts, sync }], bytes }], dts
// and duration in ticks. Checks that each mdat holds exactly what its trun says.
export function readFragments(buffer) {
  const fragments = [];
  const all = boxes(buffer);
  for (let i = 0; i < all.length; i++) {
    if (all[i].type !== 'moof') continue;
    const moof = all[i].body, mdat = all[i + 1];
    if (mdat?.type !== 'mdat') throw new Error('a moof without its mdat');
    const trafs = boxes(moof).filter((b) => b.type === 'traf');
    if (trafs.length !== 1) throw new Error(`${trafs.length} tracks in one fragment`);
    const tfhd = readTfhd(find(trafs[0].body, 'tfhd'));
    const tfdt = find(trafs[0].body, 'tfdt');
    const { samples, dataOffset } = readTrun(find(trafs[0].body, 'trun'), tfhd);
    const size = samples.reduce((n, s) => n + s.size, 0);
    if (dataOffset !== moof.length + 8 + 8) throw new Error(`data offset ${dataOffset} in a moof of ${moof.length + 8}`);
    if (size !== mdat.body.length) throw new Error(`samples of ${size} bytes in an mdat of ${mdat.body.length}`);
    for (const s of samples) s.sync = ((s.flags ?? 0) & 0x10000) === 0;
    fragments.push({
      sequence: find(moof, 'mfhd').readUInt32BE(4),
      track: tfhd.track,
      dts: tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4),
      duration: samples.reduce((n, s) => n + s.duration, 0),
      samples,
      bytes: mdat.body.length,
    });
  }
  return fragments;
}
