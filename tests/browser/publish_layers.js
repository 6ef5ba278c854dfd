async ([url, token]) => {
  const { Room, setLogLevel } = await import("/static/vendor/livekit.mjs");
  setLogLevel("error");
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const context = canvas.getContext("2d");
  let count = 0;
  setInterval(() => {
    context.fillStyle = `hsl(${(count += 7) % 360} 60% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 40);
  const room = new Room({ dynacast: false });
  await room.connect(url, token, { rtcConfig: { iceServers: [] } });
  const layer = (height, maxBitrate) => ({
    width: (height * 16) / 9, height, resolution: { width: (height * 16) / 9, height, frameRate: 25 },
    encoding: { maxBitrate, maxFramerate: 25 },
  });
  await room.localParticipant.publishTrack(canvas.captureStream(25).getVideoTracks()[0], {
    simulcast: true,
    videoCodec: "vp8",
    videoEncoding: { maxBitrate: 600_000, maxFramerate: 25 },
    videoSimulcastLayers: [layer(90, 60_000), layer(180, 150_000)],
  });
  window.room = room;
}
