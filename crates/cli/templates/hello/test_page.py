# `pyrite test` runs this in a browser.


async def test_greets(page):
    site = await page.open("index.html")
    site.fill("#name", "Ada")
    site.click("#greet")
    await site.wait_for("#greeting", "Hello, Ada!")
