"""Verifying what the journal says of shifts, their cash and their Z reports, from the rows alone."""

import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, text

_AT: Final = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

# Entries whose text, time or place is not what their rows say.
_WRONG: Final = text(
    f"""
    SELECT j.terminal_id, j.number FROM boxoffice.journal j
      LEFT JOIN boxoffice.shift f ON f.shift_id = j.subject AND f.terminal_id = j.terminal_id
     WHERE j.kind = 'shift' AND coalesce(j.at <> f.opened_at OR j.body <>
           concat_ws('|', 'shift', f.shift_id, f.terminal_id, j.number, {_AT.format("f.opened_at")}, f.number,
                     f.opened_by, f.currency), true)
     UNION ALL
    SELECT j.terminal_id, j.number FROM boxoffice.journal j
      LEFT JOIN boxoffice.cash_movement m ON m.movement_id = j.subject AND m.terminal_id = j.terminal_id
      LEFT JOIN boxoffice.approval a ON a.approval_id = m.approval_id
      LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws('|', 'pieces', c.denomination, c.pieces), E'\\n' ORDER BY c.denomination) AS body,
               coalesce(sum(c.denomination * c.pieces), 0) AS total
          FROM boxoffice.cash_count c WHERE c.movement_id = m.movement_id) c ON true
     WHERE j.kind = 'cash' AND coalesce(j.at <> m.at
           OR c.total <> CASE WHEN m.kind IN ('float', 'count') THEN m.amount ELSE 0 END OR j.body <>
           concat_ws('|', 'cash', m.movement_id, m.terminal_id, j.number, {_AT.format("m.at")}, m.kind, m.shift_id,
                     m.staff_id, m.amount, to_json(m.reason)::text)
             || coalesce(E'\\n' || c.body, '')
             || coalesce(E'\\n' || CASE WHEN a.approval_id IS NOT NULL THEN
                  concat_ws('|', 'approval', a.approval_id, a.act, a.subject, a.amount, a.asked_by, a.approved_by,
                            to_json(a.reason)::text) END, ''), true)
     UNION ALL
    SELECT j.terminal_id, j.number FROM boxoffice.journal j
      LEFT JOIN boxoffice.z_report z ON z.shift_id = j.subject AND z.terminal_id = j.terminal_id
      LEFT JOIN boxoffice.shift f ON f.shift_id = z.shift_id AND f.number = z.number
     WHERE j.kind = 'z' AND coalesce(f.terminal_id <> j.terminal_id OR j.at <> z.closed_at
           OR z.journal_number <> j.number OR z.journal_hash <> j.hash OR j.body <>
           concat_ws('|', 'z', z.shift_id, z.terminal_id, j.number, {_AT.format("z.closed_at")}, z.number, z.closed_by,
                     z.expected_cash, z.counted_cash, to_json(z.reason)::text,
                     encode(sha256(convert_to(z.body, 'UTF8')), 'hex')), true)
     UNION ALL
    -- Money that stands in a shift before it was opened or after it was closed.
    SELECT j.terminal_id, j.number FROM boxoffice.journal j
      LEFT JOIN boxoffice.sale s ON j.kind = 'sale' AND s.sale_id = j.sale_id
      LEFT JOIN boxoffice.refund r ON j.kind = 'refund' AND r.refund_id = j.subject
      LEFT JOIN boxoffice.payout p ON j.kind = 'payout' AND p.payout_id = j.subject
      LEFT JOIN boxoffice.cash_movement m ON j.kind = 'cash' AND m.movement_id = j.subject
      LEFT JOIN boxoffice.journal o
        ON o.kind = 'shift' AND o.subject = coalesce(s.shift_id, r.shift_id, p.shift_id, m.shift_id)
       AND o.terminal_id = j.terminal_id
      LEFT JOIN boxoffice.journal z ON z.kind = 'z' AND z.subject = o.subject
     WHERE coalesce(s.shift_id, r.shift_id, p.shift_id, m.shift_id) IS NOT NULL
       AND (o.number IS NULL OR j.number < o.number OR j.number > z.number)
    """  # noqa: S608  put together from this module's own words
)

