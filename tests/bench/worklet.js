// Finds the beeps of the test card's sound: tells the time of each one's first loud sample.
class Beeps extends AudioWorkletProcessor {
  quiet = 0;

  process([input], [output]) {
    const [sound] = input;
    input.forEach((channel, i) => output[i]?.set(channel));
    if (!sound) return true;
    for (let i = 0; i < sound.length; i++) {
      if (Math.abs(sound[i]) < 0.15) {
        this.quiet++;
      } else {
        // The tone alone stays below for a second and more; within a beep, for half a millisecond.
        if (this.quiet > sampleRate / 2) this.port.postMessage((currentFrame + i) / sampleRate);
        this.quiet = 0;
      }
    }
    return true;
  }
}
registerProcessor('beeps', Beeps);
