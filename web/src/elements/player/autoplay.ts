/** With sound if the browser lets us, without if it insists, not at all if it insists on that. */
export async function tryPlay(video: HTMLVideoElement): Promise<'played' | 'silenced' | 'refused'> {
  if (!(await isRefused(video))) return 'played';
  if (video.muted) return 'refused';
  video.muted = true;
  return (await isRefused(video)) ? 'refused' : 'silenced';
}

async function isRefused(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return false;
  } catch (error) {
    // Anything else, a new source above all, is not the browser's will.
    return error instanceof DOMException && error.name === 'NotAllowedError';
  }
}