# What each Z report must say of its shift, added up anew.
_TOTALS: Final = text(
    """
    SELECT j.terminal_id, j.number, z.body, z.expected_cash, z.counted_cash,
           (SELECT count(*) FROM boxoffice.sale s WHERE s.shift_id = z.shift_id) AS sales,
           (SELECT coalesce(sum(s.total), 0) FROM boxoffice.sale s WHERE s.shift_id = z.shift_id) AS sold,
           (SELECT jsonb_object_agg(g.kind, g.amount) FROM (
              SELECT p.kind, sum(p.amount) AS amount FROM boxoffice.sale s
                JOIN boxoffice.payment p ON p.sale_id = s.sale_id WHERE s.shift_id = z.shift_id GROUP BY 1) g)
             AS payments,
           (SELECT jsonb_object_agg(g.kind, g.amount) FROM (
              SELECT a.kind, sum(a.amount) AS amount FROM boxoffice.sale s
                JOIN boxoffice.adjustment a ON a.sale_id = s.sale_id WHERE s.shift_id = z.shift_id GROUP BY 1) g)
             AS adjustments,
           (SELECT jsonb_object_agg(g.kind, g.amount) FROM (
              SELECT r.kind, sum(r.total) AS amount FROM boxoffice.refund r WHERE r.shift_id = z.shift_id GROUP BY 1) g)
             AS refunds,
           (SELECT jsonb_object_agg(g.kind, g.amount) FROM (
              SELECT b.kind, sum(b.amount) AS amount FROM boxoffice.refund r
                JOIN boxoffice.refund_payment b ON b.refund_id = r.refund_id
               WHERE r.shift_id = z.shift_id GROUP BY 1) g) AS refund_payments,
           (SELECT coalesce(sum(CASE m.kind WHEN 'float' THEN m.amount WHEN 'pay_in' THEN m.amount WHEN 'count' THEN 0
                                ELSE -m.amount END), 0)
              FROM boxoffice.cash_movement m WHERE m.shift_id = z.shift_id)
             + (SELECT coalesce(sum(p.amount + p.rounding), 0) FROM boxoffice.sale s
                  JOIN boxoffice.payment p ON p.sale_id = s.sale_id AND p.kind = 'cash' WHERE s.shift_id = z.shift_id)
             - (SELECT coalesce(sum(b.amount + b.rounding), 0) FROM boxoffice.refund r
                  JOIN boxoffice.refund_payment b ON b.refund_id = r.refund_id AND b.kind = 'cash'
                 WHERE r.shift_id = z.shift_id)
             - (SELECT coalesce(sum(p.amount + p.rounding), 0) FROM boxoffice.payout p WHERE p.shift_id = z.shift_id)
             AS drawer,
           (SELECT m.amount FROM boxoffice.cash_movement m WHERE m.shift_id = z.shift_id AND m.kind = 'count') AS count
      FROM boxoffice.z_report z JOIN boxoffice.journal j ON j.kind = 'z' AND j.subject = z.shift_id
    """
)

# Rows that no entry vouches for, by the terminal and number they claim (a movement's has none).
_UNSEALED: Final = text(
    """
    SELECT f.terminal_id, min(f.number) AS number FROM boxoffice.shift f
     WHERE NOT EXISTS (SELECT FROM boxoffice.journal j WHERE j.kind = 'shift' AND j.subject = f.shift_id) GROUP BY 1
     UNION ALL
    SELECT m.terminal_id, 0 FROM boxoffice.cash_movement m
     WHERE NOT EXISTS (SELECT FROM boxoffice.journal j WHERE j.kind = 'cash' AND j.subject = m.movement_id) GROUP BY 1
     UNION ALL
    SELECT z.terminal_id, min(z.number) FROM boxoffice.z_report z
     WHERE NOT EXISTS (SELECT FROM boxoffice.journal j WHERE j.kind = 'z' AND j.subject = z.shift_id) GROUP BY 1
    """
)


def list_wrong_entries(connection: Connection) -> Iterator[tuple[int, int]]:
    """Terminal and number of every entry of a shift that its rows do not bear out."""
    for row in connection.execute(_WRONG):
        yield row.terminal_id, row.number
    for row in connection.execute(_TOTALS):
        if not _adds_up(row):
            yield row.terminal_id, row.number


def list_unsealed_shifts(connection: Connection) -> Iterator[tuple[int, int]]:
    """Terminal and number of shifts and reports, and terminals of movements, that stand without an entry."""
    for row in connection.execute(_UNSEALED):
        yield row.terminal_id, row.number


def _adds_up(row: Any) -> bool:
    try:
        body = json.loads(row.body)
        told = {
            "sales": (body["sales"]["count"], body["sales"]["amount"]),
            "cash": (body["cash"]["expected"], body["counted"]),
            **{
                what: {line["kind"]: line["amount"] for line in body[what]}
                for what in ("payments", "adjustments", "refunds", "refund_payments")
            },
        }
    except (ValueError, KeyError, TypeError):
        return False
    drawer = (int(row.drawer), row.count)
    return (row.expected_cash, row.counted_cash) == drawer and told == {
        "sales": (row.sales, int(row.sold)),
        "cash": drawer,
        "payments": row.payments or {},
        "adjustments": row.adjustments or {},
        "refunds": row.refunds or {},
        "refund_payments": row.refund_payments or {},
    }
