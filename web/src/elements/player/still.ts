/** The last picture of what played, over the video while another way begins beneath it. */

/** Where nothing comes beneath it, a still picture must not pass for a broadcast. */
const MOST_MS = 4_000;

export class Still {
  readonly canvas = document.createElement('canvas');
  #timer: number | undefined;

  constructor() {
    this.canvas.className = 'still';
    this.canvas.hidden = true;
    this.canvas.setAttribute('aria-hidden', 'true');
  }

  get shown(): boolean {
    return !this.canvas.hidden;
  }

  show(video: HTMLVideoElement): void {
    const { videoWidth: width, videoHeight: height } = video;
    const context = this.canvas.getContext('2d');
    if (context === null || width === 0) return;
    Object.assign(this.canvas, { width, height });
    context.drawImage(video, 0, 0, width, height);
    this.canvas.hidden = false;
    this.#timer = window.setTimeout(() => this.hide(), MOST_MS);
  }

  hide(): void {
    window.clearTimeout(this.#timer);
    this.canvas.hidden = true;
    // A picture of 1080p is 8 MB.
    Object.assign(this.canvas, { width: 0, height: 0 });
  }
}
