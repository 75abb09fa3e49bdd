"""A stage's prompts: answered they come as files; unanswered the document waits, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event as Flag

import pytest

from processors import completions
from processors.adapters.language_server import LanguageServer
from processors.adapters.memory import MemoryLog
from processors.advisers import LanguageModel
from processors.errors import DependencyUnavailable, PipelineError, StageFailed
from processors.events import DocumentClassified, DocumentExtracted
from processors.runtime import asking
from processors.runtime.processing import outcome_of
from processors.runtime.worker import Worker
from processors.stage import Artefact, Completion, Done, Draft, Outcome, Prompt, Question, Work
from tests import language_server as local
from tests.language_server import MODEL, walking
from tests.prompts import prompt
from tests.unit.runtime.makers import DOCUMENT, asked, read, requested, stored
from tests.unit.runtime.shop import Shop


@dataclass
class Model:
    """Says the prompt's name, unless it is told to fail."""

    name: str = "parrot 1"
    digest: str = "d" * 64
    fails: list[PipelineError] = field(default_factory=list)
    calls: list[list[str]] = field(default_factory=list)
    says: Completion | None = None

    def complete(self, prompts: Sequence[Prompt]) -> Sequence[Completion]:
        self.calls.append([one.name for one in prompts])
        if self.fails:
            raise self.fails.pop(0)
        return [self.says or Completion(one.name.upper(), ((one.name.upper(), -0.5),)) for one in prompts]


@dataclass
class Vision:
    """Reads every page."""

    name: str = "eyes 1"
    calls: int = 0

    def read(self, picture: bytes) -> str:
        self.calls += 1
        return "text"


@dataclass
class Asks:
    """Asks two prompts and about a page, then reads."""

    again: bool = False
    seen: list[Work] = field(default_factory=list)

    def run(self, work: Work) -> Outcome:
        self.seen.append(work)
        if len(self.seen) > 1 and not self.again:
            return read(work)
        picture = work.scratch / "1.png"
        picture.write_bytes(b"picture")
        prompts = [prompt(work.scratch, f"fields-{n}") for n in range(2)]
        return replace(read(work), questions=(prompts[0], Question("page-00001", 1, picture), prompts[1]))

    def close(self) -> None: ...


@pytest.fixture
def work(tmp_path: Path) -> Work:
    shop = Shop("ocr", tmp_path, read)
    return Work(requested(stored(shop.objects, "original"), 1, 2), {}, tmp_path)


def test_answers_come_as_files_that_say_who_answered(work: Work) -> None:
    bench, model = Asks(), Model()
    outcome_of(work, bench, Vision(), model, resume=False)
    answers = bench.seen[1].untrusted_answers
    assert sorted(answers) == ["fields-0", "fields-1", "page-00001"]
    said = completions.read(answers["fields-1"])
    assert said.completion == Completion("FIELDS-1", (("FIELDS-1", -0.5),))
    assert (said.model, said.digest) == ("parrot 1", "d" * 64)
    assert answers["page-00001"].read_text() == "text"
    assert model.calls == [["fields-0", "fields-1"]], "all prompts of a document are asked together"


@pytest.mark.parametrize("error", [DependencyUnavailable("away"), StageFailed("refused")])
def test_without_an_answer_the_stage_does_not_go_on(work: Work, error: PipelineError) -> None:
    bench, vision = Asks(), Vision()
    with pytest.raises(type(error)):
        outcome_of(work, bench, vision, Model(fails=[error]), resume=True)
    assert len(bench.seen) == 1
    assert vision.calls == 0, "no page is shown in vain"


def test_without_a_model_the_document_waits_for_one(work: Work) -> None:
    with pytest.raises(DependencyUnavailable, match="CHANCERY_LANGUAGE_URL"):
        outcome_of(work, Asks(), Vision(), None, resume=False)


