"""Cameras, microphones and speakers."""

from pyscript.context import window
from pyscript.ffi import to_js


class Device:
    """A camera, microphone or speaker. `device["id"]` is the same as `device.id`, and so for the others."""

    def __init__(self, device_info):
        self._device_info = device_info

    @property
    def id(self):
        """What tells it from others; empty until the visitor has allowed a device to be used."""
        return self._device_info.deviceId

    @property
    def group(self):
        """The same for devices that belong together, the microphone and speaker of a headset for example."""
        return self._device_info.groupId

    @property
    def kind(self):
        """`videoinput`, `audioinput` or `audiooutput`."""
        return self._device_info.kind

    @property
    def label(self):
        """Its name for people; empty until the visitor has allowed a device to be used."""
        return self._device_info.label

    def __getitem__(self, key):
        if key not in ("id", "group", "kind", "label"):
            raise KeyError(key)
        return getattr(self, key)

    @classmethod
    async def request_stream(cls, audio=False, video=True):
        """Asks the visitor for a camera or a microphone and gives its stream, a JavaScript `MediaStream`.

        `audio` and `video` are booleans, or dicts of constraints: `video={"width": 640}`. Raises JavaScript's error when
        the visitor does not allow it or there is no such device.
        """
        return await window.navigator.mediaDevices.getUserMedia(to_js({"audio": audio, "video": video}))

    @classmethod
    async def load(cls, audio=False, video=True):
        """The earlier name of `request_stream`."""
        return await cls.request_stream(audio, video)

    async def get_stream(self):
        """Gives the stream of this very device; of a speaker's, that of the microphone it belongs with."""
        wanted = {"deviceId": {"exact": self.id}}
        if self.kind == "videoinput":
            return await Device.request_stream(False, wanted)
        if self.kind == "audiooutput":
            # A speaker has no stream of its own, and its id is no microphone's.
            wanted = {"groupId": self.group}
        return await Device.request_stream(wanted, False)


async def list_devices():
    """Gives a list of the visitor's devices. Names and ids are empty until one was allowed by `request_stream`."""
    return [Device(info) for info in await window.navigator.mediaDevices.enumerateDevices()]
