"""Language models as readers of a type: in the stage's own process, and behind a server, with the same outcome."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors import completions, document_types
from processors.completions import Attributed
from processors.config import PACKAGE, SCHEMAS, load
from processors.errors import StageFailed
from processors.events import DocumentClassified, DocumentId, Event, EventData, Original
from processors.extract.stage import build
from processors.fields import Fields
from processors.publish.release import Ask, decide
from processors.reasons import ReviewReason
from processors.stage import Completion, Done, Prompt, Work
from tests.language_server import MODEL, LanguageServer, of
from tests.unit.extract.made_pages import page

FORM = page(
    "POLITICAL ORDER\nContract #: 950658\nAdvertiser: Molita Group\nGross Total: $5,625.00\nFlight: 12/30/2019"
)
TYPE = "fcc_political_ad_buy"


def types(folder: Path, *readers: str) -> str:
    """The shipped types; the ad contract is read by these readers alone."""
    shutil.copytree(SCHEMAS / "documents", folder)
    file = folder / f"{TYPE}.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"x-readers": list(readers)}), encoding="utf-8")
    return str(folder)


def work(folder: Path, answers: dict[str, Path] | None = None) -> Work:
    pages = folder / "pages.jsonl"
    pages.write_text(FORM.to_json() + "\n", encoding="utf-8")
    original = Original(bucket="inbox-a", key="k", version_id="v", size=1)
    document = DocumentId(id="d" * 8, agency="a", original=original)
    data = DocumentClassified(document=document, type=TYPE, confidence=0.97)
    event = Event[EventData](id="1", type=data.TYPE, source="/chancery/test", time=datetime.now(UTC), data=data)
    return Work(event=event, inputs={"pages": pages}, scratch=folder, untrusted_answers=answers or {})


def fields(done: object) -> Fields:
    assert isinstance(done, Done)
    return Fields.model_validate_json(done.artefacts[0].path.read_bytes())


@pytest.mark.train
def test_a_model_in_the_process_and_one_behind_a_server_read_the_same(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from processors.adapters.language_server import LanguageServer as Client
    from processors.extract.language.reader import LanguageReader
    from processors.extract.language.transformers_model import TransformersModel

    weights = PACKAGE / "models" / "language"
    here = build(load({"CHANCERY_DOCUMENT_TYPES": types(tmp_path / "here", "transformers")}))
    local = fields(here.process(work(tmp_path)))
    assert {"contract_num": "950658", "gross_amount": "5625.00"}.items() <= local.values.items()
    assert "transformers" in local.engine and local.model_digest
    proven = [proof for path, proof in local.evidence.items() if local.values.get(path)]
    assert all(proof.page == 1 and proof.boxes for proof in proven)
    assert {proof.note for proof in proven} == {"unmeasured"}, "nobody measured what this model is worth"

    environment = {
        "CHANCERY_DOCUMENT_TYPES": types(tmp_path / "served", "openai"),
        "CHANCERY_LANGUAGE_URL": "http://model.invalid/v1",
        "CHANCERY_LANGUAGE_MODEL": MODEL,
    }
    from dataclasses import replace

    from processors.extract.asking import LanguageModels
    from processors.extract.stage import Extract

    stage = build(load(environment))
    assert isinstance(stage, Extract)
    # A small model has a small context: the same windows as in the process.
    stage = replace(stage, models=LanguageModels(reader=LanguageReader(words_in_window=146)))
    asks = stage.process(work(tmp_path))
    assert isinstance(asks, Done) and not asks.events
    prompts = [prompt for prompt in asks.questions if isinstance(prompt, Prompt)]
    assert len(prompts) == len(asks.questions) > 0
    with LanguageServer(of(TransformersModel(weights))) as server:
        said = Client(server.url, MODEL).complete(prompts)
    answers = {prompt.name: tmp_path / f"{prompt.name}.answer" for prompt in prompts}
    for prompt, one in zip(prompts, said, strict=True):
        completions.write(Attributed(one, "tiny openai", "0" * 64), answers[prompt.name])
    served = fields(stage.process(work(tmp_path, answers)))
    assert served.values == local.values
    assert "tiny openai" in served.engine


class Silenced:
    """A model in this process that gives no whole answer to the first so many prompts, and none to the rest."""

    name, digest = "made", ""

    def __init__(self, silent: int, said: str = "") -> None:
        self.silent, self.said = silent, said

    def complete(self, prompts: Sequence[Prompt]) -> list[Completion]:
        return [
            Completion(self.said, finished=False) if nth < self.silent else Completion(_nothing(prompt))
            for nth, prompt in enumerate(prompts)
        ]


def _nothing(prompt: Prompt) -> str:
    """A whole answer that finds nothing: every field of the type is null."""
    return json.dumps(dict.fromkeys(FIELDS))


FIELDS = ("contract_num", "advertiser", "gross_amount", "flight_from", "flight_to")


@pytest.mark.parametrize(("silent", "said"), [(1, ""), (1, '{"contract_num": "950'), (0, "")])
def test_a_model_that_was_silenced_did_not_agree(tmp_path: Path, silent: int, said: str) -> None:
    from processors.extract.asking import LanguageModels
    from processors.extract.extractor import Extractor
    from processors.extract.labels import LabelReader
    from processors.extract.stage import Extract

    kinds = document_types.load(Path(types(tmp_path / "types", "labels", "transformers")))
    stage = Extract(kinds, Extractor({"labels": LabelReader()}), LanguageModels(Silenced(silent, said)))
    read = fields(stage.process(work(tmp_path)))
    assert read.values["contract_num"] == "950658", "what others read stays"
    assert read.unfinished == (FIELDS if silent else ())
    asked = decide(read, kinds[TYPE], 0.99)
    assert isinstance(asked, Ask)
    told = {path for reason, path in asked.reasons if reason is ReviewReason.READER_UNFINISHED}
    assert told == set(FIELDS if silent else ())


@pytest.mark.parametrize(("reader", "variable"), [("openai", "CHANCERY_LANGUAGE_URL")])
def test_a_type_that_asks_for_a_model_that_is_not_there_stops_the_stage(
    tmp_path: Path, reader: str, variable: str
) -> None:
    settings = load({"CHANCERY_DOCUMENT_TYPES": types(tmp_path / "types", "labels", reader)})
    with pytest.raises(StageFailed, match=variable):
        build(settings)
