/** What the video element itself tells, whatever the transport: size, frames each second, frames dropped. */
export class PictureNumbers {
  #video;
  #last = null; // {frames, at} of the last look

  constructor(video) {
    this.#video = video;
  }

  /** `fps` is null at the first look, and where the count began anew. */
  look(now = performance.now()) {
    const { totalVideoFrames: frames, droppedVideoFrames: framesDropped } = this.#video.getVideoPlaybackQuality();
    const { videoWidth: width, videoHeight: height } = this.#video;
    const last = this.#last;
    this.#last = { frames, at: now };
    const grown = last && frames >= last.frames && now > last.at;
    const fps = grown ? ((frames - last.frames) * 1000) / (now - last.at) : null;
    return { width, height, fps, framesDropped };
  }
}