def test_an_answer_beyond_all_bounds_is_the_stages_fault(work: Work) -> None:
    said = Completion("a" * completions.MOST_BYTES)
    with pytest.raises(StageFailed, match="too large"):
        outcome_of(work, Asks(), Vision(), Model(says=said), resume=False)


def test_a_stage_may_not_ask_for_ever(work: Work) -> None:
    with pytest.raises(StageFailed, match="asks again"):
        outcome_of(work, Asks(again=True), Vision(), Model(), resume=False)


def test_no_questions_ask_nobody(tmp_path: Path) -> None:
    model = Model()
    assert asking.answers([], None, model, tmp_path) == {}
    assert model.calls == []


# Through the worker. Extract needs pages; `classified` is what it reads.


def extract(given: Work) -> Done:
    """Asks one prompt, then says that it is done."""
    if not given.untrusted_answers:
        return Done(questions=(prompt(given.scratch),))
    completions.read(given.untrusted_answers["fields-0"])
    data = DocumentExtracted(
        document=given.event.data.document,
        type="letter",
        type_version="1",
        type_confidence=1.0,
        fields_total=1,
        fields_found=1,
    )
    fields = given.scratch / "fields.json"
    fields.write_text("{}")
    return Done(events=(Draft(data),), artefacts=(Artefact("fields.json", "fields", fields, "application/json"),))


def shop_of(tmp_path: Path, model: LanguageModel | None) -> Shop:
    shop = Shop("extract", tmp_path, extract, language=model)
    classified = DocumentClassified(document=DOCUMENT, type="letter", confidence=1.0)
    shop.ask(asked(classified, pages=stored(shop.objects, "pages")))
    return shop


def test_a_document_waits_for_the_model_and_no_attempt_counts(tmp_path: Path) -> None:
    model = Model(fails=[DependencyUnavailable("away")] * 20)
    shop = shop_of(tmp_path, model)
    shop.run(polls=9)
    assert (shop.events("documents.extracted"), shop.dead_letters, shop.quarantined) == ([], [], [])
    assert shop.committed == 0
    assert len(model.calls) > 6, "asked more often than work may be attempted"
    shop.run()
    assert len(shop.events("documents.extracted")) == 1
    assert (shop.dead_letters, shop.quarantined, shop.committed) == ([], [], 1)


def test_a_document_that_the_model_cannot_do_ends_as_a_dead_letter(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, Model(fails=[StageFailed("refused")] * 20))
    shop.run()
    assert [one.data.reason for one in shop.dead_letters] == ["stage_failed"]
    assert shop.committed == 1


def test_a_real_server_goes_and_comes_back(tmp_path: Path) -> None:
    """The breaker opens, the stage pauses, the breaker lets one through, and the document goes on."""
    now = [0.0]

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    with local.LanguageServer(walking()) as server:
        model = LanguageServer(server.url, MODEL, clock=lambda: now[0], sleep=sleep)
        shop = shop_of(tmp_path, model)
        server.models = (503, {})
        shop.run(polls=9)
        assert (shop.events("documents.extracted"), shop.dead_letters, shop.committed) == ([], [], 0)
        with pytest.raises(DependencyUnavailable, match="not asked"):
            model.identify()
        server.models = (200, {"data": [{"id": MODEL}]})
        now[0] += 60.0
        shop.run()
    assert len(shop.events("documents.extracted")) == 1
    assert (shop.dead_letters, shop.quarantined, shop.committed) == ([], [], 1)


def test_a_stop_while_the_model_is_away_ends_the_worker(tmp_path: Path) -> None:
    stop = Flag()

    class Away(Model):
        def complete(self, prompts: Sequence[Prompt]) -> Sequence[Completion]:
            stop.set()
            raise DependencyUnavailable("away")

    shop = shop_of(tmp_path, Away())
    log = MemoryLog(shop.topics, group="extract", reads=shop.row.reads, batch=1)
    Worker(log, shop.answerer(stop=stop), stop, abandon=lambda: None).run()
    assert (shop.dead_letters, shop.committed) == ([], 0)
