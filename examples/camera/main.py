"""Shows what a camera sees, and keeps pictures of it."""

from pyscript import document, media, when

video = document.querySelector("#video")
devices = document.querySelector("#devices")
status = document.querySelector("#status")


async def watch(device=None):
    """Shows a camera, or whichever the browser offers first."""
    wanted = {"deviceId": {"exact": device}} if device else True
    try:
        video.srcObject = await media.Device.load(video=wanted)
    except Exception as error:
        # Nobody allowed it, or there is none.
        status.textContent = f"No picture: {error}"
        return
    status.textContent = ""
    document.querySelector("#snap").disabled = False


@when("click", "#start")
async def start():
    await watch()
    # Cameras have names only after one was allowed.
    devices.replaceChildren()
    for device in await media.list_devices():
        if device.kind == "videoinput":
            option = document.createElement("option")
            option.value = device.id
            option.textContent = device.label or "Camera"
            devices.append(option)
    devices.disabled = devices.options.length < 2


@when("change", "#devices")
async def choose():
    await watch(devices.value)


@when("click", "#snap")
def snap():
    canvas = document.createElement("canvas")
    canvas.width, canvas.height = video.videoWidth, video.videoHeight
    canvas.getContext("2d").drawImage(video, 0, 0)
    picture = document.createElement("img")
    picture.src = canvas.toDataURL("image/jpeg")
    picture.alt = "Picture " + str(document.querySelectorAll("#pictures img").length + 1)
    document.querySelector("#pictures").prepend(picture)
