"""`pyscript.media`, with the browser's fake camera and microphone."""

from harness import equal, raises
from pyscript.media import Device, list_devices


def _end(stream):
    for track in stream.getTracks():
        track.stop()


async def test_devices_are_listed():
    _end(await Device.request_stream(audio=True, video=True))
    devices = await list_devices()
    kinds = [device.kind for device in devices]
    for kind in ("videoinput", "audioinput", "audiooutput"):
        assert kind in kinds, kinds
    for device in devices:
        assert isinstance(device, Device)
        assert device.id and device.label, (device.kind, device.id, device.label)
        for key in ("id", "group", "kind", "label"):
            equal(device[key], getattr(device, key))
        with raises(KeyError, "nothing"):
            device["nothing"]


async def test_a_stream_has_what_was_asked_for():
    for audio, video in ((False, True), (True, False), (True, {"width": 320, "height": 240})):
        stream = await Device.request_stream(audio=audio, video=video)
        equal(stream.getAudioTracks().length, 1 if audio else 0)
        equal(stream.getVideoTracks().length, 1 if video else 0)
        if isinstance(video, dict):
            equal(stream.getVideoTracks()[0].getSettings().width, 320)
        _end(stream)


async def test_video_is_what_one_gets_without_asking():
    stream = await Device.load()
    equal((stream.getAudioTracks().length, stream.getVideoTracks().length), (0, 1))
    _end(stream)


async def test_each_device_gives_its_own_stream():
    _end(await Device.request_stream(audio=True, video=True))
    for device in await list_devices():
        if device.kind == "audiooutput" or device.id in ("default", "communications"):
            continue
        stream = await device.get_stream()
        track = stream.getTracks()[0]
        equal(track.kind + "input", device.kind)
        equal(track.getSettings().deviceId, device.id)
        _end(stream)
