// The tests' own tools: a tool that can't see what is wrong makes every test above it worthless.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { notMet, table } from '../bench/numbers.mjs';
import { countTap } from './counting.mjs';
import { brokenRules, parseMaster, parseMedia } from './hls.mjs';
import { readFragments } from './isobmff.mjs';
import { decode } from './media_socket.mjs';
import { metric, parseMetrics } from './metrics.mjs';
import { endMarked, marked, runGroup } from './processes.mjs';
import { relay } from './relay.mjs';
import { until } from './wait.mjs';

test('the media socket decoder reads the bytes that docs/protocol.md draws', () => {
  const init = decode(Buffer.concat([
    Buffer.from([1, 2, 0, 0, 0, 0, 0, 7, 0, 1, 0x5f, 0x90, 5, 0, 2, 0xd0, 4]), Buffer.from('mp4a'), Buffer.from('ftyp'),
  ]));
  assert.deepEqual({ ...init, bytes: init.bytes.toString() },
    { kind: 'init', track: 2, number: 7, timescale: 90000, width: 1280, height: 720, codec: 'mp4a', bytes: 'ftyp' });

  const header = Buffer.alloc(40);
  header.writeUInt8(3, 0);
  header.writeUInt8(3, 1);
  header.writeUInt32BE(7, 4);
  header.writeBigUInt64BE(2n ** 63n, 8);
  header.writeBigInt64BE(-40000n, 16);
  header.writeBigInt64BE(1767225600000000n, 24);
  header.writeUInt32BE(40000, 32);
  header.writeUInt32BE(4, 36);
  const message = Buffer.concat([Buffer.from([2, 1, 0, 0]), header, Buffer.from('moof')]);
  const [f] = decode(message).fragments;
  assert.deepEqual({ ...f, bytes: f.bytes.toString() }, {
    track: 3, key: true, discontinuity: true, init: 7, sequence: 2n ** 63n, time: -40000,
    captured: 1767225600000000, duration: 40000, bytes: 'moof',
  });
  assert.throws(() => decode(message.subarray(0, message.length - 1)));
  assert.throws(() => decode(Buffer.concat([message, Buffer.from('x')])));
  assert.equal(decode(Buffer.from([9, 9])).kind, 'unknown');
});

test('the ISO BMFF reader refuses boxes and sizes that do not fit', () => {
  const box = (type, ...bodies) => {
    const body = Buffer.concat(bodies);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8, 0);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const words = (...n) => Buffer.concat(n.map((v) => {
    const b = Buffer.alloc(4);
    b.writeInt32BE(v | 0);
    return b;
  }));
  const traf = (offset, size) => box('traf', box('tfhd', words(0x20000, 1)), box('tfdt', words(0x1000000, 0, 90000)),
    box('trun', words(0x1000f01, 1, offset, 3600, size, 0x2000000, -3600)));
  const moof = box('moof', box('mfhd', words(0, 5)), traf(0, 3));
  const good = Buffer.concat([box('moof', box('mfhd', words(0, 5)), traf(moof.length + 8, 3)), box('mdat', Buffer.from('abc'))]);
  const [f] = readFragments(good);
  assert.deepEqual([f.sequence, f.dts, f.duration, f.samples[0].cts, f.samples[0].sync], [5, 90000, 3600, -3600, true]);
  assert.throws(() => readFragments(good.subarray(0, good.length - 1)), /mdat/);
  assert.throws(() => readFragments(Buffer.concat([moof, box('mdat', Buffer.from('abc'))])), /data offset/);
  const wrong = Buffer.concat([box('moof', box('mfhd', words(0, 5)), traf(moof.length + 8, 4)), box('mdat', Buffer.from('abc'))]);
  assert.throws(() => readFragments(wrong), /samples of 4/);
});

