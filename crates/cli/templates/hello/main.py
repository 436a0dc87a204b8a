from pyscript import document, when


@when("click", "#greet")
def greet():
    name = document.querySelector("#name").value or "you"
    document.querySelector("#greeting").textContent = f"Hello, {name}!"


# What is printed appears in the browser's console.
print("Ready.")
