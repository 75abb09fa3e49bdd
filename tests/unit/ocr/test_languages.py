"""Languages told from pages, and the packs that are used, missing or not allowed."""

from __future__ import annotations

import pytest

from processors.ocr import tessdata
from processors.ocr.engine import Orientation
from processors.ocr.language import pack_of
from processors.ocr.picture import Picture
from processors.ocr.reading import Reader
from processors.ocr.tesserocr_engine import TesserocrEngine
from tests.corpus import make
from tests.unit.ocr.requests import Scripted, word

#: Eight lines of what an office writes, in each language that the set-up installs.
TEXTS = {
    "eng": """The office has received your application for a permit and will decide within six weeks.
Please send the missing papers to the address that stands at the top of this letter.
Whoever does not answer in time loses the right to be heard in this matter.""",
    "fra": """Le bureau a bien reçu votre demande d'autorisation et se prononcera dans les six semaines.
Veuillez envoyer les pièces manquantes à l'adresse qui figure en tête de cette lettre.
Celui qui ne répond pas à temps perd le droit d'être entendu dans cette procédure.""",
    "deu": """Das Amt hat Ihren Antrag auf Genehmigung erhalten und wird binnen sechs Wochen darüber entscheiden.
Bitte schicken Sie die fehlenden Unterlagen an die Anschrift, die oben auf diesem Brief steht.
Wer nicht rechtzeitig antwortet, verliert das Recht, in dieser Sache gehört zu werden.""",
    "spa": """La oficina ha recibido su solicitud de autorización y decidirá en el plazo de seis semanas.
Envíe por favor los documentos que faltan a la dirección que figura al comienzo de esta carta.
Quien no responda a tiempo pierde el derecho a ser oído en este procedimiento según la ley española.""",
    "ita": """L'ufficio ha ricevuto la Sua domanda di autorizzazione e deciderà entro sei settimane.
La preghiamo di inviare i documenti mancanti all'indirizzo che si trova all'inizio di questa lettera.
Chi non risponde in tempo perde il diritto di essere ascoltato perché la legge è così.""",
    "por": """A repartição recebeu o seu pedido de autorização e decidirá no prazo de seis semanas.
Queira enviar os documentos que faltam para o endereço que está no início desta carta.
Quem não responder a tempo perde o direito de ser ouvido neste processo, segundo a legislação.""",
    "nld": """Het kantoor heeft uw aanvraag voor een vergunning ontvangen en zal binnen zes weken beslissen.
Stuurt u de ontbrekende stukken alstublieft naar het adres dat bovenaan deze brief staat.
Wie niet op tijd antwoordt, verliest het recht om in deze zaak gehoord te worden.""",
}  # fmt: skip
ALL = tuple(TEXTS)


def lines(pack: str) -> list[str]:
    """Short enough to fit the page."""
    words = TEXTS[pack].split()
    return [" ".join(words[at : at + 6]) for at in range(0, len(words), 6)]


def drawn(pack: str) -> Picture:
    image = make.scan(lines(pack))
    return Picture(1, 612, 432, image, 300)


@pytest.fixture(scope="module")
def engine() -> TesserocrEngine:
    return TesserocrEngine(tessdata.find(""), ALL)


@pytest.mark.parametrize("pack", ALL)
def test_each_language_is_told_and_read_with_its_pack(engine: TesserocrEngine, pack: str) -> None:
    page = Reader(engine).read(drawn(pack))
    # Dutch is written in English letters.
    assert (page.language, page.notes) == ("eng" if pack == "nld" else pack, ())
    wanted = TEXTS[pack].split()
    assert len(set(wanted) - {one.text for one in page.words}) <= 0.05 * len(wanted)


def test_the_first_language_costs_nothing_extra_and_the_next_page_begins_with_the_last_ones() -> None:
    def said(pack: str) -> list[object]:
        return [word(one, 0.9) for one in TEXTS[pack].split()]

    scripted = Scripted(said("eng"), languages=ALL)  # type: ignore[arg-type]
    Reader(scripted).read(drawn("eng"))
    assert [pack for pack, _ in scripted.calls] == ["eng"]
    scripted = Scripted(said("fra"), said("fra"), languages=ALL)  # type: ignore[arg-type]
    page = Reader(scripted).read(drawn("fra"))
    assert ([pack for pack, _ in scripted.calls], page.language) == (["eng", "fra"], "fra")
    scripted = Scripted(said("fra"), languages=ALL)  # type: ignore[arg-type]
    page = Reader(scripted).read(drawn("fra"), expected="fra")
    assert ([pack for pack, _ in scripted.calls], page.language) == (["fra"], "fra")


@pytest.mark.parametrize(("confidence", "read_with"), [(0.9, ["eng"]), (0.85, ["eng", "nld"])])
def test_dutch_is_read_again_only_where_english_was_unsure(confidence: float, read_with: list[str]) -> None:
    said = [word(one, confidence) for one in TEXTS["nld"].split()]
    scripted = Scripted(said, said, languages=ALL)
    page = Reader(scripted).read(drawn("nld"))
    assert ([pack for pack, _ in scripted.calls], page.language) == (read_with, read_with[-1])


def test_what_an_agency_does_not_allow_is_not_used(engine: TesserocrEngine) -> None:
    page = Reader(engine).read(drawn("deu"), allowed=("eng", "fra"))
    assert (page.language, page.notes) == ("eng", ("language_not_allowed:deu",))
    page = Reader(engine).read(drawn("deu"), allowed=("deu",))
    assert (page.language, page.notes) == ("deu", ())


def test_a_pack_that_is_missing_is_named() -> None:
    page = Reader(TesserocrEngine(tessdata.find(""), ("eng",))).read(drawn("deu"), allowed=("eng", "deu"))
    assert (page.language, page.notes) == ("eng", ("missing_pack:deu",))


def test_a_script_that_no_pack_reads_is_named() -> None:
    arabic = Orientation(0, 9.0, "Arabic", 5.0)
    engine = Scripted([word("x", 0.2)] * 50, orientation=arabic)
    page = Reader(engine).read(drawn("eng"))
    assert page.notes == ("missing_pack:ara",)
    # Stronger ink would not help.
    assert len(engine.calls) == 1


def test_a_script_is_read_with_the_pack_that_is_there() -> None:
    greek = Orientation(0, 9.0, "Greek", 5.0)
    engine = Scripted([word("x", 0.2)] * 50, [word("ok", 0.9)] * 50, orientation=greek, languages=("eng", "ell"))
    page = Reader(engine).read(drawn("eng"))
    assert (page.language, page.notes) == ("ell", ())


def test_fraktur_is_read_as_german_where_its_own_pack_is_missing() -> None:
    fraktur = Orientation(0, 9.0, "Fraktur", 15.0)
    engine = Scripted([word("x", 0.2)] * 50, [word("ok", 0.7)] * 50, orientation=fraktur, languages=ALL)
    page = Reader(engine).read(drawn("eng"))
    assert (page.language, page.notes) == ("deu", ("missing_pack:frk",))


def test_a_script_that_tesseract_only_guesses_is_not_named() -> None:
    guessed = Orientation(0, 1.0, "Arabic", 2.1)
    engine = Scripted([word("x", 0.2)] * 50, [], orientation=guessed)
    assert Reader(engine).read(drawn("eng")).notes == ()


def test_names_and_numbers_have_no_language() -> None:
    assert pack_of(["Smith", "Miller", "Baker", "12.50", "13.80", "Total", "Jones"]) == ""
    assert pack_of(["12.50"] * 100) == ""
