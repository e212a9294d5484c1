import type { Capabilities } from '../../state/transport.js';
import { mediaSourceClass } from './live-buffer.js';

export function capabilities(video: HTMLVideoElement): Capabilities {
  return {
    mediaSource: mediaSourceClass() !== null,
    webSocket: typeof WebSocket === 'function',
    nativeHls: video.canPlayType('application/vnd.apple.mpegurl') !== '',
    apple: navigator.vendor.startsWith('Apple'),
  };
}

type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };
type AppleElement = HTMLElement & { webkitRequestFullscreen?: () => void };
type AppleDocument = Document & {
  webkitFullscreenElement?: Element | null;
  webkitExitFullscreen?: () => void;
};

export function canFullScreen(host: HTMLElement, video: HTMLVideoElement): boolean {
  return (
    (document.fullscreenEnabled && 'requestFullscreen' in host) ||
    'webkitRequestFullscreen' in host ||
    'webkitEnterFullscreen' in video
  );
}

export function isFullScreen(host: HTMLElement): boolean {
  return (document.fullscreenElement ?? (document as AppleDocument).webkitFullscreenElement) === host;
}

/** The whole player where the browser lets it, so that its controls stay; else the picture alone. */
export function toggleFullScreen(host: HTMLElement, video: HTMLVideoElement): void {
  const page = document as AppleDocument;
  if (isFullScreen(host)) {
    if ('exitFullscreen' in page) void page.exitFullscreen();
    else (page as AppleDocument).webkitExitFullscreen?.();
  } else if ('requestFullscreen' in host && document.fullscreenEnabled) {
    void host.requestFullscreen().catch(() => {});
  } else if ('webkitRequestFullscreen' in host) {
    (host as AppleElement).webkitRequestFullscreen?.();
  } else {
    (video as AppleVideo).webkitEnterFullscreen?.();
  }
}

export function canPictureInPicture(video: HTMLVideoElement): boolean {
  return 'requestPictureInPicture' in video && document.pictureInPictureEnabled;
}

export function togglePictureInPicture(video: HTMLVideoElement): void {
  if (document.pictureInPictureElement === video) void document.exitPictureInPicture().catch(() => {});
  else void video.requestPictureInPicture().catch(() => {});
}

/** Whether the volume is the page's to set: on Apple's phones it is the phone's alone. */
export function canSetVolume(): boolean {
  const probe = document.createElement('video');
  probe.volume = 0.5;
  return probe.volume === 0.5;
}
