"""A browser for the tests of this folder, or one line that says why they are skipped."""

import shutil

import pytest

from launcher.start import BROWSERS

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def chromium():
    """Chromium of the machine, or Playwright's own; gone with its file, as its event loop bars every other."""
    api = pytest.importorskip("playwright.sync_api", reason="pārlūka testi izlaisti: nav requirements-browser.txt")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except api.Error:
            pytest.skip("pārlūka testi izlaisti: nav Chromium")
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open an address at a width; what the page asks for and complains about is kept as ``asked`` and ``said``."""
    contexts = []

    def open_it(address, width=1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: message.type == "error" and page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(address)
        return page

    yield open_it
    for context in contexts:
        context.close()
