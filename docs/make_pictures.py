"""Make the handbook's pictures (docs/images/*.png) of our own pages, sheets and documents, from a run of the example.

    python run.py                        first: makes reports/example
    python docs/make_pictures.py         then: needs LibreOffice, poppler's pdftoppm and Chromium on the path

Kept out of ``refresh``, since not every machine has these programs; ``refresh`` puts the pictures into the page.
"""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

ROOT = Path(__file__).resolve().parent.parent
MADE, EXAMPLE = ROOT / "reports" / "example", ROOT / "data" / "example"
WIDTH, COLOURS = 1100, 64  # pixels; few colours keep the files small
BROWSER = [
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WEB = {
    "sakums": ("0_sakums.html", 1000),
    "pieteikumi": ("1_pieteikumi.html", 900),
    "atlase_lapa": ("2_atlase.html", 900),
}
OFFICE = {  # picture: file, first page that holds this text, share of the page from its top
    "konsultacijas": (EXAMPLE / "darba_gramata.xlsx", "Katrs piedāvājums savā rindā", 0.6),
    "lemumi": (EXAMPLE / "darba_gramata.xlsx", "Ko izlēmis cilvēks", 0.6),
    "vertesana": (EXAMPLE / "vertejumi" / "Ilze Piemēra.xlsx", "K-", 0.45),
    "vestule": (MADE / "ieksejie" / "vestules" / "K-1071EE Liepu pagalma draugi.docx", "", 0.75),
    "parskats": (MADE / "finansetajam" / "atskaite.docx", "", 0.9),
}


def save(picture: Image.Image, name: str) -> None:
    """Cut the empty margins, narrow, reduce colours, save."""
    picture = picture.convert("RGB")
    left, top, right, bottom = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    right, bottom = min(right + 12, picture.width), min(bottom + 12, picture.height)
    picture = picture.crop((max(left - 12, 0), max(top - 12, 0), right, bottom))
    small = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    few = small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)  # keeps rare colours
    few.save(ROOT / "docs" / "images" / f"{name}.png", optimize=True)


def photograph(page: Path, height: int, place: Path) -> Image.Image:
    """A page as the browser shows it."""
    shot = place / "page.png"
    options = [f"--user-data-dir={place / 'browser'}", f"--window-size={WIDTH},{height}", f"--screenshot={shot}"]
    subprocess.run([*BROWSER, *options, page.as_uri()], check=True, capture_output=True)
    return Image.open(shot).copy()


def print_page(file: Path, needle: str, share: float, place: Path) -> Image.Image:
    """The first printed page of a workbook or document that holds a text."""
    office = ["soffice", "--headless", f"-env:UserInstallation={(place / 'office').as_uri()}"]
    subprocess.run([*office, "--convert-to", "pdf", "--outdir", place, file], check=True, capture_output=True)
    made = place / f"{file.stem}.pdf"
    texts = subprocess.run(["pdftotext", "-layout", made, "-"], check=True, capture_output=True, text=True).stdout
    pages = texts.split("\f")
    numbers = [number for number, text in enumerate(pages, start=1) if needle in text]
    number = numbers[1] if needle and number_of_help(pages) == numbers[0] else numbers[0]
    words = ["-r", "150", "-f", str(number), "-l", str(number), "-png", "-singlefile", made, place / "page"]
    subprocess.run(["pdftoppm", *words], check=True)
    picture = Image.open(place / "page.png").copy()
    return picture.crop((0, 0, picture.width, round(picture.height * share)))


def number_of_help(pages: list[str]) -> int:
    """The help sheet repeats what each sheet is for, so it does not count."""
    return next((number for number, text in enumerate(pages, start=1) if "Lapas" in text or "Paraug" in text), 0)


def main() -> None:
    """Make every picture."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for picture, (page, height) in WEB.items():
            save(photograph(MADE / "ieksejie" / page, height, place), picture)
        for picture, (file, needle, share) in OFFICE.items():
            save(print_page(file, needle, share, place), picture)


if __name__ == "__main__":
    main()
