"""Whether the books balance: what must hold of sales, tickets, payments, seats and journal, whatever happened."""

from tests.support.cinema import Cinema

# Each finds the rows that should not be. Seats that are sold without a ticket, and the other way round; sales whose
# payments or tickets do not add up; numbers with gaps; entries that do not follow.
_WRONG = {
    "seats sold twice": """
        SELECT show_id, seat_id FROM boxoffice.ticket WHERE voided_by IS NULL GROUP BY 1, 2 HAVING count(*) > 1
    """,
    "sold seats without their ticket": """
        SELECT ss.show_id, ss.seat_id FROM boxoffice.show_seat ss
          LEFT JOIN boxoffice.ticket t
            ON t.ticket_id = ss.ticket_id AND t.show_id = ss.show_id AND t.seat_id = ss.seat_id
         WHERE ss.state = 'sold' AND t.ticket_id IS NULL
    """,
    "tickets without their seat": """
        SELECT t.ticket_id FROM boxoffice.ticket t
          LEFT JOIN boxoffice.show_seat ss ON ss.ticket_id = t.ticket_id AND ss.state = 'sold'
         WHERE t.voided_by IS NULL AND ss.ticket_id IS NULL
    """,
    "sales that do not add up": """
        SELECT s.sale_id FROM boxoffice.sale s
         WHERE s.total <> (SELECT coalesce(sum(amount), 0) FROM boxoffice.payment p WHERE p.sale_id = s.sale_id)
            OR s.total <> (SELECT coalesce(sum(amount), 0) FROM boxoffice.ticket t WHERE t.sale_id = s.sale_id)
                        + (SELECT coalesce(sum(amount), 0) FROM boxoffice.adjustment a WHERE a.sale_id = s.sale_id)
            OR s.ticket_count <> (SELECT count(*) FROM boxoffice.ticket t WHERE t.sale_id = s.sale_id)
    """,
    "gift cards whose balance is not what their ledger says": """
        SELECT c.gift_card_id FROM boxoffice.gift_card c
          LEFT JOIN boxoffice.gift_card_entry e ON e.gift_card_id = c.gift_card_id
         GROUP BY c.gift_card_id HAVING c.balance <> coalesce(sum(e.amount), 0)
    """,
    "gift cards of voided sales that are worth something, or lost it otherwise": """
        SELECT a.gift_card_id FROM boxoffice.adjustment a
         WHERE a.kind = 'gift_card'
           AND EXISTS (SELECT FROM boxoffice.refund r WHERE r.sale_id = a.sale_id AND r.kind = 'void')
            <> EXISTS (SELECT FROM boxoffice.gift_card_entry e
                        WHERE e.gift_card_id = a.gift_card_id AND e.kind = 'return' AND e.balance = 0)
    """,
    "tickets that cost less than nothing": """
        SELECT t.ticket_id FROM boxoffice.ticket t
          JOIN boxoffice.adjustment a ON a.sale_id = t.sale_id AND a.ticket_line = t.line AND a.kind <> 'fee'
         GROUP BY t.ticket_id HAVING t.amount + sum(a.amount) < 0 OR t.tax + sum(a.tax) < 0
    """,
    "codes used more often than they may": """
        SELECT c.promotion_code_id FROM boxoffice.promotion_code c
          JOIN boxoffice.promotion_redemption r ON r.promotion_code_id = c.promotion_code_id
         WHERE NOT EXISTS (SELECT FROM boxoffice.promotion_return b WHERE b.redemption_id = r.redemption_id)
         GROUP BY c.promotion_code_id HAVING count(*) > c.uses_limit
    """,
    "uses of promotions that count and do not stand, or the other way round": """
        SELECT r.redemption_id FROM boxoffice.promotion_redemption r
          LEFT JOIN boxoffice.promotion_return b ON b.redemption_id = r.redemption_id
         WHERE boxoffice.redemption_stands(r) = (b.redemption_id IS NOT NULL)
    """,
    "uses that are counted wrongly": """
        SELECT p.promotion_id FROM boxoffice.promotion p
          JOIN boxoffice.promotion_use u ON u.promotion_id = p.promotion_id
         WHERE p.uses_limit IS NOT NULL AND u.used <> (
           SELECT count(*) FROM boxoffice.promotion_redemption r
             LEFT JOIN boxoffice.promotion_return b ON b.redemption_id = r.redemption_id
            WHERE r.promotion_id = p.promotion_id AND b.redemption_id IS NULL)
        UNION ALL
        SELECT c.promotion_code_id FROM boxoffice.promotion_code c
         WHERE c.uses_limit IS NOT NULL AND c.used <> (
           SELECT count(*) FROM boxoffice.promotion_redemption r
             LEFT JOIN boxoffice.promotion_return b ON b.redemption_id = r.redemption_id
            WHERE r.promotion_code_id = c.promotion_code_id AND b.redemption_id IS NULL)
    """,
    "gaps in the numbers of sales": """
        SELECT terminal_id FROM boxoffice.sale GROUP BY 1 HAVING min(number) <> 1 OR max(number) <> count(*)
    """,
    "gaps in the serials of tickets": """
        SELECT terminal_id FROM boxoffice.ticket GROUP BY 1 HAVING min(serial) <> 1 OR max(serial) <> count(*)
    """,
    "refunds that do not add up": """
        SELECT r.refund_id FROM boxoffice.refund r
         WHERE r.total <> (SELECT coalesce(sum(amount), 0) FROM boxoffice.refund_line l WHERE l.refund_id = r.refund_id)
                        + (SELECT coalesce(sum(amount), 0) FROM boxoffice.adjustment a
                            WHERE r.kind = 'void' AND a.sale_id = r.sale_id AND a.kind = 'gift_card')
            OR r.total <> (SELECT coalesce(sum(amount), 0) FROM boxoffice.refund_payment b
                            WHERE b.refund_id = r.refund_id)
    """,
    "cash that went back unrounded": """
        SELECT r.refund_id FROM boxoffice.refund r
          JOIN boxoffice.refund_payment b ON b.refund_id = r.refund_id AND b.kind = 'cash'
         GROUP BY r.refund_id
        HAVING sum(b.rounding) <> boxoffice.cash_rounding(sum(b.amount)::bigint, r.currency)
    """,
    "more given back than was paid": """
        SELECT y.payment_id FROM boxoffice.payment y
          JOIN boxoffice.refund_payment b ON b.payment_id = y.payment_id
         GROUP BY y.payment_id HAVING sum(b.amount) > y.amount
    """,
    "money that is neither in valid tickets nor given back": """
        SELECT s.sale_id FROM boxoffice.sale s
         WHERE EXISTS (SELECT FROM boxoffice.refund r WHERE r.sale_id = s.sale_id)
           AND s.total - (SELECT sum(r.total) FROM boxoffice.refund r WHERE r.sale_id = s.sale_id)
            <> (SELECT coalesce(sum(v.amount), 0) FROM boxoffice.ticket_values(s.sale_id, true) v
                  JOIN boxoffice.ticket k ON k.ticket_id = v.ticket_id AND k.voided_by IS NULL)
             + (SELECT coalesce(sum(a.amount), 0) FROM boxoffice.adjustment a
                 WHERE a.sale_id = s.sale_id
                   AND ((a.kind = 'gift_card' AND NOT EXISTS (
                          SELECT FROM boxoffice.refund r WHERE r.sale_id = s.sale_id AND r.kind = 'void'))
                        OR (a.kind = 'fee' AND EXISTS (
                              SELECT FROM boxoffice.ticket k JOIN boxoffice.refund r ON r.refund_id = k.voided_by
                               WHERE k.sale_id = a.sale_id AND k.line = a.ticket_line AND r.kind = 'refund'))))
    """,
    "exchanges whose value is not what the new sale took": """
        SELECT r.refund_id FROM boxoffice.refund r
         WHERE r.kind = 'exchange'
           AND (SELECT coalesce(sum(amount), 0) FROM boxoffice.refund_payment b
                 WHERE b.refund_id = r.refund_id AND b.kind = 'exchange')
            <> (SELECT coalesce(sum(amount), 0) FROM boxoffice.payment y
                 WHERE y.sale_id = r.new_sale_id AND y.kind = 'exchange')
    """,
    "gaps in the numbers of refunds": """
        SELECT terminal_id FROM boxoffice.refund GROUP BY 1 HAVING min(number) <> 1 OR max(number) <> count(*)
    """,
    "refunds without a journal entry": """
        SELECT r.refund_id FROM boxoffice.refund r
         WHERE NOT EXISTS (SELECT FROM boxoffice.journal j WHERE j.subject = r.refund_id AND j.kind = 'refund')
    """,
    "sales without a journal entry": """
        SELECT s.sale_id FROM boxoffice.sale s
          LEFT JOIN boxoffice.journal j ON j.sale_id = s.sale_id AND j.kind = 'sale'
         WHERE j.sale_id IS NULL
    """,
    "entries that do not follow the one before": """
        SELECT j.terminal_id, j.number FROM (
          SELECT *, lag(number, 1, 0::bigint) OVER w AS last,
                 lag(hash, 1, decode(repeat('00', 32), 'hex')) OVER w AS seal
            FROM boxoffice.journal WINDOW w AS (PARTITION BY terminal_id ORDER BY number)) j
         WHERE j.number <> j.last + 1 OR j.previous_hash <> j.seal
            OR j.hash <> sha256(j.previous_hash || convert_to(j.body, 'UTF8'))
    """,
    "chains that end elsewhere than their terminal says": """
        SELECT c.terminal_id FROM boxoffice.terminal_chain c
          LEFT JOIN LATERAL (SELECT * FROM boxoffice.journal j WHERE j.terminal_id = c.terminal_id
                              ORDER BY j.number DESC LIMIT 1) j ON true
         WHERE c.journal_number <> coalesce(j.number, 0)
            OR c.journal_hash <> coalesce(j.hash, decode(repeat('00', 32), 'hex'))
            OR c.sale_number <> (SELECT count(*) FROM boxoffice.sale s WHERE s.terminal_id = c.terminal_id)
            OR c.ticket_serial <> (SELECT count(*) FROM boxoffice.ticket t WHERE t.terminal_id = c.terminal_id)
    """,
    "gaps in the numbers of shifts and reports": """
        SELECT f.terminal_id FROM boxoffice.shift f LEFT JOIN boxoffice.z_report z ON z.shift_id = f.shift_id
         GROUP BY 1 HAVING min(f.number) <> 1 OR max(f.number) <> count(*)
            OR count(*) FILTER (WHERE z.number IS NULL) > 1 OR bool_or(z.number <> f.number)
    """,
    "Z reports that leave out or invent money": """
        SELECT z.shift_id FROM boxoffice.z_report z
         WHERE (CAST(z.body AS jsonb) #>> '{sales,amount}')::bigint <>
               (SELECT coalesce(sum(s.total), 0) FROM boxoffice.sale s WHERE s.shift_id = z.shift_id)
    """,
    "shifts that are neither open nor reported": """
        SELECT f.shift_id FROM boxoffice.shift f
         WHERE EXISTS (SELECT FROM boxoffice.z_report z WHERE z.shift_id = f.shift_id)
             = EXISTS (SELECT FROM boxoffice.terminal_chain c WHERE c.shift_id = f.shift_id)
    """,
}


def find_wrong(cinema: Cinema) -> dict[str, int]:
    """What does not balance, with how many rows; empty when all does."""
    with cinema.admin() as admin:
        found = {name: len(admin.execute(statement).fetchall()) for name, statement in _WRONG.items()}
    return {name: count for name, count in found.items() if count}


def count_sold(cinema: Cinema) -> tuple[int, int, int]:
    """How many seats are sold, how many tickets stand, and how many sales there are."""
    ((seats, tickets, stored),) = cinema.query(
        "SELECT (SELECT count(*) FROM boxoffice.show_seat WHERE state = 'sold'),"
        " (SELECT count(*) FROM boxoffice.ticket WHERE voided_by IS NULL), (SELECT count(*) FROM boxoffice.sale)"
    )
    return seats, tickets, stored
