"""Inspection sheets to export: every trap of the data in a few picks."""

from datetime import date

from regulation.order import Cell, Row, Table
from regulation.prescriptions import Pick, Source
from regulation.topics import Topic
from webapp.exports.sheet import CitedOrder, Sheet

AM, AP = "JORFTEXT900000000001", "A/b/" + "0" * 31 + "b"

# Spans of two rows and two columns, of nothing, and beyond the last row.
SPANNED = Table(
    (
        Row((Cell("Polluant", 1, 2), Cell("Valeur limite", 2, 1)), is_header=True),
        Row((Cell("moyenne"), Cell("maximum")), is_header=True),
        Row((Cell("NOx"), Cell("=1+1"), Cell("30 mg/Nm³", 0, 41))),
        Row((Cell("SO2"), Cell("- 20"))),
    )
)


def am_pick(content: str | Table, reference: str = "Article 2.1", rank: str = "0.1", **more: object) -> Pick:
    values = {"name": "Règles d'implantation", "topic": Topic.RISQUES} | more
    return Pick(Source.AM, AM, reference, rank=rank, content=content, **values)


PICKS = (
    am_pick(SPANNED, rank="0.10"),
    am_pick("- les stockages < 3 m & autres\x00\x0b ;", rank="0.9"),
    am_pick("=cmd|' /C calc'!A0", "Annexe I > 2.8.", "2.0", name="", topic=Topic.EAU),
    Pick(Source.AP, AP, "Article 4", "Rejets", content="Ligne une\nligne deux\r\n+3 °C"),
)
SHEET = Sheet(
    installation="ENTREPÔT D'ESSAI & FILS",
    s3ic_id="0199.00001",
    city="AMILLIS",
    made_on=date(2026, 11, 22),
    picks=PICKS,
    orders={
        (Source.AM, AM): CitedOrder(
            "Arrêté relatif aux entrepôts", date(2017, 4, 1), "https://aida.example/1"
        ),
        (Source.AP, AP): CitedOrder("Arrêté préfectoral d'autorisation", date(2001, 2, 3)),
    },
    data_dated_on=date(2026, 10, 1),
)
