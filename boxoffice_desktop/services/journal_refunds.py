"""Verifying what the journal says of refunds and of what was paid out for them, from the rows alone."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text

_AT: Final = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

# Entries whose text, time or place is not what their rows say, or whose tickets do not name the refund that ended them.
_WRONG: Final = text(
    f"""
    SELECT j.terminal_id, j.number FROM boxoffice.journal j
      LEFT JOIN boxoffice.refund r ON r.refund_id = j.subject AND r.terminal_id = j.terminal_id
      LEFT JOIN boxoffice.approval a ON a.approval_id = r.approval_id
      LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws('|', 'ticket', l.line, l.ticket_id, l.amount, l.tax),
                          E'\\n' ORDER BY l.line) AS body,
               coalesce(sum(l.amount), 0) AS total,
               coalesce(bool_and(k.voided_by = r.refund_id AND k.sale_id = r.sale_id), true) AS ended
          FROM boxoffice.refund_line l LEFT JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id
         WHERE l.refund_id = r.refund_id) l ON true
      LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws('|', 'gift_card', x.line, x.gift_card_id, x.amount),
                          E'\\n' ORDER BY x.line) AS body,
               coalesce(sum(x.amount), 0) AS total
          FROM boxoffice.adjustment x
         WHERE r.kind = 'void' AND x.sale_id = r.sale_id AND x.kind = 'gift_card') g ON true
      LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws('|', 'back', b.line, b.payment_id, b.kind, b.amount, b.rounding,
                                    to_json(b.reference)::text), E'\\n' ORDER BY b.line) AS body,
               coalesce(sum(b.amount), 0) AS total
          FROM boxoffice.refund_payment b WHERE b.refund_id = r.refund_id) b ON true
     WHERE j.kind = 'refund' AND coalesce(j.at <> r.refunded_at OR j.sale_id <> r.sale_id OR NOT l.ended
           OR l.total + g.total <> r.total OR b.total <> r.total OR j.body <>
           concat_ws('|', 'refund', r.refund_id, r.terminal_id, j.number, {_AT.format("r.refunded_at")}, r.number,
                     r.sale_id, r.kind, r.staff_id, coalesce(r.shift_id::text, ''), r.currency, r.total,
                     coalesce(r.new_sale_id::text, ''), to_json(r.reason)::text)
             || coalesce(E'\\n' || l.body, '') || coalesce(E'\\n' || g.body, '') || coalesce(E'\\n' || b.body, '')
             || coalesce(E'\\n' || CASE WHEN a.approval_id IS NOT NULL THEN
                  concat_ws('|', 'approval', a.approval_id, a.act, a.subject, a.amount, a.asked_by, a.approved_by,
                            to_json(a.reason)::text) END, ''), true)
     UNION ALL
    SELECT j.terminal_id, j.number FROM boxoffice.journal j
      LEFT JOIN boxoffice.payout p ON p.payout_id = j.subject AND p.terminal_id = j.terminal_id
      LEFT JOIN boxoffice.refund_payment b ON b.refund_id = p.refund_id AND b.line = p.line
     WHERE j.kind = 'payout' AND coalesce(j.at <> p.paid_at OR b.kind <> 'owed' OR b.amount <> p.amount OR j.body <>
           concat_ws('|', 'payout', p.payout_id, p.terminal_id, j.number, {_AT.format("p.paid_at")}, p.refund_id,
                     p.line, p.staff_id, p.shift_id, p.amount, p.rounding), true)
    """  # noqa: S608  put together from this module's own words
)

# Rows that no entry vouches for, by terminal and the number of the refund; 0 for tickets and what was paid out.
_UNSEALED: Final = text(
    """
    SELECT r.terminal_id, min(r.number) AS number FROM boxoffice.refund r
     WHERE NOT EXISTS (SELECT FROM boxoffice.journal j WHERE j.subject = r.refund_id AND j.kind = 'refund') GROUP BY 1
     UNION ALL
    SELECT p.terminal_id, 0 FROM boxoffice.payout p
     WHERE NOT EXISTS (SELECT FROM boxoffice.journal j WHERE j.subject = p.payout_id AND j.kind = 'payout') GROUP BY 1
     UNION ALL
    SELECT k.terminal_id, 0 FROM boxoffice.ticket k
     WHERE k.voided_by IS NOT NULL AND NOT EXISTS (
       SELECT FROM boxoffice.refund_line l WHERE l.refund_id = k.voided_by AND l.ticket_id = k.ticket_id) GROUP BY 1
    """
)


def list_wrong_refunds(connection: Connection) -> Iterator[tuple[int, int]]:
    """Terminal and number of entries about refunds and payouts that do not say what their rows say."""
    for row in connection.execute(_WRONG):
        yield row.terminal_id, row.number


def list_unsealed_refunds(connection: Connection) -> Iterator[tuple[int, int]]:
    """Terminals with a refund, a payout or an ended ticket that no entry vouches for, and the refund's number."""
    for row in connection.execute(_UNSEALED):
        yield row.terminal_id, row.number
