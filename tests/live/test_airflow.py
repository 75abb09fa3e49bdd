"""Airflow in the local, secured stack: its parts, and a reprocessing that one asks for and another approves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psutil
import pytest

from processors.adapters import provision
from processors.adapters.kafka_reader import KafkaReader
from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.events import ResultReleased, RunReported
from processors.local.airflow_home import USERS, AirflowHome
from processors.pipeline import RUNS
from processors.runtime.codec import decode
from tests.live import operator_in_browser
from tests.live.airflow_site import RELEASED, SAMPLES, Site, started
from tests.live.oracle import Oracle, upload
from tests.permissions import open_to_others
from tests.waiting import until

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(900),
    # kafka-python 3.0.12 reads its schemas with importlib.resources.read_text, which calls open_text
    pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with started(tmp_path_factory.mktemp("site") / "home", secured=True) as up:
        yield up


def reported(settings: Settings, run: str) -> RunReported:
    """The report of a run of `reprocess`, once it is there; scheduled runs of other DAGs report as well."""
    reader = KafkaReader(
        settings.kafka, RUNS.replace(".", r"\."), group=None, prefix="", security=settings.kafka_security
    )
    found: list[RunReported] = []
    with closing(reader):

        def there() -> bool:
            told = (decode(record.value).data for record in reader.poll(0.5))
            found.extend(one for one in told if (one.dag, one.run) == ("reprocess", run))
            return bool(found)

        until(there, f"{run} is reported", pause=0)
    return found[0]


def test_four_components_serve_this_machine_alone_and_complain_of_nothing(site: Site) -> None:
    for name in ("importErrors", "dagWarnings", "plugins/importErrors"):
        assert site.ada.get(name)["total_entries"] == 0, site.ada.get(name)
    assert "reprocess" in {one["dag_id"] for one in site.ada.get("dags")["dags"]}
    assert {one["name"]: one["slots"] for one in site.ada.get("pools")["pools"]}["reprocess_emit"] == 2

    parts = {name: one for name, one in site.stack.servers.items() if name.startswith("airflow-")}
    assert sorted(parts) == [
        "airflow-api-server",
        "airflow-dag-processor",
        "airflow-scheduler",
        "airflow-triggerer",
    ]
    port, listening = int(site.stack.airflow.rpartition(":")[2]), set()
    for one in parts.values():
        leader = psutil.Process(one.pid)
        for process in (leader, *leader.children(recursive=True)):
            listening |= {c.laddr for c in process.net_connections(kind="tcp") if c.status == psutil.CONN_LISTEN}
    assert ("127.0.0.1", port) in listening
    assert {address for address, _ in listening} == {"127.0.0.1"}
    assert len(listening) <= 2, "the pages, and the figures for Prometheus"

    assert list(open_to_others(site.stack.home / "airflow")) == []


def test_what_the_form_does_not_know_fails_the_run_at_once_and_is_reported(site: Site) -> None:
    assert site.ada.trigger("reprocess", "odd", {"rate": -1}) == 400
    assert site.vera.trigger("reprocess", "odd", {}) == 403
    assert site.ada.trigger("reprocess", "odd", {"agency": "alpha"}) == 200
    assert site.ada.until_ended("reprocess", "odd") == "failed"
    assert site.ada.tries("reprocess", "odd", "check") == 1, "what a person got wrong is not tried again"
    told = reported(site.settings, "odd")
    assert (told.outcome, told.by) == ("failed", "ada")


def test_one_asks_another_approves_and_the_new_results_take_the_place_of_the_old(site: Site) -> None:
    with closing(Oracle(site.settings)) as oracle:
        ids = [upload(site.settings, name, (SAMPLES / name).read_bytes()) for name in RELEASED]
        old = oracle.wait(ids, seconds=240)
        assert {end.state for end in old.values()} == {"result"}

        assert site.ada.trigger("reprocess", "one", {"name": "one", "agencies": ["alpha"], "why": "a trial"}) == 200
        site.ada.until_asked("reprocess", "one", "approve")
        asked = site.grace.get("dags/~/dagRuns/~/hitlDetails?response_received=false")["hitl_details"]
        assert [one["subject"] for one in asked] == ["Publish the results of one?"]
        assert "Operators for alpha may approve this: admin, grace." in asked[0]["body"]
        assert "3 documents, 0 differ" in asked[0]["body"]
        bucket, _, key = site.ada.value("reprocess", "one", "compare")["pages"][0].partition("/")
        page = MinioObjects(site.settings.s3).info(bucket, key)
        assert page is not None and page.ref.size > 1_000

        assert site.vera.answer("reprocess", "one", "approve", "Approve") == 403
        # Taken by Airflow, and not by us: the question is asked again.
        site.ada.until_left_out(
            "reprocess", "one", "approve", "Approve", "ada asked for this run: another person must"
        )
        oracle.read(2.0)
        assert {end.state for id_ in ids for end in oracle.ends[id_]} == {"result"}
        assert all(len(oracle.ends[id_]) == 1 for id_ in ids), "nothing is published"

        site.grace.decide("reprocess", "one", "approve", "Approve", "looks right")
        assert site.ada.until_ended("reprocess", "one") == "success", site.ada.tasks("reprocess", "one")
        oracle.read_until(lambda: all(len(oracle.ends[id_]) == 2 for id_ in ids), "the new results are published")
        for id_ in ids:
            new = oracle.ends[id_][1].event
            assert isinstance(new.data, ResultReleased)
            assert (new.runid, new.data.supersedes) == ("re-one", old[id_].event.id)
        assert oracle.repeated() == {}
    told = reported(site.settings, "one")
    assert (told.outcome, told.by) == ("succeeded", "ada")
    assert told.counts == {"documents": 3, "left_out": 0, "ended": 3, "published": 3, "rejected": 0}


@contextmanager
def said(site: Site, **more: object) -> Iterator[None]:
    """What the file of people says meanwhile, beside what it said or in its place."""
    file = AirflowHome(site.stack.home).console_users
    before = file.read_text(encoding="utf-8")
    file.write_text(json.dumps(json.loads(before) | more), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def test_a_reviewer_approves_nothing_and_an_operator_only_for_their_agencies(site: Site) -> None:
    """Airflow takes their answers: role `user` may change the DAG. The control: the same answer, of an operator."""
    assert site.ruth.trigger("reprocess", "by-ruth", {"agencies": ["alpha"]}) == 200
    assert site.ruth.until_ended("reprocess", "by-ruth") == "failed"
    assert site.ada.tasks("reprocess", "by-ruth")["check"] == "failed"

    with closing(Oracle(site.settings)) as oracle:
        three = upload(site.settings, "three.pdf", (SAMPLES / RELEASED[0]).read_bytes() + b"\n% three")
        oracle.wait([three], seconds=400)
        assert site.ada.trigger("reprocess", "three", {"name": "three", "agencies": ["alpha"]}) == 200
        site.ada.until_asked("reprocess", "three", "approve")
        site.ruth.until_left_out("reprocess", "three", "approve", "Approve", "ruth is no operator")
        with said(site, grace={"agencies": ["beta"], "operates": True}):
            site.grace.until_left_out("reprocess", "three", "approve", "Approve", "grace operates for beta alone")
        oracle.read_all()
        assert published(oracle, "re-three") == 0
        with said(site, ruth={"agencies": ["alpha"], "operates": True}):
            site.ruth.until_taken("reprocess", "three", "approve", "Approve", "now I may")
        assert site.ada.until_ended("reprocess", "three") == "success", site.ada.tasks("reprocess", "three")
        oracle.read_until(lambda: published(oracle, "re-three") > 0, "the new results are published")
    assert site.ada.value("reprocess", "three", "approve")["by"] == "ruth"


def test_the_form_offers_an_agency_that_was_added_later(site: Site) -> None:
    """Its processor reads what a task wrote into Airflow: no file, no folder that both see."""

    def offered() -> list[str]:
        form = site.ada.get("dags/reprocess/details")["params"]
        found: list[str] = form["agencies"]["schema"]["examples"]
        return found

    assert offered() == ["alpha"]
    provision.add_agency(site.settings, "later")
    assert site.ada.trigger("reconcile", "offers", {"act": "look"}) == 200
    site.ada.until_task("reconcile", "offers", "renew_offers", "success")
    until(lambda: offered() == ["alpha", "later"], "the form offers it", seconds=240, pause=2.0)
    assert site.ada.get("importErrors")["total_entries"] == 0


def published(oracle: Oracle, run: str) -> int:
    """Results of a run that were published so far."""
    return sum(isinstance(event.data, ResultReleased) and event.runid == run for event in oracle.events)


def test_a_rejection_publishes_nothing(site: Site) -> None:
    with closing(Oracle(site.settings)) as oracle:
        assert site.ada.trigger("reprocess", "two", {"name": "two", "stage": "publish"}) == 200
        site.grace.decide("reprocess", "two", "approve", "Reject")
        assert site.ada.until_ended("reprocess", "two") == "success"
        assert site.ada.tasks("reprocess", "two")["release"] == "skipped"
        oracle.read_all()
        assert [
            event for event in oracle.events if isinstance(event.data, ResultReleased) and event.runid == "re-two"
        ] == []
    assert site.ada.value("reprocess", "two", "summary")["rejected"] == 1


def test_users_are_of_different_roles() -> None:
    assert {"admin", "op", "user", "viewer"} == set(USERS.values())
    assert list(USERS.values()).count("op") == 2


def test_two_operators_reprocess_in_their_browsers(site: Site) -> None:
    operator_in_browser.two_operators_reprocess(site)


def test_a_reviewer_corrects_a_value_inside_airflow(site: Site) -> None:
    operator_in_browser.a_reviewer_corrects(site)
