// Encoders: ffmpeg in the place of OBS, a camera, a hardware encoder.
import { Program } from './programs.mjs';

// ffmpeg's arguments for a moving picture with a sound, H.264 and AAC as OBS sends them. `video` and
// `audio`: false for none, or an encoder's own arguments; `codec`: added to the usual ones.
function encoder({ size = '320x180', rate = 25, keyframes = 50, tone = 440, picture = 'testsrc2', soundRate = 48000, channels = 2, video = true, audio = true, codec = [], seconds, readRate = 1 } = {}) {
  const args = ['-hide_banner', '-loglevel', 'warning'];
  if (video) args.push('-readrate', String(readRate), '-f', 'lavfi', '-i', `${picture}${picture.includes('=') ? ':' : '='}size=${size}:rate=${rate}`);
  if (audio) args.push('-readrate', String(readRate), '-f', 'lavfi', '-i', `sine=frequency=${tone}:sample_rate=${soundRate}`);
  if (seconds) args.push('-t', String(seconds));
  if (video) {
    const usual = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-sc_threshold', '0', '-keyint_min', String(keyframes)];
    args.push(...(Array.isArray(video) ? video : usual), '-pix_fmt', 'yuv420p', '-g', String(keyframes), '-b:v', '400k', '-threads', '1', ...codec);
  }
  if (audio) args.push(...(Array.isArray(audio) ? audio : ['-c:a', 'aac', '-b:a', '96k']), '-ac', String(channels));
  return args;
}

class Publisher extends Program {
  // As a cable pulled: it is still there, and says nothing.
  pause() {
    this.kill('SIGSTOP');
  }

  resume() {
    this.kill('SIGCONT');
  }
}

function publish(t, name, args) {
  const p = new Publisher(name, 'ffmpeg', args);
  t.after(() => p.end());
  return p;
}

export function srt(t, port, { passphrase, streamId, latency = 120, ...options } = {}) {
  const query = new URLSearchParams({ mode: 'caller', latency: String(latency * 1000), pkt_size: '1316' });
  if (passphrase) query.set('passphrase', passphrase);
  if (streamId) query.set('streamid', streamId);
  return publish(t, 'ffmpeg-srt', [...encoder(options), '-f', 'mpegts', `srt://127.0.0.1:${port}?${query}`]);
}

// A file, as it is, at its own pace.
export function srtFile(t, port, path) {
  return publish(t, 'ffmpeg-srt', ['-hide_banner', '-loglevel', 'warning', '-re', '-i', path, '-c', 'copy', '-f', 'mpegts', `srt://127.0.0.1:${port}?mode=caller&latency=120000&pkt_size=1316`]);
}

export function rtmp(t, port, key, options = {}) {
  return publish(t, 'ffmpeg-rtmp', [...encoder(options), '-f', 'flv', '-flvflags', 'no_duration_filesize', `rtmp://127.0.0.1:${port}/live/${key}`]);
}
