"""A folder of made documents with labels: scanned receipts, an invoice with text, a contract, a newspaper."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from pathlib import Path

from tests import documents

CONTRACT = (
    "NON-DISCLOSURE AGREEMENT\nThis Agreement is entered into as of February 10, 2017 by and between Kite Pharma, "
    "Inc., a Delaware corporation, and Gilead Sciences, Inc., a Delaware corporation.\n"
    "This Agreement shall be governed by the laws of the State of California.\n"
)


def receipt(number: int) -> list[str]:
    return [
        f"BOOK STORE {number} SDN BHD",
        "CASH BILL",
        f"Date: {10 + number}/12/2018",
        "Book 1 x 9.00",
        f"Total: {number}9.00",
        "CASH 50.00",
        "THANK YOU",
    ]


def write(folder: Path, receipts: int = 4) -> Path:
    """Write the folder; receipts have their total and date labelled, the first one a total that is not printed."""
    rows: list[tuple[str, ...]] = [("path", "sha256", "media_type", "pages", "doc_type", "truth_text")]
    labels: list[dict[str, object]] = []
    for number in range(1, receipts + 1):
        content = documents.scan_png(receipt(number), 1000, 700)
        rows.append(_put(folder / "till" / f"r{number}.png", content, "image/png", "receipt", folder))
        total = f"{number}9.00" if number > 1 else "77.77"
        fields = {"date": f"{10 + number}/12/2018", "total": total}
        labels.append(
            {
                "file": f"till/r{number}.png",
                "doc_type": "receipt",
                "fields": fields,
                "label_source": {"date": "made"},
            }
        )
    _labels(folder / "till", labels)
    invoice = ["Invoice # 9506581", "Advertiser Road to the Future", "Gross Total $4,125.00"]
    rows.append(
        _put(
            folder / "tv" / "i.pdf", documents.text_pdf(invoice), "application/pdf", "fcc_political_ad_buy", folder
        )
    )
    _labels(
        folder / "tv",
        [
            {
                "file": "tv/i.pdf",
                "doc_type": "fcc_political_ad_buy",
                "fields": {"gross_amount": "$4,125.00"},
                "label_source": {"gross_amount": "made"},
            }
        ],
    )
    parties = {"party": ["Kite_Pharma_Inc.", "Gilead_Sciences_Inc."], "jurisdiction": ["California"]}
    parties["effective_date"] = ["2017-02-10"]
    _labels(folder / "legal", [{"text_id": "c1", "doc_type": "nda_contract", "fields": parties}])
    packed = gzip.compress(json.dumps({"text_id": "c1", "text": CONTRACT}).encode())
    (folder / "legal" / "text.jsonl.gz").write_bytes(packed)
    paper = ["THE DAILY NEWS", "Yesterday the mayor said that the weather was fine and the match was won."]
    rows.append(_put(folder / "paper.pdf", documents.text_pdf(paper * 5), "application/pdf", "newspaper", folder))
    with (folder / "MANIFEST.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return folder


def _put(place: Path, content: bytes, media_type: str, kind: str, folder: Path) -> tuple[str, ...]:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return (
        place.relative_to(folder).as_posix(), hashlib.sha256(content).hexdigest(), media_type, "1", kind, "",
    )  # fmt: skip


def _labels(place: Path, labels: list[dict[str, object]]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "labels.jsonl").write_text("".join(json.dumps(one) + "\n" for one in labels), encoding="utf-8")
