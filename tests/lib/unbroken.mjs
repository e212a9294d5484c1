// Whether what a viewer got is one time line.
import assert from 'node:assert/strict';

// Frames and sound came one after another, without a hole in media time over the whole of `v` (a
// MediaSocket). On a starved machine the programme may miss frames: up to two seconds of that are
// only told, and on a busy one, where something had to wait for a fifth of the time, half a second.
export function assertUnbroken(t, v, pressure) {
  assert.deepEqual(v.broken, []);
  const picture = v.hello.tracks.find((x) => x.name === v.hello.rendition)?.id ?? v.track('video');
  const gaps = v.texts.filter((x) => x.type === 'skip').map((x) => `skipped ${x.from_us} to ${x.to_us}`);
  let longest = gaps.length ? Infinity : 0;
  for (const id of [picture, v.track('audio')]) {
    const track = v.of(id);
    for (let i = 1; i < track.length; i++) {
      const [f, before] = [track[i], track[i - 1]];
      const late = f.time - before.time - before.duration;
      if (!f.jump && !f.discontinuity && Math.abs(late) <= 2) continue;
      longest = Math.max(longest, late);
      gaps.push(`${before.time} to ${f.time} of track ${id}${f.jump ? ', numbers jump' : ''}`);
      assert.ok(f.time > before.time && late < 2e6, `media time jumps: ${gaps.at(-1)}`);
    }
  }
  const forgiven = pressure?.starved || (pressure?.share > 0.2 && longest < 5e5);
  if (forgiven) gaps.forEach((g) => t.diagnostic(`on a machine busy for ${Math.round(pressure.share * 100)} %: ${g}`));
  else assert.deepEqual(gaps, []);
}
