// Runs in the page, before its own scripts: looks at the video through the eyes of a viewer.
// `window.bench` tells what was seen; times are the page's (performance.now()) unless UTC is said.
//
// What the strip means is written in pipelines/test_card.h. Only the strip and the flash are copied
// out of each frame, as they were decoded: nothing is drawn or scaled.
(() => {
  const CELLS = 32, VALUE_BITS = 24, DIFFERENCE = 32;
  const bench = (window.bench = {
    first: null, // { now, shown }: the first frame's callback
    frames: [], // [callback, shown, UTC of the strip modulo 2^24 ms or null, flash, media time, UTC minus page time]
    mismatched: 0, // the picture had moved on when the callback came
    waiting: 0, // the browser waited for data after it had begun
    seeks: 0,
    beeps: [], // page time at which each beep begins, as the element knows it
    soundLatency: null,
  });

  const even = (n) => Math.floor(n) & ~1;
  const layout = (width, height) => {
    const cell = even(width / 40), side = 4 * cell;
    return {
      cell,
      strip: { x: even((width - CELLS * cell) / 2), y: cell, width: CELLS * cell, height: 2 * cell },
      flash: { x: even((width - side) / 2 + side / 2 - 8), y: even(height - side / 2 - cell - 8), width: 16, height: 16 },
    };
  };

  // Luma is the first plane of all that a decoder gives (I420, NV12).
  async function luma(frame, rect) {
    const bytes = new Uint8Array(frame.allocationSize({ rect }));
    const [plane] = await frame.copyTo(bytes, { rect });
    return { at: (x, y) => bytes[plane.offset + y * plane.stride + x] };
  }

  function middle(plane, x, y, cell) {
    let sum = 0, count = 0;
    for (let j = y + cell / 4; j < y + (3 * cell) / 4; j += 2) {
      for (let i = x + cell / 4; i < x + (3 * cell) / 4; i += 2, count++) sum += plane.at(Math.floor(i), Math.floor(j));
    }
    return sum / count;
  }

  function decode(plane, cell) {
    let cells = '';
    for (let i = 0; i < CELLS; i++) {
      const difference = middle(plane, i * cell, 0, cell) - middle(plane, i * cell, cell, cell);
      if (Math.abs(difference) < DIFFERENCE) return null;
      cells += difference > 0 ? '1' : '0';
    }
    const value = parseInt(cells.slice(4, 4 + VALUE_BITS), 2);
    let parity = 0;
    for (let shift = 0; shift < VALUE_BITS; shift += 4) parity ^= (value >> shift) & 15;
    return cells.startsWith('1010') && parseInt(cells.slice(28), 2) === (~parity & 15) ? value : null;
  }

  async function look(video, now, metadata) {
    const frame = new VideoFrame(video);
    const offset = Date.now() + 0.5 - performance.now();
    try {
      if (Math.abs(frame.timestamp / 1e6 - metadata.mediaTime) > 0.005) {
        bench.mismatched++;
        return;
      }
      const { cell, strip, flash } = layout(frame.visibleRect.width, frame.visibleRect.height);
      const [upper, block] = await Promise.all([luma(frame, strip), luma(frame, flash)]);
      let white = 0;
      for (let y = 0; y < 16; y++) for (let x = 0; x < 16; x++) white += block.at(x, y);
      const utc = decode(upper, cell);
      bench.frames.push([now, metadata.expectedDisplayTime, utc, white / 256 > 125, metadata.mediaTime, offset]);
    } finally {
      frame.close();
    }
  }

  function watch(video) {
    const onFrame = (now, metadata) => {
      video.requestVideoFrameCallback(onFrame);
      bench.first ??= { now, shown: metadata.expectedDisplayTime };
      if (bench.looking) look(video, now, metadata).catch((e) => (bench.error = String(e)));
    };
    video.requestVideoFrameCallback(onFrame);
    video.addEventListener('waiting', () => {
      if (bench.looking && !video.seeking) bench.waiting++;
    });
    video.addEventListener('seeking', () => {
      if (bench.looking) bench.seeks++;
    });
  }

  // A beep is 1 kHz after quiet: its first sample above half the beep's level.
  bench.listen = async (workletAddress) => {
    const { video } = document.querySelector('meclis-player');
    video.muted = false;
    const context = new AudioContext({ latencyHint: 'interactive', sampleRate: 48000 });
    await context.audioWorklet.addModule(workletAddress);
    const node = new AudioWorkletNode(context, 'beeps');
    context.createMediaElementSource(video).connect(node).connect(context.destination);
    await context.resume();
    // Chromium tells the element that what an AudioContext takes from it is heard at once
    // (WebAudioSourceProviderImpl::ProvideInput renders with a delay of zero), so the picture does not
    // wait for the context's latency, as it does for a loudspeaker's of its own. That is this
    // measurement's doing, and taken off.
    node.port.onmessage = ({ data }) => {
      const { contextTime, performanceTime } = context.getOutputTimestamp();
      bench.soundLatency = context.outputLatency;
      bench.beeps.push(performanceTime + (data - contextTime - context.outputLatency) * 1000);
    };
    return context.state;
  };

  const find = () => {
    const video = document.querySelector('meclis-player')?.video;
    if (video) watch(video);
    else setTimeout(find, 2);
  };
  find();
})();
