"""Rights follow from the table, and no principal has more."""

from __future__ import annotations

from itertools import chain

import pytest

from processors import principals, store_policies
from processors.pipeline import ACTS, NOTIFICATIONS, REFUSALS, RUNS, STAGES, TOPICS
from processors.principals import Rule
from processors.runtime import recording

PREFIX = "t1-"
OF = {one.name: one for one in principals.of_installation(PREFIX)}


def rules(name: str, operation: str) -> set[tuple[str, str, bool]]:
    return {(rule.resource, rule.name, rule.prefixed) for rule in OF[name].rules if rule.operation == operation}


def test_a_stage_reads_and_writes_what_its_row_says() -> None:
    assert rules("t1-worker.classify", "read") == {
        ("topic", "t1-documents.recognised", False),
        ("topic", "t1-documents.recognised.reprocessing", False),
        ("group", "t1-classify", False),
    }
    assert rules("t1-worker.classify", "write") == {
        ("topic", "t1-documents.classified", False),
        ("topic", "t1-documents.classified.reprocessing", False),
        ("topic", "t1-documents.quarantined", False),
        ("topic", "t1-work.dead-lettered", False),
        ("transactional_id", "t1-classify-", True),
    }
    assert rules("t1-worker.classify", "create") == set()


def test_only_publish_makes_and_writes_result_topics() -> None:
    allowed = {
        name
        for name, one in OF.items()
        for rule in one.rules
        if rule.name == "t1-results." and rule.operation != "read"
    }
    assert allowed == {"t1-worker.publish"}
    assert rules("t1-worker.publish", "create") == {("topic", "t1-results.", True)}


def test_the_audit_chain_reads_every_topic_and_writes_none() -> None:
    assert rules("t1-worker.audit", "write") == rules("t1-worker.audit", "create") == set()
    assert len([1 for resource, *_ in rules("t1-worker.audit", "read") if resource == "topic"]) == len(TOPICS)


def test_the_ledger_reads_everything_and_writes_nothing() -> None:
    assert rules("t1-worker.record", "write") == rules("t1-worker.record", "create") == set()
    read = {name for resource, name, _ in rules("t1-worker.record", "read") if resource == "topic"}
    assert (
        len(read) == len(recording.pattern().split("|")) == len(TOPICS) - len({NOTIFICATIONS, ACTS, REFUSALS, RUNS})
    )
    assert PREFIX + NOTIFICATIONS not in read


def test_who_gathers_refusals_writes_them_and_touches_nothing_else() -> None:
    assert rules("t1-worker.refusals", "write") == {
        ("topic", "t1-access.refused", False),
        ("transactional_id", "t1-refusals-", True),
    }
    assert rules("t1-worker.refusals", "read") == {
        ("topic", "t1-access.refused", False),
        ("group", "t1-refusals-", True),
    }
    writing = {name for name, one in OF.items() if Rule("topic", "t1-access.refused", "write") in one.rules}
    assert writing == {"t1-worker.refusals"}


def test_who_observes_sees_what_the_stages_read_and_can_neither_write_nor_join_a_group() -> None:
    assert rules("t1-worker.observe", "write") == rules("t1-worker.observe", "create") == set()
    read = {topic for row in STAGES for topic in row.reads}
    assert rules("t1-worker.observe", "read") == {("topic", f"t1-{name}", False) for name in read}
    assert rules("t1-worker.observe", "describe") == {("group", f"t1-{row.name}", False) for row in STAGES}


def test_the_store_announces_and_nothing_else() -> None:
    assert OF["t1-store"].rules == (Rule("topic", "t1-intake.notifications", "write"),)


def test_there_is_a_principal_for_every_worker() -> None:
    assert set(OF) == {
        *(f"t1-worker.{row.name}" for row in STAGES),
        "t1-worker.record",
        "t1-worker.audit",
        "t1-worker.refusals",
        "t1-worker.observe",
        "t1-store",
    }


@pytest.mark.parametrize("agency", ["justice", "intake", "record", "worker", "store", "admin"])
def test_an_agency_reads_its_results_in_its_groups_whatever_it_is_called(agency: str) -> None:
    one = principals.of_agency(agency, "")
    assert one.name == f"agency.{agency}"
    assert set(one.rules) == {
        Rule("topic", f"results.{agency}.", "read", prefixed=True),
        Rule("group", f"{agency}.", "read", prefixed=True),
    }
    others = chain.from_iterable(other.rules for other in principals.of_installation(""))
    groups = [rule.name for rule in others if rule.resource == "group"]
    assert not [group for group in groups if group.startswith(f"{agency}.")], "no worker's group is its own"


def test_no_agency_s_names_begin_like_another_s() -> None:
    own = {rule.name for rule in principals.of_agency("tax", "").rules}
    other = {rule.name for rule in principals.of_agency("tax-office", "").rules}
    assert not [(a, b) for a in own for b in other if a.startswith(b) or b.startswith(a)]


# The object store


def actions(policy: store_policies.StoreUser) -> dict[str, set[str]]:
    """Resource -> actions that are allowed on it."""
    found: dict[str, set[str]] = {}
    for statement in policy.policy["Statement"]:
        if statement["Effect"] == "Allow":
            for resource in statement["Resource"]:
                found.setdefault(resource.removeprefix("arn:aws:s3:::"), set()).update(statement["Action"])
    return found


def test_an_upload_key_puts_and_a_consumer_s_key_gets() -> None:
    assert actions(store_policies.upload("tax", PREFIX)) == {
        "t1-inbox-tax/*": {"s3:PutObject", "s3:AbortMultipartUpload"}
    }
    assert actions(store_policies.consumer("tax", PREFIX)) == {
        "t1-documents/tax/*": {"s3:GetObject", "s3:GetObjectVersion"}
    }


@pytest.mark.parametrize("name", ["*", "a*", "..", "a/b", ""])
def test_a_name_that_would_widen_a_policy_is_refused(name: str) -> None:
    for make in (store_policies.upload, store_policies.consumer):
        with pytest.raises(ValueError, match="no name"):
            make(name, "")


def test_only_intake_reads_inboxes_and_claims_what_lands_there() -> None:
    users = store_policies.of_workers("")
    reading = {one.name for one in users if any("inbox" in name for name in actions(one))}
    claiming = {one.name for one in users if any("claims/*" in name for name in actions(one))}
    assert reading == {"worker.intake"}
    assert claiming == {"worker.intake", "worker.publish"}
    (publish,) = (one for one in users if one.name == "worker.publish")
    assert [name for name in actions(publish) if "claims" in name] == ["work/claims/*~review-*"]


def test_no_policy_allows_to_delete_or_to_lift_a_lock() -> None:
    users = [*store_policies.of_workers(""), store_policies.upload("tax", ""), store_policies.consumer("tax", "")]
    allowed = set(chain.from_iterable(chain.from_iterable(actions(user).values()) for user in users))
    assert not [action for action in allowed if "Delete" in action or "Bypass" in action or "*" in action]
    assert "s3:PutObject" in allowed


def test_every_user_is_denied_what_minio_lets_users_do_to_themselves() -> None:
    for user in [*store_policies.of_workers(""), store_policies.upload("tax", "")]:
        denied = [one["Action"] for one in user.policy["Statement"] if one["Effect"] == "Deny"]
        assert denied == [["admin:CreateUser", "admin:CreateServiceAccount", "admin:UpdateServiceAccount"]]
