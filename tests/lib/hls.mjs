// A reader of HLS playlists, written from RFC 8216 and its second edition.

function attributes(text) {
  const found = {};
  for (const m of text.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)) found[m[1]] = m[2].replace(/^"|"$/g, '');
  return found;
}

// A master playlist: { variants: [{ uri, … }], media: [{ URI, … }] }.
export function parseMaster(text) {
  const lines = text.trim().split('\n');
  if (lines[0] !== '#EXTM3U') throw new Error('no playlist');
  const result = { variants: [], media: [] };
  lines.forEach((line, i) => {
    if (line.startsWith('#EXT-X-STREAM-INF:')) result.variants.push({ ...attributes(line.slice(18)), uri: lines[i + 1] });
    if (line.startsWith('#EXT-X-MEDIA:')) result.media.push(attributes(line.slice(13)));
  });
  return result;
}

// A media playlist. Segments: { sequence, duration, uri, gap, discontinuity, time, map, parts }.
export function parseMedia(text) {
  const lines = text.trim().split('\n');
  if (lines[0] !== '#EXTM3U') throw new Error('no playlist');
  const p = { segments: [], sequence: 0, ended: false, renditionReports: [] };
  let segment = { parts: [] }, map, next;
  for (const line of lines.slice(1)) {
    const [, tag, rest] = /^#([A-Z0-9-]+):?(.*)$/.exec(line) ?? [];
    switch (tag) {
      case 'EXT-X-VERSION': p.version = Number(rest); break;
      case 'EXT-X-TARGETDURATION': p.target = Number(rest); break;
      case 'EXT-X-PART-INF': p.partTarget = Number(attributes(rest)['PART-TARGET']); break;
      case 'EXT-X-SERVER-CONTROL': p.control = attributes(rest); break;
      case 'EXT-X-MEDIA-SEQUENCE': p.sequence = next = Number(rest); break;
      case 'EXT-X-DISCONTINUITY-SEQUENCE': p.discontinuitySequence = Number(rest); break;
      case 'EXT-X-PLAYLIST-TYPE': p.type = rest; break;
      case 'EXT-X-ENDLIST': p.ended = true; break;
      case 'EXT-X-MAP': map = attributes(rest).URI; break;
      case 'EXT-X-GAP': segment.gap = true; break;
      case 'EXT-X-DISCONTINUITY': segment.discontinuity = true; break;
      case 'EXT-X-PROGRAM-DATE-TIME': segment.time = Date.parse(rest); break;
      case 'EXT-X-PART': segment.parts.push(attributes(rest)); break;
      case 'EXT-X-PRELOAD-HINT': p.hint = attributes(rest); break;
      case 'EXT-X-RENDITION-REPORT': p.renditionReports.push(attributes(rest)); break;
      case 'EXTINF': segment.duration = parseFloat(rest); break;
      default:
        if (!line || line.startsWith('#')) break;
        next ??= 0;
        p.segments.push({ ...segment, sequence: next++, uri: line, map });
        segment = { parts: [] };
    }
  }
  p.open = segment.parts; // parts of the segment that is being made
  p.nextSequence = next ?? 0;
  return p;
}

// What RFC 8216bis asks of any media playlist; returns what is broken.
export function brokenRules(p) {
  const broken = [];
  if (!p.target) broken.push('no target duration');
  for (const s of p.segments) {
    if (!(s.duration >= 0)) broken.push(`segment ${s.sequence} has no duration`);
    if (Math.round(s.duration) > p.target) broken.push(`segment ${s.sequence} lasts ${s.duration}, over the target ${p.target}`);
    if (!s.map && !s.gap) broken.push(`segment ${s.sequence} has no init`);
  }
  const lists = [...p.segments.map((s) => s.parts), p.open].filter((l) => l.length);
  if (p.partTarget) {
    for (const parts of lists) {
      parts.forEach((part, i) => {
        const duration = Number(part.DURATION);
        if (duration > p.partTarget + 1e-6) broken.push(`part ${part.URI} lasts ${duration}, over ${p.partTarget}`);
        // Every part but the last of its segment lasts at least 85 % of the part target.
        const last = i === parts.length - 1;
        if (!last && duration < 0.85 * p.partTarget - 1e-6 && part.GAP !== 'YES') broken.push(`part ${part.URI} lasts ${duration} of ${p.partTarget}`);
      });
    }
    if (!p.control?.['PART-HOLD-BACK'] || Number(p.control['PART-HOLD-BACK']) < 2 * p.partTarget) broken.push('PART-HOLD-BACK is missing or too short');
  }
  return broken;
}