const playlist = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-PART-INF:PART-TARGET=0.2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.6
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-MAP:URI="init-1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
#EXT-X-PART:DURATION=0.2,URI="7.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.1,URI="7.1.m4s"
#EXTINF:0.3,
7.m4s
#EXT-X-PART:DURATION=0.2,URI="8.0.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="8.1.m4s"
`;

test('the HLS reader reads, and sees what breaks the rules', () => {
  const p = parseMedia(playlist);
  assert.equal(p.segments[0].sequence, 7);
  assert.equal(p.segments[0].map, 'init-1.mp4');
  assert.equal(p.segments[0].parts.length, 2);
  assert.equal(p.open[0].URI, '8.0.m4s');
  assert.equal(p.hint.URI, '8.1.m4s');
  assert.deepEqual(brokenRules(p), []);
  const broken = (from, to) => brokenRules(parseMedia(playlist.replace(from, to))).length;
  assert.ok(broken('DURATION=0.2,URI="7.0', 'DURATION=0.25,URI="7.0'));
  assert.ok(broken('DURATION=0.2,URI="7.0', 'DURATION=0.1,URI="7.0'));
  assert.ok(broken('EXTINF:0.3', 'EXTINF:2.6'));
  assert.ok(broken('#EXT-X-MAP:URI="init-1.mp4"\n', ''));
  assert.ok(broken(',PART-HOLD-BACK=0.6', ''));
  const master = parseMaster('#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI="a/index.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="a,b"\nv/index.m3u8\n');
  assert.deepEqual(master, { variants: [{ BANDWIDTH: '1', CODECS: 'a,b', uri: 'v/index.m3u8' }], media: [{ TYPE: 'AUDIO', URI: 'a/index.m3u8' }] });
});

test('the metrics reader reads labels, sums, and throws on what is none', () => {
  const m = parseMetrics('# HELP a b\n# TYPE a gauge\na{x="1"} 2\na{x="2"} 3\nb 1e3\n');
  assert.equal(metric(m, 'a'), 5);
  assert.equal(metric(m, 'b'), 1000);
  assert.throws(() => metric(m, 'c'));
  assert.throws(() => parseMetrics('a b c\n'));
  assert.throws(() => parseMetrics('a 1\na 2\n'));
});

test('a TAP file that was cut short counts as a failure', () => {
  assert.deepEqual(countTap('ok 1 - a\n# pass 1\n# fail 0\n# cancelled 0\n# skipped 2\n# todo 0\n'), { passed: 1, failed: 0, skipped: 2 });
  assert.equal(countTap('ok 1 - a\n').failed, 1);
  assert.equal(countTap('').failed, 1);
});

test('a group that does not end is killed, with its children', async () => {
  const env = { ...process.env, MECLIS_LIB_TEST: 'one' };
  const end = await runGroup(['sh', '-c', 'sleep 100 & echo begun; sleep 100'], { env, limit: 300 });
  assert.match(end.reason, /killed/);
  assert.match(end.output, /begun/);
  await until('the children to be gone', () => marked('MECLIS_LIB_TEST=one').length === 0, { seconds: 3 });
});

test('what left its group is found by its mark', async () => {
  const env = { ...process.env, MECLIS_LIB_TEST: 'two' };
  await runGroup(['setsid', '--fork', 'sleep', '100'], { env, limit: 3000 });
  const left = await endMarked('MECLIS_LIB_TEST=two');
  assert.equal(left.length, 1);
  assert.match(left[0], /^sleep 100/);
});

test('the relay keeps to its rate, keeps order, and can be frozen', async () => {
  const size = 400_000;
  const source = net.createServer((s) => s.end(Buffer.from(Uint8Array.from({ length: size }, (_, i) => i * 31))));
  await new Promise((r) => source.listen(0, '127.0.0.1', r));
  const line = await relay(source.address().port, { rate: 4e6, delay: 5, jitter: 10, loss: 0.01 });
  const began = performance.now();
  const got = [];
  await new Promise((resolve, reject) => {
    net.connect(line.port, '127.0.0.1').on('data', (d) => got.push(d)).on('end', resolve).on('error', reject);
  });
  const seconds = (performance.now() - began) / 1000;
  const all = Buffer.concat(got);
  assert.equal(all.length, size);
  for (let i = 0; i < size; i += 997) assert.equal(all[i], (i * 31) & 255);
  assert.ok(seconds >= (size * 8) / 4e6 && seconds < 5, `${seconds} s`);
  await line.close();
  source.close();
});

test('a figure that is missed, unknown or broken is told, and counts', () => {
  const figures = [
    { name: 'told', value: 9, unit: 's' },
    { name: 'good', value: 1, unit: 's', most: 1 },
    { name: 'slow', value: 2, unit: 's', most: 1 },
    { name: 'unknown', value: NaN, unit: 's', most: 1 },
    { name: 'broken', value: NaN, unit: '', failed: true },
  ];
  assert.deepEqual(notMet(figures).map((f) => f.name), ['slow', 'unknown', 'broken']);
  const verdicts = table(figures).split('\n').slice(1).map((line) => line.split(/\s+/).at(-1));
  assert.deepEqual(verdicts, ['s', 'met', 'MISSED', 'MISSED', 'FAILED']);
});
